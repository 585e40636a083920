// SPDX-License-Identifier: BSD-2-Clause
/* The latencies of runs as two columns of numbers, for programs that draw heat maps of them. */
#include "render/run_stream.h"

/* Microseconds; a line of text in front would be a run that programs cannot read. */
static int run(struct run_stream *stream, const struct run_trace *trace)
{
	struct run_gaps *gaps = stream->state;
	struct run_latency latency;
	int error = run_metric(gaps, stream->options.metric, trace, &latency);

	if (error || latency.latency_ns == VP_UNKNOWN)
		return error;
	sink_printf(stream->sink, "%llu.%03llu %llu.%03llu\n",
		    (unsigned long long)latency.at_ns / 1000,
		    (unsigned long long)latency.at_ns % 1000,
		    (unsigned long long)latency.latency_ns / 1000,
		    (unsigned long long)latency.latency_ns % 1000);
	return 0;
}

static void release(struct run_stream *stream)
{
	run_gaps_free(stream->state);
}

const struct stream_renderer heatmap_data_stream = {
	.name = "heatmap-data",
	.help = "time and latency of each run in us: trace2heatmap.pl --unitstime=us --unitslat=us",
	.timed = true,
	.state_bytes = sizeof(struct run_gaps),
	.run = run,
	.free = release,
};
