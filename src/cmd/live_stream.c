// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/live_stream.h"

#include "cmd/cmd.h"
#include "cmd/stop.h"

#include "base/log.h"
#include "source/live_runs.h"

#include <errno.h>

#define POLL_MS 100

static int poll_runs(struct live *live, const struct live_runs *runs, uint64_t end_ms,
		     struct err *err)
{
	int error = 0;

	while (!error && !stop_asked && !live_runs_error(runs)) {
		uint64_t now_ms = stop_now_ms();

		if (now_ms >= end_ms)
			break;
		error = live_poll(
			live, end_ms - now_ms < POLL_MS ? (int)(end_ms - now_ms) : POLL_MS, err);
	}
	if (!error && live_runs_error(runs) == -ENOMEM)
		error = err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	return error;
}

static int profile(struct live *live, struct live_runs *runs, uint64_t seconds, struct err *err)
{
	uint64_t end_ms = seconds ? stop_now_ms() + seconds * 1000 : UINT64_MAX;
	int error;

	if (live_runs_begin(runs, live))
		return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	error = live_start(live, err);
	if (!error)
		log_info("recording");
	if (!error)
		error = poll_runs(live, runs, end_ms, err);
	return error ? error : live_stop(live, err);
}

static int run(struct live_options *target, struct live_runs *runs, struct stream_out *out,
	       uint64_t seconds)
{
	struct report *report = NULL;
	struct live *live = NULL;
	struct err err;
	int code, failed = live_open(&live, target, &err);

	if (!failed) {
		failed = profile(live, runs, seconds, &err);
		if (!failed)
			failed = live_total(live, &report, &err);
	}
	code = stream_out_close(out, "live", report);
	report_free(report);
	if (failed)
		code = cmd_fail(&err);
	live_close(live);
	return code;
}

int live_stream(struct live_options *target, const struct stream_renderer *renderer,
		const struct output *output, const struct run_filter_options *filter,
		uint64_t seconds)
{
	struct live_runs *runs;
	struct stream_out out;
	struct err err;
	int code = EXIT_FAILED;

	if (!target->level_given)
		target->level = renderer->level;
	if (stream_out_open(&out, renderer, output, filter, &err))
		return cmd_fail(&err);
	stop_on_signals();
	runs = live_runs_new(target, &out.runs);
	if (runs) {
		code = run(target, runs, &out, seconds);
	} else {
		log_error("out of memory");
		stream_out_close(&out, "live", NULL);
	}
	live_runs_free(runs);
	return code;
}
