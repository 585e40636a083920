// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof advise [FILE]`: what could be done, from a file or from a few seconds of a running kernel. */
#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/output.h"
#include "cmd/stop.h"
#include "cmd/target.h"
#include "cmd/usage.h"

#include "base/log.h"
#include "render/advice.h"
#include "source/sched.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_CPU = 0x600 };

#define LOOK_MS 50

struct settings {
	struct live_options target;
	struct output output;
	uint64_t seconds;
	double cpu_budget;
	char *path; /* NULL: live */
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "How long (without FILE):", 2},
	{"duration", 'd', "SEC", 0, "profile for so many seconds (default 10)", 2},
	{NULL, 0, NULL, 0, "Advice:", 4},
	{"cpu", KEY_CPU, "PCT", 0, "busy polling may add so much of one CPU (default 100)", 4},
	{0},
};

static void set_path(struct settings *settings, char *path, struct argp_state *state)
{
	if (settings->path)
		usage_error(state, "one file at a time, '%s' is one too many", path);
	settings->path = path;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->target;
		state->child_inputs[1] = &settings->output;
		return 0;
	case 'd':
		settings->seconds = usage_number(arg, 1, 86400, "-d", state);
		return 0;
	case KEY_CPU:
		settings->cpu_budget = (double)usage_number(arg, 1, 100, "--cpu", state) / 100;
		return 0;
	case ARGP_KEY_ARG:
		set_path(settings, arg, state);
		return 0;
	case ARGP_KEY_END:
		if (settings->path && (settings->target.pids.len || settings->target.vms.len))
			usage_error(state,
				    "-p and --vm choose from a running kernel, not from a file");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&target_argp, 0, NULL, 0}, {&output_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "[FILE]",
	.doc = "Says what could be done about a queue, with the evidence: what busy polling would absorb and "
	       "cost, and whether the worker is saturated, starved or badly placed. FILE is a recording or "
	       "function_graph text, - standard input; without it the running kernel is profiled."
	       "\vWhere a worker runs and what it waits for is only known of a running kernel.",
};

static int print(const struct settings *settings, const struct advice *advice)
{
	struct sink sink;
	int error;

	sink_open_fd(&sink, STDOUT_FILENO);
	if (!strcmp(settings->output.renderer->name, "json"))
		advice_json(&sink, advice);
	else
		advice_text(&sink, advice, &settings->output.options);
	error = sink_close(&sink);
	if (!error)
		return EXIT_OK;
	if (error != -EPIPE)
		log_error("cannot write the advice: %s", strerror(-error));
	return EXIT_FAILED;
}

static int advise(const struct settings *settings, const struct report *report)
{
	struct advice *advice;
	int code;

	if (advice_make(report, settings->cpu_budget, &advice)) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	code = print(settings, advice);
	advice_free(advice);
	return code;
}

static int watch(struct live *live, struct sched *sched, uint64_t seconds, struct err *err)
{
	uint64_t end_ms, now_ms;
	int error = live_start(live, err);

	if (!error)
		log_info("recording");
	end_ms = stop_now_ms() + seconds * 1000;
	while (!error && !stop_asked && (now_ms = stop_now_ms()) < end_ms) {
		error = live_poll(
			live, end_ms - now_ms < LOOK_MS ? (int)(end_ms - now_ms) : LOOK_MS, err);
		sched_look(sched);
	}
	return error ? error : live_stop(live, err);
}

static int begin_watching(struct live *live, struct sched *sched, struct err *err)
{
	struct report *list;
	int error = live_list(live, &list, err);

	if (error)
		return error;
	error = sched_begin(sched, list);
	report_free(list);
	return error ? err_set(err, -error, EXIT_FAILED, "out of memory") : 0;
}

static int profile(struct live *live, const struct settings *settings, struct report **report,
		   struct err *err)
{
	struct sched sched = {0};
	int error = begin_watching(live, &sched, err);

	if (!error)
		error = watch(live, &sched, settings->seconds, err);
	sched_end(&sched);
	if (!error)
		error = live_total(live, report, err);
	if (!error)
		sched_fill(&sched, *report);
	sched_free(&sched);
	return error;
}

static int get_report(const struct settings *settings, struct report **report, struct err *err)
{
	struct load_options load = {
		.churn_window_ns = settings->target.churn_window_ns,
		.blocks = true,
	};
	struct live *live;
	int error;

	if (settings->path)
		return load_report(settings->path, &load, report, err);
	error = live_open(&live, &settings->target, err);
	if (error)
		return error;
	error = profile(live, settings, report, err);
	live_close(live);
	return error;
}

int cmd_advise(int argc, char **argv)
{
	struct settings settings = {.seconds = 10, .cpu_budget = 1};
	struct report *report;
	struct err err;
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	stop_on_signals();
	if (get_report(&settings, &report, &err)) {
		code = cmd_fail(&err);
	} else {
		code = advise(&settings, report);
		report_free(report);
	}
	target_free(&settings.target);
	return code;
}
