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
	bool is_net = ref->is_net & 1;

	if (!queue)
		return;
	queue->late[is_net] = late_stamp(bpf_ktime_get_ns(), kind);
	queue->wakes[is_net][kind & (WAKE_NR - 1)].late_tid = (__u32)bpf_get_current_pid_tgid();
}

/* Logged when the task we run in has just logged this enqueue further up its call chain. */
static __always_inline bool wake_is_logged(const struct work_ref *ref)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct queue_state *queue = queue_of(ref->slot);
	struct wake_log *log;
	int kind;

	if (!queue)
		return true;
#pragma unroll
	for (kind = 0; kind < WAKE_NR; kind++) {
		log = &queue->wakes[ref->is_net & 1][kind];
		if (log->written != log->seen && log->by_tid == tid)
			return true;
	}
	return false;
}

/*
 * The enqueue itself, on its way from a probe that found the flag set. Returns whether there is such
 * a probe up the call chain; logs the enqueue if the flag has been cleared since.
 */
static __always_inline bool answer_late(const struct work_ref *ref, bool queued)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	struct queue_state *queue = queue_of(ref->slot);
	struct wake_log *log;
	int kind;

	if (!queue)
		return true;
#pragma unroll
	for (kind = 0; kind < WAKE_NR; kind++) {
		log = &queue->wakes[ref->is_net & 1][kind];
		if (log->late_tid != tid)
			continue;
		log->late_tid = 0;
		if (!queued)
			log_wake(log);
		return true;
	}
	return false;
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

/* Without the probe on the enqueue itself, one that was not logged need not be a late one. */
static __always_inline void use_late(struct wake *wake, struct queue_state *queue, bool is_net)
{
	__u64 late = queue->late[is_net & 1], late_ns = late & ~LATE_CLASS_BITS;
	bool usable = control.sees_enqueues && late_ns > queue->taken_ns[is_net & 1];

	wake->ns = usable ? late_ns : VP_UNKNOWN;
	wake->from = late & LATE_CLASS_BITS;
}

/*
 * Takes what woke the run that begins now. The worker cleared QUEUED before it called the handler:
 * set again, one entry belongs to the next run. With a single entry logged, the late enqueue is this
 * run's if it is the older of the two, and the next one's otherwise. Entries left over without the
 * flag set lost the race for it, as far as one can see now: the newest becomes the late one.
 */
static __always_inline void take_wake(struct wake *wake, struct queue_state *queue, __u64 work,
				      bool is_net)
{
	bool queued_again = work_is_queued(work), keep = false;

	find_wakes(wake, queue, is_net);
	if (queued_again && wake->left)
		keep = wake->left > 1 || queue->late[is_net & 1] <= wake->ns;
	answer_wakes(wake, queue, is_net, keep);
	if (!wake->left || (keep && wake->left == 1))
		use_late(wake, queue, is_net);
	else if (wake->left > 1 && !queued_again)
		queue->late[is_net & 1] = late_stamp(wake->newest_ns, wake->newest_from);
	if (wake->ns != VP_UNKNOWN)
		queue->taken_ns[is_net & 1] = wake->ns;
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
