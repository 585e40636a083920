/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The two sums, block by block, behind each number that a diff compares. Knows which field of which row
 * goes into which measure. Refuses to judge. Pure.
 */
#ifndef ANALYZE_DIFF_SAMPLE_H
#define ANALYZE_DIFF_SAMPLE_H

#include "analyze/diff.h"
#include "model/blocks.h"

/* The blocks of one report: by runs for what a run costs, by time for how many there are. */
struct diff_axis {
	const struct report *report;
	uint32_t by_run, by_time;   /* how many; by_time is 0 without absolute time */
	uint32_t run_log, time_log; /* of a block's length in runs, in ns */
	double seconds[BLOCKS_MAX]; /* in each block by time */
	double runs[BLOCKS_MAX];    /* of all queues, in each block by runs */
	double chains[BLOCKS_MAX];
	bool chains_known;
};

/* A row of a report, whatever it is. */
struct diff_thing {
	const struct diff_axis *axis;
	const struct report_queue *queue; /* NULL: a function */
	const struct report_function *function;
	const struct blocks_pair *blocks;
};

/* Cuts all blocks of each kind to one length; -ENOMEM. */
int diff_axis_init(struct diff_axis *axis, struct report *report);

/*
 * The sums of one measure. `edge` is the bucket above which values count, for percentiles. Returns
 * how many blocks there are: 0 when the source does not know.
 */
uint32_t diff_sample(const struct diff_thing *thing, enum diff_measure measure, uint32_t edge,
		     double y[BLOCKS_MAX], double x[BLOCKS_MAX]);

/* The histogram a percentile is read from, and which one; NULL for other measures. */
const struct vp_hist *diff_hist(const struct diff_thing *thing, enum diff_measure measure,
				double *share);

#endif
