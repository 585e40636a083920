// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof doctor`: in a screen, whether this host can be profiled and what is missing. */
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/usage.h"

#include "render/json_writer.h"
#include "render/pen.h"
#include "source/doctor.h"

#include <string.h>
#include <unistd.h>

enum { AT_NAME = 9, AT_FOUND = 24 };

static const char *const formats[] = {"text", "json", NULL};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct output *output = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = output;
		return 0;
	case ARGP_KEY_ARG:
		usage_error(state, "unknown argument '%s'", arg);
	case ARGP_KEY_END:
		output_only(output, formats, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&output_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.parser = parse,
	.children = children,
	.doc = "Say whether this host can be profiled, and what is missing.\v"
	       "Ends with 0 if it can, 3 if only rights are missing, 5 if the kernel lacks something.",
};

static void print_check(struct pen *pen, const struct doctor_check *check)
{
	static const enum style styles[DOCTOR_VERDICT_NR] = {
		[DOCTOR_OK] = STYLE_GOOD,
		[DOCTOR_NOTE] = STYLE_WARN,
		[DOCTOR_UNKNOWN] = STYLE_WARN,
		[DOCTOR_LACK] = STYLE_BAD,
	};
	char text[480];

	snprintf(text, sizeof(text), "%s%s%s", check->found, check->fix[0] ? ": " : "", check->fix);
	pen_text(pen, styles[check->verdict], doctor_verdict_name(check->verdict));
	pen_to(pen, AT_NAME);
	pen_text(pen, STYLE_LABEL, check->name);
	pen_paragraph(pen, STYLE_PLAIN, AT_FOUND, text);
}

static void print_text(struct sink *sink, const doctor_checks *checks,
		       const struct render_options *options)
{
	struct pen pen;
	bool can = doctor_exit_code(checks) == EXIT_OK;

	pen_open(&pen, sink, options, 100);
	vec_foreach (check, checks)
		print_check(&pen, check);
	pen_newline(&pen);
	pen_text(&pen, can ? STYLE_GOOD : STYLE_BAD,
		 can ? "This host can be profiled." : "This host cannot be profiled yet.");
	pen_newline(&pen);
}

static void print_json(struct sink *sink, const doctor_checks *checks)
{
	struct json_writer json;

	json_begin(&json, sink);
	json_open_object(&json, NULL);
	json_string(&json, "schema", "vhostprof.doctor/1");
	json_number(&json, "exit_code", (uint64_t)doctor_exit_code(checks));
	json_open_array(&json, "checks");
	vec_foreach (check, checks) {
		json_open_object(&json, NULL);
		json_string(&json, "name", check->name);
		json_string(&json, "verdict", doctor_verdict_name(check->verdict));
		json_string(&json, "found", check->found);
		json_string(&json, "fix", check->fix[0] ? check->fix : NULL);
		json_close_object(&json);
	}
	json_close_array(&json);
	json_close_object(&json);
	json_end(&json);
}

int cmd_doctor(int argc, char **argv)
{
	struct output output;
	doctor_checks checks = VEC_INIT;
	struct sink sink;
	int code, written;

	if (argp_parse(&argp, argc, argv, 0, NULL, &output))
		return EXIT_USAGE;
	if (doctor_examine(&checks)) {
		vec_free(&checks);
		return EXIT_FAILED;
	}
	sink_open_fd(&sink, STDOUT_FILENO);
	if (!strcmp(output.renderer->name, "json"))
		print_json(&sink, &checks);
	else
		print_text(&sink, &checks, &output.options);
	code = (int)doctor_exit_code(&checks);
	written = output_end(&sink);
	vec_free(&checks);
	return written ? written : code;
}
