/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a recording says of single runs beside their records: the calls they were made of and what they
 * spent on each stage. Only looked at when somebody wants it. Pure.
 */
#ifndef SOURCE_RECFILE_TRACE_H
#define SOURCE_RECFILE_TRACE_H

#include "model/run_calls.h"
#include "source/recfile.h"
#include "source/recfile_field.h"

struct recfile_trace {
	struct run_calls *calls;
	bool has_rows;	 /* their names are known */
	bool has_calls;	 /* there were events */
	bool has_stages; /* of the last block of runs */
	struct vp_stages stages[RECFILE_RUNS_MAX];
	__u64 items[RECFILE_EVENTS_MAX];
};

struct recfile_trace *trace_new(void); /* NULL when out of memory */
void trace_free(struct recfile_trace *trace);

/* Events name rows of the meta block's list of probes: what those are called. 0 or -ENOMEM. */
int trace_rows(struct recfile_trace *trace, const struct recfile_meta *meta,
	       struct symbols *symbols);

/* A block of events: 0, -ENOMEM, -EBADMSG. */
int trace_events(struct recfile_trace *trace, struct bytes in);
/* What the columns of runs leave. 0 or -EBADMSG. */
int trace_stages(struct recfile_trace *trace, struct bytes in, uint32_t runs);

#endif
