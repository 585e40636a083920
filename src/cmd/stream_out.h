/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From any source of runs, through a filter, into a streaming renderer on stdout:
 *
 *   stream_out_open → source with `runs` → stream_out_close
 */
#ifndef CMD_STREAM_OUT_H
#define CMD_STREAM_OUT_H

#include "analyze/run_filter.h"
#include "cmd/load.h"
#include "cmd/output.h"
#include "render/run_stream.h"

struct stream_out {
	struct sink sink;
	struct run_stream stream;
	struct run_filter *filter; /* NULL = all runs */
	struct run_sink runs;	   /* for the source */
};

/* `filter` NULL = all runs. 0 or -errno with `err` set. */
int stream_out_open(struct stream_out *out, const struct stream_renderer *renderer,
		    const struct output *output, const struct run_filter_options *filter,
		    struct err *err);
/* `report`: what the source ended with; NULL: it failed. Says what went wrong; returns an exit code. */
int stream_out_close(struct stream_out *out, const char *source, const struct report *report);

/* All of it for one file; a signal ends the reading, and the output is whole. Returns an exit code. */
int stream_file(const char *path, const struct load_options *load,
		const struct stream_renderer *renderer, const struct output *output,
		const struct run_filter_options *filter);

#endif
