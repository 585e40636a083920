// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof report FILE…`: what a file holds, found by its content; several files: a summary, too. */
#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/output.h"
#include "cmd/stream_out.h"
#include "cmd/summary.h"
#include "cmd/usage.h"

#include "base/log.h"

#include <errno.h>
#include <string.h>

enum { KEY_CORRECT_BIAS = 0x200 };

struct settings {
	struct output output;
	struct load_options load;
	char **paths;
	int n;
};

static const struct argp_option options[] = {
	{"correct-bias", KEY_CORRECT_BIAS, NULL, 0,
	 "also print times without what function_graph itself added", 1},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	(void)arg;
	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->load;
		state->child_inputs[1] = &settings->output;
		return 0;
	case KEY_CORRECT_BIAS:
		settings->load.correct_bias = true;
		return 0;
	case ARGP_KEY_ARGS:
		settings->paths = state->argv + state->next;
		settings->n = state->argc - state->next;
		return 0;
	case ARGP_KEY_END:
		if (settings->n > 1 && settings->output.stream)
			usage_error(state, "--format %s takes one file",
				    settings->output.stream->name);
		if (settings->n > 1 && settings->output.renderer->alone)
			usage_error(state, "--format %s takes one file",
				    settings->output.renderer->name);
		return 0;
	case ARGP_KEY_NO_ARGS:
		usage_error(state, "name a file, or - for standard input");
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&load_argp, 0, NULL, 0}, {&output_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "FILE…",
	.doc = "Reads recordings (.vprof), and function_graph text, plain or gzip: what the kernel's trace "
	       "and trace_pipe files print, or `trace-cmd report`. FILE - is standard input."
	       "\vSeveral files become one report each; as text, a table of all of them follows.",
};

/* A file that cannot be read does not keep the others from being shown. */
static int report_path(const char *path, const struct settings *settings, struct summary *summary)
{
	struct report *report;
	struct err err;
	int code;

	if (load_report(path, &settings->load, NULL, &report, &err))
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
	struct settings settings = {0};
	struct summary summary = {0};
	int i, code = EXIT_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	if (settings.output.stream)
		return stream_file(settings.paths[0], &settings.load, settings.output.stream,
				   &settings.output, NULL);
	for (i = 0; i < settings.n; i++) {
		int one = report_path(settings.paths[i], &settings, &summary);

		code = code ? code : one;
	}
	if (settings.n > 1 && !strcmp(settings.output.renderer->name, "text"))
		summary_print(&summary, &settings.output.options);
	summary_free(&summary);
	return code;
}
