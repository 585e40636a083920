/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The gaps between the runs of each queue, run by run: from the end of a run that re-armed to the kick that
 * followed; where the source ties no wakeup to a queue, to the next entry. Pure.
 */
#ifndef ANALYZE_RUN_GAPS_H
#define ANALYZE_RUN_GAPS_H

#include "base/vec.h"
#include "model/counters.h"
#include "model/run_owner.h"

struct run_gaps_queue {
	struct run_owner owner;
	struct counters_previous previous;
};

struct run_gaps {
	VEC(struct run_gaps_queue) queues;
};

/*
 * The gap that this run closes; VP_UNKNOWN when it closes none, or has no time. `queue` is its place among
 * the queues met. 0 or -ENOMEM.
 */
int run_gaps_add(struct run_gaps *gaps, const struct run_trace *trace, size_t *queue,
		 uint64_t *gap_ns);
void run_gaps_free(struct run_gaps *gaps);

#endif
