// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof trace`: every run, live or of a file, one after the other, as it was made of functions. */
#include "cmd/cmd.h"
#include "cmd/filter.h"
#include "cmd/live_stream.h"
#include "cmd/stream_out.h"
#include "cmd/target.h"
#include "cmd/usage.h"

enum { KEY_STYLE = 0x200 };

struct settings {
	struct output output;
	struct load_options load;
	struct run_filter_options filter;
	const struct stream_renderer *style;
	struct live_options target;
	const char *path;
	uint64_t seconds; /* live: 0 = until a signal */
};

static const struct argp_option options[] = {
	{"style", KEY_STYLE, "STYLE", 0,
	 "tree (default): each run with its cause, its result and its functions; function_graph: "
	 "the kernel's own text, which `vhostprof report` reads",
	 7},
	{NULL, 0, NULL, 0, "How long (live):", 3},
	{"duration", 'd', "SEC", 0, "stop after so many seconds (default: at Ctrl-C)", 3},
	{0},
};

static void settle(struct settings *settings, struct argp_state *state)
{
	bool live = settings->target.pids.len || settings->target.vms.len;

	if (settings->path && live)
		usage_error(state, "a file, or -p or --vm: not both");
	if (settings->path && (settings->seconds || settings->target.level_given))
		usage_error(state, "-d and --level are for a running kernel, not for a file");
	if (settings->output.formatted && !settings->output.stream)
		usage_error(state, "this command has no --format %s",
			    settings->output.renderer->name);
	if (settings->output.stream)
		settings->style = settings->output.stream;
	settings->filter.churn_window_ns = settings->load.churn_window_ns;
	settings->target.churn_window_ns = settings->load.churn_window_ns;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		settings->style = trace_styles[0];
		state->child_inputs[0] = &settings->load;
		state->child_inputs[1] = &settings->filter;
		state->child_inputs[2] = &settings->target;
		state->child_inputs[3] = &settings->output;
		return 0;
	case KEY_STYLE:
		settings->style = run_stream_find(trace_styles, arg);
		if (!settings->style)
			usage_error(state, "--style takes tree or function_graph, not '%s'", arg);
		return 0;
	case 'd':
		settings->seconds = usage_number(arg, 1, 31536000, "-d", state);
		return 0;
	case ARGP_KEY_ARG:
		if (settings->path)
			usage_error(state, "one file at a time, not '%s' as well", arg);
		settings->path = arg;
		return 0;
	case ARGP_KEY_END:
		settle(settings, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&load_argp, 0, NULL, 0},
	{&filter_argp, 0, NULL, 0},
	{&target_core_argp, 0, NULL, 0},
	{&output_argp, 0, NULL, 0},
	{0},
};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "[FILE]",
	.doc = "Prints every run, one by one: of the vhost-net queues of this host while it is measured, or "
	       "of a recording (.vprof) or function_graph text. FILE - is standard input."
	       "\vFunctions are shown where the file has them: function_graph text has, and recordings "
	       "made at --level trace.",
};

int cmd_trace(int argc, char **argv)
{
	struct settings settings = {0};
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	if (settings.path)
		code = stream_file(settings.path, &settings.load, settings.style, &settings.output,
				   &settings.filter);
	else
		code = live_stream(&settings.target, settings.style, &settings.output,
				   &settings.filter, settings.seconds);
	target_free(&settings.target);
	return code;
}
