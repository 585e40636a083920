/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The rules of counting runs, for runs that come from files: the same results as BPF's own counters
 * (bpf/count.bpf.h) from the same runs. Pure.
 */
#ifndef MODEL_COUNTERS_H
#define MODEL_COUNTERS_H

#include <stdint.h>
#include <vhostprof/wire.h>

/* What the next run of the same queue is judged against; zero-initialise per queue. */
struct counters_previous {
	uint64_t leave_ns;
	uint8_t end; /* enum vp_end of the run before; VP_END_UNKNOWN = there was none */
};

/* Where a gap ends. Text traces cannot tie a wakeup to a queue, there it ends at the next enter. */
enum counters_gap_end { GAP_ENDS_AT_WAKE, GAP_ENDS_AT_ENTER };

/* The gap that `run` closes behind `previous`; VP_UNKNOWN when it closes none. */
uint64_t counters_gap_ns(const struct counters_previous *previous, const struct vp_run *run,
			 enum counters_gap_end gap_end);

/*
 * Adds one whole run. A run after one that ended re-armed, itself caused by a kick, closes a gap;
 * a kick that came before the leave counts as a gap of 0. Runs must come in time order per queue.
 * doorbells, coalesced and requeues[] are not touched: they are counted where they happen.
 */
void counters_add_run(struct vp_counters *counters, struct counters_previous *previous,
		      const struct vp_run *run, enum counters_gap_end gap_end,
		      uint64_t churn_window_ns);

#endif
