// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/stream_out.h"

#include "cmd/cmd.h"
#include "cmd/stop.h"

#include "base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

static int no_memory(struct stream_out *out, struct err *err)
{
	run_filter_free(out->filter);
	run_stream_free(&out->stream);
	sink_close(&out->sink);
	return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
}

int stream_out_open(struct stream_out *out, const struct stream_renderer *renderer,
		    const struct output *output, const struct run_filter_options *filter,
		    struct err *err)
{
	const struct stream_options options = {.render = output->options, .metric = output->metric};

	*out = (struct stream_out){.filter = NULL};
	sink_open_fd(&out->sink, STDOUT_FILENO);
	if (run_stream_open(&out->stream, renderer, &out->sink, &options))
		return no_memory(out, err);
	/* Somebody watches. */
	out->stream.prompt = isatty(STDOUT_FILENO);
	out->runs = run_stream_sink(&out->stream);
	if (!filter)
		return 0;
	out->filter = run_filter_new(filter, &out->runs);
	if (!out->filter)
		return no_memory(out, err);
	out->runs = run_filter_sink(out->filter);
	return 0;
}

/* Of some, events were lost, or their level was given up. */
static void say_without_calls(const struct run_stream *stream, const char *source)
{
	if (stream->renderer->level >= VP_LEVEL_STAGES && stream->with_calls &&
	    stream->without_calls)
		log_warn("%s: %" PRIu64 " of %" PRIu64 " runs are without their functions", source,
			 stream->without_calls, stream->with_calls + stream->without_calls);
}

static int say_error(const struct stream_out *out, const char *source, int error)
{
	if (out->stream.refusal)
		log_error("%s: %s %s", source, out->stream.renderer->name, out->stream.refusal);
	else if (error != -EPIPE)
		log_error("cannot write: %s", strerror(-error));
	return EXIT_FAILED;
}

int stream_out_close(struct stream_out *out, const char *source, const struct report *report)
{
	int error = 0;

	if (report || out->stream.begun)
		error = run_stream_end(&out->stream, report);
	if (!error && report && !out->stream.renderer->loss_inside)
		output_warn_loss(source, &report->loss);
	if (!error)
		say_without_calls(&out->stream, source);
	if (out->filter && !error && run_filter_seen(out->filter) &&
	    !run_filter_passed(out->filter))
		log_warn("%s: none of %" PRIu64 " runs is one that was asked for", source,
			 run_filter_seen(out->filter));
	else if (out->filter)
		log_info("%s: %" PRIu64 " of %" PRIu64 " runs", source,
			 run_filter_passed(out->filter), run_filter_seen(out->filter));
	error = error ? say_error(out, source, error) : EXIT_OK;
	run_filter_free(out->filter);
	run_stream_free(&out->stream);
	sink_close(&out->sink);
	return error;
}

int stream_file(const char *path, const struct load_options *load,
		const struct stream_renderer *renderer, const struct output *output,
		const struct run_filter_options *filter)
{
	struct report *report = NULL;
	struct stream_out out;
	struct err err;
	int code, failed;

	if (stream_out_open(&out, renderer, output, filter, &err))
		return cmd_fail(&err);
	stop_on_signals();
	failed = load_report(path, load, &out.runs, &report, &err);
	code = stream_out_close(&out, path, failed ? NULL : report);
	report_free(report);
	return failed ? cmd_fail(&err) : code;
}
