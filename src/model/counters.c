// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows what one run adds to its queue's counters and when two runs make a gap. Refuses to know
 * where runs come from and what happened outside them.
 */
#include "model/counters.h"

#include "model/hist.h"

/* Times of two CPUs may disagree by a little: an interval never reads as a huge number. */
static uint64_t elapsed(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

static void add_counts(struct vp_counters *counters, const struct vp_run *run)
{
	counters->runs++;
	counters->causes[run->cause < VP_CAUSE_NR ? run->cause : VP_CAUSE_UNKNOWN]++;
	counters->ends[run->end < VP_END_NR ? run->end : VP_END_UNKNOWN]++;
	counters->chains += run->chains;
	counters->calls += run->calls;
	counters->rearms += run->rearms;
	counters->races += run->races;
}

static void add_times(struct vp_counters *counters, const struct vp_run *run)
{
	hist_add(&counters->service, elapsed(run->enter_ns, run->leave_ns));
	hist_add(&counters->batch, run->chains);
	if (run->wake_ns != VP_UNKNOWN)
		hist_add(&counters->wake, elapsed(run->wake_ns, run->enter_ns));
}

uint64_t counters_gap_ns(const struct counters_previous *previous, const struct vp_run *run,
			 enum counters_gap_end gap_end)
{
	uint64_t end_ns = gap_end == GAP_ENDS_AT_WAKE ? run->wake_ns : run->enter_ns;

	if (previous->end != VP_END_REARMED || run->cause != VP_CAUSE_KICK || end_ns == VP_UNKNOWN)
		return VP_UNKNOWN;
	return elapsed(previous->leave_ns, end_ns);
}

static void add_gap(struct vp_counters *counters, uint64_t gap_ns, uint64_t window_ns)
{
	if (gap_ns == VP_UNKNOWN)
		return;
	hist_add(&counters->gap, gap_ns);
	if (gap_ns <= window_ns)
		counters->churn_runs++;
}

void counters_add_run(struct vp_counters *counters, struct counters_previous *previous,
		      const struct vp_run *run, enum counters_gap_end gap_end,
		      uint64_t churn_window_ns)
{
	add_gap(counters, counters_gap_ns(previous, run, gap_end), churn_window_ns);
	add_counts(counters, run);
	add_times(counters, run);
	previous->leave_ns = run->leave_ns;
	previous->end = run->end;
}
