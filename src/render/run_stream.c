// SPDX-License-Identifier: BSD-2-Clause
/* Knows which streaming formats there are, and when one begins and ends. */
#include "render/run_stream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

const struct stream_renderer *const stream_formats[] = {
	&trace_event_stream, &heatmap_stream, &heatmap_data_stream, &csv_runs_stream, NULL};

const struct stream_renderer *const trace_styles[] = {&trace_tree_stream, &trace_graph_stream,
						      NULL};

const struct stream_renderer *run_stream_find(const struct stream_renderer *const *table,
					      const char *name)
{
	for (; *table; table++)
		if (!strcmp((*table)->name, name))
			return *table;
	return NULL;
}

int run_stream_open(struct run_stream *stream, const struct stream_renderer *renderer,
		    struct sink *sink, const struct stream_options *options)
{
	*stream = (struct run_stream){.renderer = renderer, .sink = sink, .options = *options};
	stream->state = renderer->state_bytes ? calloc(1, renderer->state_bytes) : NULL;
	return stream->state || !renderer->state_bytes ? 0 : -ENOMEM;
}

static const char *refusal_of(const struct stream_renderer *renderer, const struct run_trace *trace)
{
	if (renderer->timed && trace->run->enter_ns == VP_UNKNOWN)
		return "needs absolute time, which this trace does not have (trace option "
		       "funcgraph-abstime)";
	if (renderer->calls && !trace->calls_len)
		return "needs the calls of each run: function_graph text, or a recording made at "
		       "--level trace";
	return NULL;
}

/* Nothing is written for a source that is refused. */
static int begin(struct run_stream *stream)
{
	stream->begun = true;
	return stream->renderer->begin ? stream->renderer->begin(stream) : 0;
}

int run_stream_run(struct run_stream *stream, const struct run_trace *trace)
{
	if (stream->error)
		return stream->error;
	if (!stream->begun) {
		stream->refusal = refusal_of(stream->renderer, trace);
		stream->error = stream->refusal ? -EINVAL : begin(stream);
	}
	*(trace->calls_len ? &stream->with_calls : &stream->without_calls) += 1;
	/* Single runs may lack what the source has in general. */
	if (!stream->error && !refusal_of(stream->renderer, trace))
		stream->error = stream->renderer->run(stream, trace);
	if (!stream->error && stream->prompt)
		sink_flush(stream->sink);
	if (!stream->error)
		stream->error = stream->sink->error;
	return stream->error;
}

int run_stream_end(struct run_stream *stream, const struct report *report)
{
	if (stream->refusal)
		return stream->error;
	if (!stream->error && !stream->begun)
		stream->error = begin(stream);
	if (stream->renderer->end)
		stream->renderer->end(stream, report);
	sink_flush(stream->sink);
	return stream->error ? stream->error : stream->sink->error;
}

void run_stream_free(struct run_stream *stream)
{
	if (stream->renderer->free && stream->state)
		stream->renderer->free(stream);
	free(stream->state);
	stream->state = NULL;
}

static int on_run(void *context, const struct run_trace *trace)
{
	return run_stream_run(context, trace);
}

struct run_sink run_stream_sink(struct run_stream *stream)
{
	return (struct run_sink){.context = stream, .run = on_run};
}
