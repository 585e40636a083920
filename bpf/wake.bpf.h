/* SPDX-License-Identifier: GPL-2.0 */
/*
 * From "work was queued" to "this is what woke the run". Enqueues are logged by class on the CPU they
 * happen on; the worker takes them when the run begins.
 */
#ifndef WAKE_BPF_H
#define WAKE_BPF_H

#include "vhost.bpf.h"

static __always_inline void log_wake(struct wake_log *log)
{
	log->ns[log->written & 1] = bpf_ktime_get_ns();
	log->by_tid = (__u32)bpf_get_current_pid_tgid();
	barrier();
	log->written++;
}

static __always_inline struct wake_log *wake_log_of(const struct work_ref *ref, enum wake_class class)
{
	struct queue_state *queue = queue_of(ref->slot);

	return queue ? &queue->wakes[ref->is_net & 1][class & (WAKE_NR - 1)] : NULL;
}

/* True when the task we run in has just logged this enqueue further up its call chain. */
static __always_inline bool wake_is_logged(const struct work_ref *ref)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct queue_state *queue = queue_of(ref->slot);
	struct wake_log *log;
	int class;

	if (!queue)
		return true;
#pragma unroll
	for (class = 0; class < WAKE_NR; class++) {
		log = &queue->wakes[ref->is_net & 1][class];
		if (log->written != log->seen && log->by_tid == tid)
			return true;
	}
	return false;
}

/* What take_wake found. */
struct wake {
	__u64 ns; /* VP_UNKNOWN: nothing was logged */
	__u32 class;
	__u32 left; /* entries logged and not taken yet */
	__u64 newest_ns;
	__u32 newest_class;
};

static __always_inline void oldest_of_class(struct wake *wake, const struct wake_log *log, int class)
{
	__u32 waiting = log->written - log->seen;
	__u64 oldest, newest;

	if (!waiting)
		return;
	newest = log->ns[(log->written - 1) & 1];
	oldest = waiting > 1 ? log->ns[log->written & 1] : newest;
	if (oldest < wake->ns) {
		wake->ns = oldest;
		wake->class = class;
	}
	if (newest >= wake->newest_ns) {
		wake->newest_ns = newest;
		wake->newest_class = class;
	}
	wake->left += waiting;
}

static __always_inline void find_wakes(struct wake *wake, struct queue_state *queue, bool is_net)
{
	int class;

	*wake = (struct wake){.ns = VP_UNKNOWN};
#pragma unroll
	for (class = 0; class < WAKE_NR; class++)
		oldest_of_class(wake, &queue->wakes[is_net & 1][class], class);
}

/* Answers all logged enqueues but, if asked, the newest one of class `keep`. */
static __always_inline void answer_wakes(struct queue_state *queue, bool is_net, bool keep_newest,
					 __u32 keep_class)
{
	struct wake_log *log;
	int class;

#pragma unroll
	for (class = 0; class < WAKE_NR; class++) {
		log = &queue->wakes[is_net & 1][class];
		log->seen = log->written - (keep_newest && class == (int)keep_class);
	}
}

/*
 * Takes what woke the run that begins now. The QUEUED flag was cleared before the handler was called:
 * set again, the newest entry belongs to the next run. An entry that lost a race for the flag is kept
 * as a spare: should the next run find nothing logged, that entry was the one that queued it.
 */
static __always_inline void take_wake(struct wake *wake, struct queue_state *queue, __u64 work,
				      bool is_net)
{
	bool queued_again = work_is_queued(work);

	find_wakes(wake, queue, is_net);
	answer_wakes(queue, is_net, queued_again && wake->left, wake->newest_class);
	if (wake->left == 1 && queued_again)
		wake->ns = VP_UNKNOWN;
	if (!wake->left && queue->spare_ns && queue->spare_is_net == is_net) {
		wake->ns = queue->spare_ns;
		wake->class = queue->spare_class;
	}
	queue->spare_ns = wake->left > 1 && !queued_again ? wake->newest_ns : 0;
	queue->spare_class = wake->newest_class;
	queue->spare_is_net = is_net;
}

static __always_inline __u8 cause_of(const struct wake *wake, bool is_net)
{
	if (wake->ns == VP_UNKNOWN || wake->class == WAKE_OTHER)
		return VP_CAUSE_UNKNOWN;
	if (wake->class == WAKE_POLL)
		return is_net ? VP_CAUSE_NET : VP_CAUSE_KICK;
	return VP_CAUSE_REQUEUE;
}

#endif
