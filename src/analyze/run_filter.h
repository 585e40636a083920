/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs on their way to a sink, those that nobody asked for left out. A run is in a churn pair when it ended
 * re-armed and a kick of the same queue followed within the churn window, or when that kick was its own
 * cause. The first of a pair waits for the next run of its queue: it is handed on just before that. Pure.
 *
 * Churn is judged among all runs of a queue; the other conditions then hold for each run by itself.
 */
#ifndef ANALYZE_RUN_FILTER_H
#define ANALYZE_RUN_FILTER_H

#include "analyze/run_gaps.h"

#include <stdbool.h>

#define FILTER_ANY_PAIR UINT32_MAX

struct run_filter_options {
	uint64_t least_ns; /* service time */
	bool of_queue;	   /* only this direction … */
	enum vp_dir dir;
	uint32_t queue_pair; /* … and pair; FILTER_ANY_PAIR */
	uint32_t causes;     /* bits 1 << enum vp_cause; 0 = all */
	bool churn_only;
	uint64_t churn_window_ns;
};

struct run_filter;

/* `next` gets the runs that are left. NULL when out of memory. */
struct run_filter *run_filter_new(const struct run_filter_options *options,
				  const struct run_sink *next);
void run_filter_free(struct run_filter *filter); /* NULL is fine */

/* What to hand to a source. */
struct run_sink run_filter_sink(struct run_filter *filter);

/* Runs that were handed to the filter, and those that went on. */
uint64_t run_filter_seen(const struct run_filter *filter);
uint64_t run_filter_passed(const struct run_filter *filter);

#endif
