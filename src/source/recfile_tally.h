/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the runs of a recording add up to, queue by queue: counters, blocks, time by cause. Indexed like
 * the recording's queues. Pure.
 */
#ifndef SOURCE_RECFILE_TALLY_H
#define SOURCE_RECFILE_TALLY_H

#include "model/blocks.h"
#include "model/counters.h"
#include "source/recfile_read.h"

struct tally {
	struct vp_counters counters;
	struct counters_previous previous;
	struct blocks_pair blocks;
	uint64_t service_ns[VP_CAUSE_NR]; /* of the runs of each cause */
};

struct tallies {
	VEC(struct tally *) items; /* NULL = a queue without runs */
	uint64_t churn_window_ns;
	uint64_t runs, unplaced_runs;
	uint64_t first_ns, last_ns; /* when the first run began, when the last one ended */
	bool blocks;		    /* keep blocks, too */
};

void tallies_free(struct tallies *tallies);

/* NULL when the queue has no runs. */
struct tally *tallies_find(const struct tallies *tallies, size_t index);

/* Before the runs behind a hole: no gap spans it. */
void tallies_hole(struct tallies *tallies);

/* `index` is that of the run's queue, -1 = of one too many. 0 or -ENOMEM. */
int tallies_add(struct tallies *tallies, int index, const struct recfile *file,
		const struct vp_run *run);

#endif
