// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof record -o FILE`: measure now, look later. */
#include "cmd/cmd.h"
#include "cmd/stop.h"
#include "cmd/target.h"
#include "cmd/usage.h"

#include "base/log.h"
#include "base/units.h"
#include "source/recorder.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define TICK_MS 1000 /* at most so much is lost when everything ends at once */
#define POLL_MS 100

struct settings {
	struct live_options target;
	const char *path;
	uint64_t seconds; /* 0 = until a signal */
};

static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "write the recording to FILE; - is standard output", 1},
	{NULL, 0, NULL, 0, "How long:", 2},
	{"duration", 'd', "SEC", 0, "stop after so many seconds (default: at Ctrl-C)", 2},
	{"verbose", 'v', NULL, 0, "say more on stderr; twice: libbpf's messages, too", 8},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->target;
		return 0;
	case 'o':
		settings->path = arg;
		return 0;
	case 'd':
		settings->seconds = usage_number(arg, 1, 31536000, "-d", state);
		return 0;
	case 'v':
		log_set_verbose(log_verbose() + 1);
		return 0;
	case ARGP_KEY_ARG:
		usage_error(state, "unexpected argument '%s': name the file with -o", arg);
	case ARGP_KEY_END:
		if (!settings->path || !*settings->path)
			usage_error(state, "name the file to write with -o FILE");
		if (!strcmp(settings->path, "-") && isatty(STDOUT_FILENO))
			usage_error(state,
				    "a recording is not for the terminal: -o FILE, or a pipe");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&target_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "Records every run of the vhost-net queues to a file, to be looked at later with "
	       "`vhostprof report FILE`."
	       "\vWhat was measured is on disk within a second: a recording that is killed, or whose disk "
	       "is full, can be read up to there.",
};

/* Only for people: on a terminal, one line that is written over and over. */
static void show_progress(const struct recorder *recorder, const struct live_progress *progress)
{
	char elapsed[UNITS_LEN], runs[UNITS_LEN], bytes[UNITS_LEN], lost[UNITS_LEN];

	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr, "\r\033[K%s  %s runs  %s  %s lost",
		units_duration(elapsed, progress->now_ns - progress->start_ns),
		units_count(runs, recorder_runs(recorder)),
		units_bytes(bytes, recorder_bytes(recorder)),
		units_count(lost, progress->records_lost));
}

static int tick(struct recorder *recorder, struct err *err)
{
	struct live_progress progress;
	int error = recorder_tick(recorder, &progress, err);

	if (!error)
		show_progress(recorder, &progress);
	return error;
}

static uint64_t earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* One second, or what is left of the time. */
static int poll_until(struct live *live, struct recorder *recorder, uint64_t until_ms,
		      struct err *err)
{
	uint64_t now_ms;
	int error = 0;

	while (!error && !stop_asked && (now_ms = stop_now_ms()) < until_ms) {
		error = live_poll(live, (int)earlier(until_ms - now_ms, POLL_MS), err);
		if (!error)
			error = recorder_check(recorder, err);
	}
	return error;
}

static int record(struct live *live, struct recorder *recorder, uint64_t seconds, struct err *err)
{
	uint64_t begin_ms = stop_now_ms();
	uint64_t end_ms = seconds ? begin_ms + seconds * 1000 : UINT64_MAX;
	int error = live_start(live, err);

	if (!error)
		error = tick(recorder, err);
	if (!error)
		log_info("recording");
	while (!error && !stop_asked && stop_now_ms() < end_ms) {
		error = poll_until(live, recorder, earlier(stop_now_ms() + TICK_MS, end_ms), err);
		if (!error)
			error = tick(recorder, err);
	}
	if (!error)
		error = live_stop(live, err);
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
	return error ? error : recorder_finish(recorder, err);
}

static int run(const struct settings *settings, struct recorder *recorder)
{
	struct live *live;
	struct err err;
	uint64_t runs;
	int code = EXIT_OK;

	if (live_open(&live, &settings->target, &err))
		return cmd_fail(&err);
	if (recorder_begin(recorder, live, settings->path, &err)) {
		code = cmd_fail(&err);
	} else if (record(live, recorder, settings->seconds, &err)) {
		code = cmd_fail(&err);
		runs = recorder_runs(recorder);
		log_error("recording stopped; the %" PRIu64 " runs written before that are kept",
			  runs);
	}
	live_close(live);
	return code;
}

int cmd_record(int argc, char **argv)
{
	struct settings settings = {0};
	struct recorder *recorder;
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	stop_on_signals();
	recorder = recorder_new(&settings.target);
	if (recorder) {
		code = run(&settings, recorder);
	} else {
		log_error("out of memory");
		code = EXIT_FAILED;
	}
	recorder_free(recorder);
	target_free(&settings.target);
	return code;
}
