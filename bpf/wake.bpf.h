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
	log->by_task = current_task();
	barrier();
	log->written++;
}

/* No second probe of the same enqueue will come that has to recognise it. */
static __always_inline void log_wake_once(struct wake_log *log)
{
	log_wake(log);
	log->by_task = 0;
}

static __always_inline struct wake_log *wake_log_of(const struct work_ref *ref,
						    enum wake_class kind)
{
	struct queue_state *queue = queue_of(ref->slot);

	return queue ? &queue->wakes[ref->is_net & 1][kind & (WAKE_NR - 1)] : NULL;
}

#define LATE_CLASS_BITS 3ull

static __always_inline __u64 late_stamp(__u64 ns, enum wake_class kind)
{
	return (ns & ~LATE_CLASS_BITS) | kind;
}

/* An enqueue that finds the flag set is most likely none; see queue_state.late. */
static __always_inline void log_late(const struct work_ref *ref, enum wake_class kind)
{
	struct queue_state *queue = queue_of(ref->slot);

	if (queue)
		queue->late[ref->is_net & 1] = late_stamp(bpf_ktime_get_ns(), kind);
}

/* A wakeup of a poll, under its wait queue's lock: one at a time, and the enqueue follows. */
static __always_inline void log_wakeup(const struct work_ref *ref, bool queued)
{
	struct wake_log *log = wake_log_of(ref, WAKE_POLL);

	if (!log)
		return;
	log->caller_task = current_task();
	if (queued)
		log_late(ref, WAKE_POLL);
	else
		log_wake_once(log);
}

/* Logged when the task we run in has just logged this enqueue further up its call chain. */
static __always_inline bool wake_is_logged(const struct work_ref *ref)
{
	__u32 task = current_task();
	struct queue_state *queue = queue_of(ref->slot);
	struct wake_log *log;
	int kind;

	if (!queue)
		return true;
#pragma unroll
	for (kind = 0; kind < WAKE_NR; kind++) {
		log = &queue->wakes[ref->is_net & 1][kind];
		if (log->written == log->seen || log->by_task != task)
			continue;
		log->by_task = 0;
		return true;
	}
	return false;
}

/*
 * The enqueue itself: whether it comes from a wakeup that was seen further up the call chain. By now
 * the worker may have cleared the flag, or answered the entry together with another enqueue's, and
 * begun a run: then this enqueue is one for the next run and has to be logged again.
 */
static __always_inline bool is_of_wakeup(const struct work_ref *ref, bool queued)
{
	struct wake_log *log = wake_log_of(ref, WAKE_POLL);

	if (!log || log->caller_task != current_task())
		return false;
	log->caller_task = 0;
	if (!queued && log->written == log->seen)
		log_wake_once(log);
	return true;
}

/* What take_wake found. */
struct wake {
	__u64 ns;   /* VP_UNKNOWN: nothing was logged */
	__u32 from; /* enum wake_class */
	__u32 left; /* entries logged and not taken yet */
	__u32 newest_from;
	__u64 newest_ns;
	__u32 upto[WAKE_NR]; /* how far each log was read: wakers go on writing */
};

static __always_inline void oldest_of_class(struct wake *wake, const struct wake_log *log, int kind)
{
	__u32 written = *(const volatile __u32 *)&log->written, waiting = written - log->seen;
	__u64 oldest, newest;

	wake->upto[kind] = written;
	if (!waiting)
		return;
	newest = log->ns[(written - 1) & 1];
	oldest = waiting > 1 ? log->ns[written & 1] : newest;
	if (oldest < wake->ns) {
		wake->ns = oldest;
		wake->from = kind;
	}
	if (newest >= wake->newest_ns) {
		wake->newest_ns = newest;
		wake->newest_from = kind;
	}
	wake->left += waiting;
}

static __always_inline void find_wakes(struct wake *wake, struct queue_state *queue, bool is_net)
{
	int kind;

	*wake = (struct wake){.ns = VP_UNKNOWN};
#pragma unroll
	for (kind = 0; kind < WAKE_NR; kind++)
		oldest_of_class(wake, &queue->wakes[is_net & 1][kind], kind);
}

/* Answers the enqueues that were found but, if asked, the newest one. */
static __always_inline void answer_wakes(const struct wake *wake, struct queue_state *queue,
					 bool is_net, bool keep_newest)
{
	int kind;

#pragma unroll
	for (kind = 0; kind < WAKE_NR; kind++)
		queue->wakes[is_net & 1][kind].seen =
			wake->upto[kind] - (keep_newest && kind == (int)wake->newest_from);
}

/*
 * Without the probe on the enqueue itself, one that was not logged need not be a late one; and work
 * that was queued before we came was queued unseen.
 */
static __always_inline __u64 usable_late(const struct queue_state *queue, bool is_net)
{
	__u64 late = queue->late[is_net & 1];

	if (!control.sees_enqueues || !queue->ran[is_net & 1])
		return 0;
	return (late & ~LATE_CLASS_BITS) > queue->taken_ns[is_net & 1] ? late : 0;
}

static __always_inline void use_late(struct wake *wake, __u64 late)
{
	wake->ns = late ? late & ~LATE_CLASS_BITS : VP_UNKNOWN;
	wake->from = late & LATE_CLASS_BITS;
}

/*
 * Takes what woke the run that begins now. The worker cleared QUEUED before it called the handler:
 * set again, one entry belongs to the next run. With a single entry logged, the late enqueue is this
 * run's if it is the older of the two, and the next one's otherwise. Entries left over without the
 * flag set lost the race for it, as far as one can see now: the newest becomes the late one.
 * `queued_again` was read before the logs are.
 */
static __always_inline void take_wake(struct wake *wake, struct queue_state *queue, bool is_net,
				      bool queued_again)
{
	bool keep = false;
	__u64 late = usable_late(queue, is_net);

	find_wakes(wake, queue, is_net);
	if (queued_again && wake->left)
		keep = wake->left > 1 || late <= wake->ns;
	answer_wakes(wake, queue, is_net, keep);
	if (!wake->left || (keep && wake->left == 1))
		use_late(wake, late);
	else if (wake->left > 1 && !queued_again)
		queue->late[is_net & 1] = late_stamp(wake->newest_ns, wake->newest_from);
	if (wake->ns != VP_UNKNOWN)
		queue->taken_ns[is_net & 1] = wake->ns;
	if (!queued_again)
		queue->ran[is_net & 1] = 1;
}

static __always_inline __u8 cause_of(const struct wake *wake, bool is_net)
{
	if (wake->ns == VP_UNKNOWN || wake->from == WAKE_OTHER)
		return VP_CAUSE_UNKNOWN;
	if (wake->from == WAKE_POLL)
		return is_net ? VP_CAUSE_NET : VP_CAUSE_KICK;
	return VP_CAUSE_REQUEUE;
}

#endif
