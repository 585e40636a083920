/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What becomes of the calls of each run of a trace: they are added to the tree of their queue and
 * cause, and the run is handed to whoever wants runs one by one.
 *
 * While a trace is read the symbols of the trees are numbers of functions; worker_trace_report()
 * gives them their names.
 */
#ifndef MODEL_WORKER_TRACE_H
#define MODEL_WORKER_TRACE_H

#include "model/worker.h"

/*
 * `run` is complete but for what the trace does not tell. Changes the symbols of its calls. 0, -ENOMEM,
 * or what the sink returned.
 */
int worker_trace_run(struct workers *workers, struct worker_queue *queue, const struct vp_run *run,
		     const struct done_run *done, const struct runs_traced *traced);

/* Adds the trees of `from`, which turned out to be the same queue. 0 or -ENOMEM. */
int worker_trace_merge(struct worker_queue *into, const struct worker_queue *from);

/* Gives the queue's trees, and its functions made from them, to its row. 0 or -ENOMEM. */
int worker_trace_report(struct workers *workers, const struct worker_queue *queue,
			struct report_queue *row);

void worker_trace_free(struct worker_queue *queue);

#endif
