// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof`: profile until Ctrl-C or for -d seconds, print a report, or one every -i seconds. */
#include "cmd/cmd.h"
#include "cmd/live_stream.h"
#include "cmd/output.h"
#include "cmd/stop.h"
#include "cmd/target.h"
#include "cmd/usage.h"

#include "base/log.h"

#include <stdio.h>
#include <unistd.h>

struct settings {
	struct live_options target;
	struct output output;
	uint64_t seconds;	   /* 0 = until a signal */
	uint64_t interval_seconds; /* 0 = one report at the end */
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "How long:", 2},
	{"duration", 'd', "SEC", 0, "stop after so many seconds (default: at Ctrl-C)", 2},
	{"interval", 'i', "SEC", 0,
	 "print a report every so many seconds, and the total at the end", 2},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->target;
		state->child_inputs[1] = &settings->output;
		return 0;
	case 'd':
		settings->seconds = usage_number(arg, 1, 31536000, "-d", state);
		return 0;
	case 'i':
		settings->interval_seconds = usage_number(arg, 1, 86400, "-i", state);
		return 0;
	case ARGP_KEY_END:
		if (settings->interval_seconds && settings->output.renderer->alone)
			usage_error(state, "-i has no --format %s: it is one picture of all",
				    settings->output.renderer->name);
		if (settings->interval_seconds && settings->output.stream)
			usage_error(state, "-i has no --format %s: it goes on run by run",
				    settings->output.stream->name);
		if (!settings->target.level_given && !settings->target.sample_hz &&
		    settings->output.renderer->check)
			settings->target.level = VP_LEVEL_STAGES; /* it draws functions */
		return 0;
	case ARGP_KEY_ARG:
		usage_error(state, "unknown command or argument '%s'", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&target_argp, 0, NULL, 0}, {&output_argp, 0, NULL, 0}, {0}};

/* The list of commands, from the table that finds them. */
static char *help_filter(int key, const char *text, void *input)
{
	const struct command *command;
	char *list = NULL;
	size_t bytes;
	FILE *file;

	(void)input;
	if (key != ARGP_KEY_HELP_POST_DOC || !(file = open_memstream(&list, &bytes)))
		return (char *)text;
	fputs("Commands, in place of options (see `vhostprof COMMAND --help`):\n", file);
	for (command = commands; command->name; command++)
		fprintf(file, "  %-8s %s\n", command->name, command->help);
	return fclose(file) ? (char *)text : list;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Latency of vhost-net queues: how long a doorbell waits, how long the worker works, how "
	       "much each run moves, and whether notifications churn.\v ",
	.help_filter = help_filter,
};

static int poll_until(struct live *live, uint64_t until_ms, struct err *err)
{
	int error = 0;

	while (!error && !stop_asked) {
		uint64_t now = stop_now_ms();

		if (now >= until_ms)
			break;
		error = live_poll(live, until_ms - now < 100 ? (int)(until_ms - now) : 100, err);
	}
	return error;
}

/* Prints and frees; when nobody reads any more there is no reason to go on. */
static int print_report(struct report *report, const struct settings *settings)
{
	int code = output_report(&settings->output, report);

	report_free(report);
	stop_asked |= code != EXIT_OK;
	return code;
}

static int print_interval(struct live *live, const struct settings *settings, struct err *err)
{
	struct report *report;
	int error = live_interval(live, &report, err);

	if (!error)
		print_report(report, settings);
	return error;
}

static int profile(struct live *live, const struct settings *settings, struct err *err)
{
	uint64_t begin_ms = stop_now_ms();
	uint64_t end_ms = settings->seconds ? begin_ms + settings->seconds * 1000 : UINT64_MAX;
	uint64_t step_ms = settings->interval_seconds * 1000, next_ms = begin_ms + step_ms;
	int error = live_start(live, err);

	if (!error)
		log_info("recording");
	while (!error && !stop_asked && stop_now_ms() < end_ms) {
		bool is_interval = step_ms && next_ms < end_ms;

		error = poll_until(live, is_interval ? next_ms : end_ms, err);
		if (!error && !stop_asked && is_interval)
			error = print_interval(live, settings, err);
		next_ms += step_ms;
	}
	return error ? error : live_stop(live, err);
}

/* The window that was open when we stopped, if there were others, and the total. */
static int print_end(struct live *live, const struct settings *settings, struct err *err)
{
	struct report *report;

	if (settings->interval_seconds) {
		if (live_last(live, &report, err))
			return cmd_fail(err);
		if (print_report(report, settings))
			return EXIT_FAILED;
	}
	if (live_total(live, &report, err))
		return cmd_fail(err);
	return print_report(report, settings);
}

static int run(const struct settings *settings)
{
	struct live *live;
	struct err err;
	int code;

	if (live_open(&live, &settings->target, &err))
		return cmd_fail(&err);
	code = profile(live, settings, &err) ? cmd_fail(&err) : print_end(live, settings, &err);
	live_close(live);
	return code;
}

int cmd_live(int argc, char **argv)
{
	struct settings settings = {0};
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	stop_on_signals();
	code = settings.output.stream ? live_stream(&settings.target, settings.output.stream,
						    &settings.output, NULL, settings.seconds)
				      : run(&settings);
	target_free(&settings.target);
	return code;
}
