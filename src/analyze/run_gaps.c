// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/run_gaps.h"

#include <errno.h>

static struct run_gaps_queue *find(struct run_gaps *gaps, const struct run_owner *owner)
{
	struct run_owner kept;
	struct run_gaps_queue *added;

	vec_foreach (queue, &gaps->queues)
		if (run_owner_same(&queue->owner, owner))
			return queue;
	if (run_owner_copy(&kept, owner))
		return NULL;
	added = vec_add(&gaps->queues);
	if (added)
		added->owner = kept;
	else
		run_owner_free(&kept);
	return added;
}

/* A run that seems to begin before the one before it ended has no known neighbour. */
static uint64_t gap_of(const struct counters_previous *previous, const struct vp_run *run)
{
	bool woken = run->wake_ns != VP_UNKNOWN;

	if (run->enter_ns == VP_UNKNOWN || run->enter_ns < previous->leave_ns)
		return VP_UNKNOWN;
	return counters_gap_ns(previous, run, woken ? GAP_ENDS_AT_WAKE : GAP_ENDS_AT_ENTER);
}

int run_gaps_add(struct run_gaps *gaps, const struct run_trace *trace, size_t *queue,
		 uint64_t *gap_ns)
{
	struct run_gaps_queue *found = find(gaps, trace->owner);
	const struct vp_run *run = trace->run;
	bool timed = run->leave_ns != VP_UNKNOWN;

	if (!found)
		return -ENOMEM;
	*gap_ns = gap_of(&found->previous, run);
	*queue = (size_t)(found - gaps->queues.items);
	found->previous.leave_ns = timed ? run->leave_ns : 0;
	found->previous.end = timed ? run->end : VP_END_UNKNOWN;
	return 0;
}

void run_gaps_free(struct run_gaps *gaps)
{
	vec_foreach (queue, &gaps->queues)
		run_owner_free(&queue->owner);
	vec_free(&gaps->queues);
}
