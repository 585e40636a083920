// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof report FILE…`: what a file holds, found by its content; several files: a summary, too. */
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "cmd/summary.h"

#include "base/log.h"
#include "source/ftrace.h"
#include "source/input_kind.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_CHURN_WINDOW = 0x200, KEY_CORRECT_BIAS };

#define CHURN_WINDOW_NS 50000u
#define CHURN_WINDOW_MAX_US 1000000u

struct settings {
	struct output output;
	struct ftrace_options ftrace;
	char **paths;
	int n;
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "Analysis:", 1},
	{"churn-window", KEY_CHURN_WINDOW, "US", 0,
	 "a gap up to so many microseconds is churn (default 50)", 1},
	{"correct-bias", KEY_CORRECT_BIAS, NULL, 0,
	 "also print times without what function_graph itself added", 1},
	{0},
};

static void set_window(struct settings *settings, const char *arg, struct argp_state *state)
{
	char *end;
	unsigned long long us;

	errno = 0;
	us = strtoull(arg, &end, 10);
	if (errno || *end || end == arg || *arg == '-' || us > CHURN_WINDOW_MAX_US)
		argp_error(state, "--churn-window takes 0 to %u microseconds, not '%s'",
			   CHURN_WINDOW_MAX_US, arg);
	settings->ftrace.churn_window_ns = us * 1000;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->output;
		return 0;
	case KEY_CHURN_WINDOW:
		set_window(settings, arg, state);
		return 0;
	case KEY_CORRECT_BIAS:
		settings->ftrace.correct_bias = true;
		return 0;
	case ARGP_KEY_ARGS:
		settings->paths = state->argv + state->next;
		settings->n = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "name a file, or - for standard input");
		return EINVAL;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&output_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "FILE…",
	.doc = "Reads function_graph text, plain or gzip: what the kernel's trace and trace_pipe files "
	       "print, or `trace-cmd report`. FILE - is standard input."
	       "\vSeveral files become one report each; as text, a table of all of them follows.",
};

/* The switch point: each kind of file has its reader. */
static int read_kind(struct input *input, const struct settings *settings, struct report **report,
		     struct err *err)
{
	const char *text;
	size_t len;
	int error = input_peek(input, &text, &len, err);

	if (error)
		return error;
	switch (source_kind_of(text, len)) {
	case SOURCE_EMPTY:
		return err_set(err, ENODATA, EXIT_FAILED, "%s: %s", input->name,
			       input->damage[0] ? input->damage : "is empty");
	case SOURCE_FOREIGN:
		return err_set(err, EINVAL, EXIT_FAILED, "%s: %s", input->name,
			       source_hint(text, len));
	case SOURCE_TEXT:
		break;
	}
	return ftrace_read(input, &settings->ftrace, report, err);
}

static int read_path(const char *path, const struct settings *settings, struct report **report,
		     struct err *err)
{
	struct input input;
	int error = input_open(&input, path, err);

	if (error)
		return error;
	error = read_kind(&input, settings, report, err);
	if (!error && input.damage[0])
		log_warn("%s: %s; the report shows what could be read", input.name, input.damage);
	if (!error)
		log_info("%s: %" PRIu64 " bytes of text", input.name, input.bytes);
	input_close(&input);
	return error;
}

/* A file that cannot be read does not keep the others from being shown. */
static int report_path(const char *path, const struct settings *settings, struct summary *summary)
{
	struct report *report;
	struct err err;
	int code;

	if (read_path(path, settings, &report, &err))
		return cmd_fail(&err);
	code = output_report(&settings->output, report);
	if (!code && summary_add(summary, report)) {
		log_error("out of memory: no summary");
		code = EXIT_FAILED;
	}
	report_free(report);
	return code;
}

int cmd_report(int argc, char **argv)
{
	struct settings settings = {.ftrace.churn_window_ns = CHURN_WINDOW_NS};
	struct summary summary = {0};
	int i, code = EXIT_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	for (i = 0; i < settings.n; i++) {
		int one = report_path(settings.paths[i], &settings, &summary);

		code = code ? code : one;
	}
	if (settings.n > 1 && !strcmp(settings.output.renderer->name, "text"))
		summary_print(&summary, &settings.output.options);
	summary_free(&summary);
	return code;
}
