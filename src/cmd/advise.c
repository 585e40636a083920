// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof advise [FILE]`: what could be done, from a file or from a few seconds of a running kernel. */
#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/output.h"
#include "cmd/stop.h"
#include "cmd/target.h"
#include "cmd/usage.h"
#include "cmd/verify.h"

#include "base/log.h"
#include "render/advice.h"
#include "source/sched.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_CPU = 0x600, KEY_PER_KICK, KEY_POLL_US, KEY_VERIFY, KEY_POLL_US_AFTER };

#define PER_KICK_MAX_US 1000000u
#define POLL_MAX_US	10000000u

#define LOOK_MS		50
#define SECONDS_DEFAULT 10

struct settings {
	struct live_options target;
	struct output output;
	uint64_t seconds; /* 0 = not given */
	struct whatif_options whatif;
	bool verify;
	uint64_t poll_us_after; /* VP_UNKNOWN: as AFTER says */
	char *paths[2];		/* none: live */
	int n;
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "How long (without FILE):", 2},
	{"duration", 'd', "SEC", 0, "profile for so many seconds (default 10)", 2},
	{NULL, 0, NULL, 0, "Advice:", 6},
	{"cpu", KEY_CPU, "PCT", 0, "busy polling may add so much of one CPU (default 100)", 6},
	{"per-kick", KEY_PER_KICK, "US", 0,
	 "it may spin so many microseconds for each kick that it spares (default 50)", 6},
	{"poll-us", KEY_POLL_US, "N", 0, "also say what poll-us=N would do; up to 8 times", 6},
	{NULL, 0, NULL, 0, "Afterwards:", 7},
	{"verify", KEY_VERIFY, NULL, 0,
	 "hold what BEFORE predicts for the poll-us of AFTER against what AFTER measured", 7},
	{"poll-us-after", KEY_POLL_US_AFTER, "N", 0,
	 "the poll-us that AFTER was measured with, if it does not say", 7},
	{0},
};

static const char *const formats[] = {"text", "json", NULL};

static void add_path(struct settings *settings, char *path, struct argp_state *state)
{
	if (settings->n == 2)
		usage_error(state, "'%s' is one file too many", path);
	settings->paths[settings->n++] = path;
}

static void add_poll_us(struct whatif_options *whatif, const char *arg, struct argp_state *state)
{
	if (whatif->extras == WHATIF_EXTRAS_MAX)
		usage_error(state, "--poll-us goes %d times at most", WHATIF_EXTRAS_MAX);
	whatif->extra[whatif->extras++] =
		(uint32_t)usage_number(arg, 1, POLL_MAX_US, "--poll-us", state);
}

static void check(const struct settings *settings, struct argp_state *state)
{
	const struct live_options *target = &settings->target;

	if (settings->n && (target->pids.len || target->vms.len))
		usage_error(state, "-p and --vm choose from a running kernel, not from a file");
	if (settings->n && (target->dir >= 0 || target->queue_pair != VP_NO_PAIR ||
			    target->level_given || settings->seconds))
		usage_error(state,
			    "--queue, --level and -d are for a running kernel, not for a file");
	if (settings->verify && settings->n != 2)
		usage_error(state, "--verify takes two files, before and after");
	if (settings->verify && !strcmp(settings->paths[0], "-") &&
	    !strcmp(settings->paths[1], "-"))
		usage_error(state, "standard input can be one of the two, not both");
	if (!settings->verify && settings->n == 2)
		usage_error(state, "one file at a time, '%s' is one too many", settings->paths[1]);
	if (!settings->verify && settings->poll_us_after != VP_UNKNOWN)
		usage_error(state, "--poll-us-after goes with --verify");
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
		settings->whatif.cpu_budget =
			(double)usage_number(arg, 1, 100, "--cpu", state) / 100;
		return 0;
	case KEY_PER_KICK:
		settings->whatif.worth_ns =
			1e3 * (double)usage_number(arg, 1, PER_KICK_MAX_US, "--per-kick", state);
		return 0;
	case KEY_POLL_US:
		add_poll_us(&settings->whatif, arg, state);
		return 0;
	case KEY_VERIFY:
		settings->verify = true;
		return 0;
	case KEY_POLL_US_AFTER:
		settings->poll_us_after =
			usage_number(arg, 1, POLL_MAX_US, "--poll-us-after", state);
		return 0;
	case ARGP_KEY_ARG:
		add_path(settings, arg, state);
		return 0;
	case ARGP_KEY_END:
		output_only(&settings->output, formats, state);
		check(settings, state);
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
	.args_doc = "[FILE]\n--verify BEFORE AFTER",
	.doc = "Says what could be done about a queue, with the evidence: what busy polling would absorb and "
	       "cost, and whether the worker is saturated, starved or badly placed. FILE is a recording or "
	       "function_graph text, - standard input; without it the running kernel is profiled. With --verify "
	       "it looks back: poll-us was changed between two files; did it do what was predicted?"
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

	if (advice_make(report, &settings->whatif, &advice)) {
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
		error = watch(live, &sched, settings->seconds ? settings->seconds : SECONDS_DEFAULT,
			      err);
	sched_end(&sched);
	if (!error)
		error = live_total(live, report, err);
	if (!error)
		sched_fill(&sched, *report);
	sched_free(&sched);
	return error;
}

static int get_report(const struct settings *settings, const struct load_options *load,
		      struct report **report, struct err *err)
{
	struct live *live;
	int error;

	if (settings->n)
		return load_report(settings->paths[0], load, NULL, report, err);
	error = live_open(&live, &settings->target, err);
	if (error)
		return error;
	error = profile(live, settings, report, err);
	live_close(live);
	return error;
}

static int run(const struct settings *settings)
{
	struct load_options load = {
		.churn_window_ns = settings->target.churn_window_ns,
		.blocks = true,
	};
	struct report *report;
	struct err err;
	int code;

	if (settings->verify)
		return verify_files(settings->paths, settings->poll_us_after, &load,
				    &settings->output);
	stop_on_signals();
	if (get_report(settings, &load, &report, &err))
		return cmd_fail(&err);
	code = advise(settings, report);
	report_free(report);
	return code;
}

int cmd_advise(int argc, char **argv)
{
	struct settings settings = {
		.whatif = {.cpu_budget = 1, .worth_ns = WHATIF_WORTH_NS},
		.poll_us_after = VP_UNKNOWN,
	};
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	code = run(&settings);
	target_free(&settings.target);
	return code;
}
