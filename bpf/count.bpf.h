/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counting whole runs: exact whatever happens to the records. Only a queue's own worker comes here,
 * so plain additions do. src/model/counters.c applies the same rules to runs read from files.
 */
#ifndef COUNT_BPF_H
#define COUNT_BPF_H

#include "maps.bpf.h"

static __always_inline void count_hist(struct vp_hist *hist, __u64 value)
{
	__u32 index = vp_bucket_of(value);

	if (!hist->count || value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->count++;
	hist->sum += value;
	barrier_var(index); /* else the compiler drops the mask the verifier asks for */
	hist->buckets[index & (VP_HIST_BUCKETS - 1)]++;
}

/* For functions that run on any CPU. Of two at once, one's minimum or maximum may be missed. */
static __always_inline void count_hist_shared(struct vp_hist *hist, __u64 value)
{
	__u32 index = vp_bucket_of(value);

	if (!hist->count || value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	__sync_fetch_and_add(&hist->count, 1);
	__sync_fetch_and_add(&hist->sum, value);
	barrier_var(index);
	__sync_fetch_and_add(&hist->buckets[index & (VP_HIST_BUCKETS - 1)], 1);
}

/* A kick can come before the run that re-armed has returned: that gap counts as 0. */
static __always_inline void count_gap(struct vp_counters *counted, const struct queue_state *queue,
				      const struct vp_run *run)
{
	__u64 gap_ns;

	if (queue->previous_end != VP_END_REARMED || run->cause != VP_CAUSE_KICK)
		return;
	gap_ns = run->wake_ns > queue->previous_leave_ns ? run->wake_ns - queue->previous_leave_ns
							 : 0;
	count_hist(&counted->gap, gap_ns);
	if (gap_ns <= config.churn_window_ns)
		counted->churn_runs++;
}

static __always_inline void count_run(struct vp_counters *counted, struct queue_state *queue,
				      const struct vp_run *run)
{
	counted->runs++;
	counted->causes[run->cause & (VP_CAUSE_NR - 1)]++;
	if (run->end < VP_END_NR)
		counted->ends[run->end]++;
	counted->chains += run->chains;
	counted->calls += run->calls;
	counted->rearms += run->rearms;
	counted->races += run->races;
	count_hist(&counted->service, run->leave_ns - run->enter_ns);
	count_hist(&counted->batch, run->chains);
	if (run->wake_ns != VP_UNKNOWN)
		count_hist(&counted->wake, run->enter_ns - run->wake_ns);
	count_gap(counted, queue, run);
	queue->previous_end = run->end;
	queue->previous_leave_ns = run->leave_ns;
}

_Static_assert((VP_CAUSE_NR & (VP_CAUSE_NR - 1)) == 0, "causes are masked");

#endif
