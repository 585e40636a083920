// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows what a run's functions prove, kernel by kernel; each rule names the code it leans on.
 * Refuses to know where the functions come from and which worker runs them.
 */
#include "model/runs.h"

#include <string.h>

void runs_open(struct run_builder *run, enum role handler, enum vp_dir dir, uint32_t depth)
{
	memset(run, 0, sizeof(*run));
	run->open = true;
	run->handler = (uint8_t)handler;
	run->dir = (uint8_t)dir;
	run->depth = depth;
}

/* The guest refilled the ring between the last look and vhost_enable_notify: the run goes on. */
static void lost_the_race(struct run_builder *run)
{
	if (!run->armed)
		return;
	run->armed = false;
	run->rearms--;
	run->races++;
}

static void put_back(struct run_builder *run, enum vp_requeue reason)
{
	static const uint8_t ends[VP_REQUEUE_NR] = {
		[VP_REQUEUE_WEIGHT] = VP_END_WEIGHT,	     [VP_REQUEUE_BUSY] = VP_END_BUSY,
		[VP_REQUEUE_COMPLETION] = VP_END_COMPLETION, [VP_REQUEUE_SOCKET] = VP_END_SOCKET,
		[VP_REQUEUE_UNKNOWN] = VP_END_UNKNOWN,
	};

	run->requeues[reason]++;
	run->end = ends[reason];
	/*
	 * What completes may belong to another guest, so a run that re-arms afterwards ended by
	 * re-arming. The other reasons come after the run gave up the ring.
	 */
	run->armed = false;
}

/*
 * vhost_net puts its own work back, and nothing around the call says why. Up to 5.1 it did so when
 * the weight was used up, right after a packet was done; at any time when a busy poll was
 * interrupted, right after it had found nothing.
 */
static enum vp_requeue reason_by_step(const struct run_builder *run)
{
	switch (run->step) {
	case STEP_TOOK:
	case STEP_GAVE:
		return VP_REQUEUE_WEIGHT;
	case STEP_EMPTY:
		return VP_REQUEUE_BUSY;
	default:
		return VP_REQUEUE_UNKNOWN;
	}
}

/*
 * vhost_poll_queue is called by vhost_net itself only. Inside a busy poll it is for the other
 * queue, inside a wakeup for somebody else's; a zerocopy completion is for a tx queue.
 */
static void enter_poll_queue(struct run_builder *run)
{
	if (run->inside[ROLE_WAKEUP] || run->inside[ROLE_BUSY_POLL])
		return;
	if (!run->inside[ROLE_COMPLETION])
		put_back(run, run->inside[ROLE_EXCEEDS] ? VP_REQUEUE_WEIGHT : reason_by_step(run));
	else if (run->dir == VP_TX)
		put_back(run, VP_REQUEUE_COMPLETION);
}

/* Kernels queue through one, two or three nested functions; the outermost is counted. */
static void enter_queue(struct run_builder *run)
{
	if (run->inside[ROLE_QUEUE] || run->inside[ROLE_POLL_QUEUE] || run->inside[ROLE_WAKEUP] ||
	    run->inside[ROLE_COMPLETION] || run->inside[ROLE_BUSY_POLL])
		return;
	if (run->inside[ROLE_EXCEEDS])
		put_back(run, VP_REQUEUE_WEIGHT);
	else if (run->inside[ROLE_POLL_START])
		put_back(run, VP_REQUEUE_SOCKET);
	else
		put_back(run, reason_by_step(run));
}

static void enter_enable(struct run_builder *run)
{
	if (run->inside[ROLE_BUSY_POLL])
		return;
	run->rearms++;
	run->armed = true;
	run->step = STEP_ARMED;
}

static void enter_signal(struct run_builder *run)
{
	/* Up to 6.7 eventfd_signal calls eventfd_signal_mask. */
	run->calls += !run->inside[ROLE_SIGNAL] && !run->inside[ROLE_WAKEUP];
}

/* Asks again, or turns notifications off, although it had re-armed: there was something after all. */
static void enter_ring(struct run_builder *run, enum role role)
{
	if (role != ROLE_DISABLE || !run->inside[ROLE_BUSY_POLL])
		lost_the_race(run);
	if (role == ROLE_TAKE)
		run->took_desc = false;
}

static void note_traced(struct runs_traced *traced, enum role role)
{
	traced->desc |= role == ROLE_DESC;
	traced->signal |= role == ROLE_SIGNAL;
	traced->enable |= role == ROLE_ENABLE;
}

void runs_enter(struct run_builder *run, enum role role, struct runs_traced *traced)
{
	note_traced(traced, role);
	if (role == ROLE_TAKE || role == ROLE_DISABLE)
		enter_ring(run, role);
	else if (role == ROLE_DESC)
		run->took_desc = true;
	else if (role == ROLE_DISCARD)
		run->chains_unsure = true;
	else if (role == ROLE_ENABLE)
		enter_enable(run);
	else if (role == ROLE_QUEUE)
		enter_queue(run);
	else if (role == ROLE_POLL_QUEUE)
		enter_poll_queue(run);
	else if (role == ROLE_POLL_START)
		run->socket_armed = true;
	else if (role == ROLE_SIGNAL)
		enter_signal(run);
	run->inside[role]++;
}

void runs_leave(struct run_builder *run, enum role role, const struct runs_traced *traced)
{
	if (run->inside[role])
		run->inside[role]--;
	if (role == ROLE_TAKE) {
		run->chains += run->took_desc;
		run->step = run->took_desc ? STEP_TOOK : traced->desc ? STEP_EMPTY : STEP_ASKED;
	} else if (role == ROLE_PEEK) {
		run->step = STEP_ASKED;
	} else if (role == ROLE_GIVE && !run->armed) {
		/* From 6.0 on used buffers may be returned after re-arming. */
		run->step = STEP_GAVE;
	}
}

uint32_t runs_requeues(const struct run_builder *run)
{
	uint32_t sum = 0;
	int i;

	for (i = 0; i < VP_REQUEUE_NR; i++)
		sum += run->requeues[i];
	return sum;
}

enum vp_end runs_end(const struct run_builder *run)
{
	if (run->armed)
		return VP_END_REARMED;
	if (runs_requeues(run))
		return run->end;
	/* Nothing put back, notifications off, the socket poll on: that is what it waits for. */
	if (run->socket_armed)
		return VP_END_WAIT;
	return VP_END_UNKNOWN;
}

enum vp_cause runs_cause(enum role handler, enum vp_end previous_end, bool previous_requeued)
{
	if (handler == ROLE_NET_HANDLER)
		return VP_CAUSE_NET;
	if (previous_end == VP_END_REARMED)
		return VP_CAUSE_KICK;
	return previous_requeued ? VP_CAUSE_REQUEUE : VP_CAUSE_UNKNOWN;
}

_Static_assert(ROLE_NR <= 32, "runs_enter indexes inside[] with every role");
