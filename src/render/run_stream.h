/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Renderers that take runs one by one, as they come from a source, and write as they go:
 *
 *   run_stream_open → { run_stream_run } … → run_stream_end → run_stream_free
 *
 * run_stream_sink() makes one a struct run_sink for any source. Whatever happens to the source, run_stream_end
 * closes what is open: the output is whole even when the input was cut.
 */
#ifndef RENDER_RUN_STREAM_H
#define RENDER_RUN_STREAM_H

#include "analyze/run_metric.h"
#include "model/run_trace.h"
#include "render/render.h"

#include <vhostprof/config.h>

struct stream_options {
	struct render_options render;
	enum run_metric metric; /* of heat maps */
};

struct run_stream {
	const struct stream_renderer *renderer;
	struct sink *sink;
	struct stream_options options;
	void *state;	     /* the renderer's own */
	const char *refusal; /* why this source cannot be shown; NULL = it can */
	int error;	     /* 0 or the first -errno; nothing is written after it */
	bool begun;
	bool prompt; /* each run is written out at once */
	uint64_t with_calls,
		without_calls; /* runs; where there are both, pieces of some are missing */
};

struct stream_renderer {
	const char *name; /* as in --format or --style */
	const char *help;
	bool timed;	     /* refuses runs without absolute time */
	bool calls;	     /* refuses runs if none has its calls */
	enum vp_level level; /* what it shows has to be measured up to this one */
	bool loss_inside;    /* says in its output what is lost */
	size_t state_bytes;
	/* Each may be NULL. `report` is NULL when the source failed. 0 or -errno. */
	int (*begin)(struct run_stream *stream);
	int (*run)(struct run_stream *stream, const struct run_trace *trace);
	void (*end)(struct run_stream *stream, const struct report *report);
	void (*free)(struct run_stream *stream);
};

extern const struct stream_renderer trace_event_stream, heatmap_stream, heatmap_data_stream,
	csv_runs_stream, trace_tree_stream, trace_graph_stream;

/* What --format of a file may be besides a report; ended by NULL. */
extern const struct stream_renderer *const stream_formats[];
/* What --style of `trace` may be; the first is the default. */
extern const struct stream_renderer *const trace_styles[];

/* NULL if there is none of this name in the table. */
const struct stream_renderer *run_stream_find(const struct stream_renderer *const *table,
					      const char *name);

/* The sink stays the caller's. 0 or -ENOMEM. */
int run_stream_open(struct run_stream *stream, const struct stream_renderer *renderer,
		    struct sink *sink, const struct stream_options *options);
/* 0 or -errno: then there is no sense in going on, see `refusal`. */
int run_stream_run(struct run_stream *stream, const struct run_trace *trace);
/* Writes what closes the output, and flushes. 0 or -errno. */
int run_stream_end(struct run_stream *stream, const struct report *report);
void run_stream_free(struct run_stream *stream);

/* The runs of any source, into this stream. */
struct run_sink run_stream_sink(struct run_stream *stream);

#endif
