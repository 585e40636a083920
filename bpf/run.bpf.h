/* SPDX-License-Identifier: GPL-2.0 */
/* A run from enter to leave, and what happens inside it. One at a time per worker. */
#ifndef RUN_BPF_H
#define RUN_BPF_H

#include "count.bpf.h"
#include "device.bpf.h"
#include "frame.bpf.h"
#include "wake.bpf.h"

/* So that it is found on whatever CPU it goes on. */
static __always_inline bool worker_place(__u32 tid, __u32 pair)
{
	__u32 *known = bpf_map_lookup_elem(&worker_pairs, &tid);

	if (!known)
		return !bpf_map_update_elem(&worker_pairs, &tid, &pair, BPF_ANY);
	*known = pair;
	return true;
}

/* At its first run: after a change of owner the device has another worker than before. */
static __always_inline void worker_replace(struct worker_state *worker, __u32 tid, __u32 pair)
{
	__u32 previous = worker->tid;

	if (previous)
		forget_pair_of(previous, pair);
	__builtin_memset(worker->works, 0, sizeof(worker->works));
	__builtin_memset(worker->call_ctx, 0, sizeof(worker->call_ctx));
	worker->tid = tid;
	worker->slot = pair << 1 | (worker->slot & 1);
	events_begin(pair);
}

static __always_inline struct worker_state *worker_begin(__u32 slot)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid(), pair = slot >> 1;
	struct worker_state *worker = bpf_map_lookup_elem(&workers, &pair);
	struct last_worker *last = last_worker();

	if (!worker)
		return NULL;
	if (worker->tid != tid || !last || last->tid_and_pair != tid_and_pair(tid, pair)) {
		if (!worker_place(tid, pair))
			return NULL;
		if (last)
			last->tid_and_pair = tid_and_pair(tid, pair);
	}
	if (worker->tid != tid)
		worker_replace(worker, tid, pair);
	return worker;
}

/* What the guest has put into the ring and vhost has not taken: only the guest's memory knows. */
static __always_inline __u16 chains_waiting(__u64 vq, __u16 last_avail_idx)
{
	__u64 avail = kread(__u64, vq, OFF_VQ_AVAIL);
	__u16 idx;

	if (config.level < VP_LEVEL_STAGES ||
	    bpf_probe_read_user(&idx, sizeof(idx), (void *)(avail + RING_IDX)))
		return VP_UNKNOWN_U16;
	return (__u16)(idx - last_avail_idx);
}

static __always_inline void count_broken(__u32 slot)
{
	struct vp_counters *counted = counters_of(slot);

	if (counted)
		counted->broken++;
}

static __always_inline void run_begin(struct worker_state *worker, __u32 slot, bool is_net,
				      const struct wake *wake, __u64 enter_ns)
{
	struct vp_identity *identity = identity_of(slot);

	worker->open = 0;
	if (!identity)
		return;
	worker->vq = identity->vq;
	worker->avail_idx = kread(__u16, identity->vq, OFF_VQ_LAST_AVAIL);
	worker->slot = slot;
	worker->wake_ns = wake->ns > enter_ns && wake->ns != VP_UNKNOWN ? enter_ns : wake->ns;
	worker->enter_ns = enter_ns;
	worker->cause = cause_of(wake, is_net);
	worker->calls = 0;
	worker->rearms = worker->races = worker->requeues = 0;
	worker->rearmed = worker->passing = 0;
	worker->end = VP_END_WAIT;
	worker->level = (__u8)control.level;
	worker->waiting = chains_waiting(identity->vq, worker->avail_idx);
	worker->open = 1;
}

/* The run whose leave was missed, if there was one. */
static __always_inline void run_abandon(const struct worker_state *worker)
{
	if (!worker->open)
		return;
	count_broken(worker->slot);
	if (in_staged_run(worker))
		count_calls_broken(worker->slot, worker->depth);
}

/* The worker that has come to run this work; NULL if the queue is not recorded. */
static __always_inline struct worker_state *worker_of_work(__u64 work, enum vp_dir dir, bool is_net)
{
	struct worker_state *worker;
	struct work_ref *ref = bpf_map_lookup_elem(&works, &work);

	if (!ref) { /* opened before we came and seen by neither the iterator nor an ioctl */
		device_seen(net_of_work(work, dir, is_net));
		ref = bpf_map_lookup_elem(&works, &work);
	}
	if (!ref || !ref->selected)
		return NULL;
	worker = worker_begin(ref->slot);
	if (worker)
		worker->works[dir & 1][is_net & 1] = work;
	else
		count_broken(ref->slot);
	return worker;
}

static __always_inline int on_run_enter(__u64 work, enum vp_dir dir, bool is_net, bool queued_again,
					__u32 row)
{
	__u64 enter_ns = bpf_ktime_get_ns();
	struct worker_state *worker;
	struct queue_state *queue;
	struct wake wake;
	__u32 slot;

	if (!control.on || !config.dir_wanted[dir & 1])
		return 0;
	worker = current_worker();
	if (!worker || worker->works[dir & 1][is_net & 1] != work)
		worker = worker_of_work(work, dir, is_net);
	if (!worker)
		return 0;
	slot = (worker->slot & ~1u) | dir;
	queue = queue_of(slot);
	if (!queue)
		return 0;
	run_abandon(worker);
	take_wake(&wake, queue, is_net, queued_again);
	run_begin(worker, slot, is_net, &wake, enter_ns);
	worker->coalesced = (__u32)(queue->coalesced - queue->coalesced_seen);
	queue->coalesced_seen = queue->coalesced;
	if (worker->open)
		frames_begin(worker, row, enter_ns);
	return 0;
}

/* What a completion, which may come at any time, leaves behind: anything else says more. */
static __always_inline bool is_weak_end(__u8 end)
{
	return end == VP_END_WAIT || end == VP_END_COMPLETION || end == VP_END_UNKNOWN;
}

/*
 * How the run ended. A completion may put work back at any time in the run, so a re-arm says more
 * than it; the other requeues are the last thing a handler does.
 */
static __always_inline __u8 end_of(const struct worker_state *worker)
{
	if (!is_weak_end(worker->end))
		return worker->end;
	if (worker->rearmed)
		return VP_END_REARMED;
	if (worker->end != VP_END_WAIT || kread(__u64, worker->vq, OFF_VQ_BACKEND))
		return worker->end;
	return VP_END_NO_BACKEND;
}

/* After a re-arm that found the ring empty a handler takes nothing any more. */
static __always_inline __u16 avail_at_end(const struct worker_state *worker)
{
	return worker->rearmed ? worker->avail_rearmed
			       : kread(__u16, worker->vq, OFF_VQ_LAST_AVAIL);
}

static __always_inline void fill_run(struct vp_run *run, const struct worker_state *worker,
				     __u64 leave_ns)
{
	struct vp_identity *identity = identity_of(worker->slot);
	__u16 avail_idx = avail_at_end(worker);

	*run = (struct vp_run){
		.wake_ns = worker->wake_ns,
		.enter_ns = worker->enter_ns,
		.leave_ns = leave_ns,
		.bytes = VP_UNKNOWN,
		.queue = worker->slot,
		.generation = identity ? identity->generation : 0,
		.worker_tid = worker->tid,
		.chains = (__u16)(avail_idx - worker->avail_idx),
		.calls = worker->calls,
		.coalesced = worker->coalesced,
		.rearms = worker->rearms,
		.races = worker->races,
		.requeues = worker->requeues,
		.cpu = (__u16)bpf_get_smp_processor_id(),
		.cause = worker->cause,
		.end = end_of(worker),
		.waiting_enter = worker->waiting,
		.waiting_leave = chains_waiting(worker->vq, avail_idx),
	};
}

struct run_record {
	struct vp_record record;
	struct vp_run run;
};

struct stages_record {
	struct vp_record record;
	struct vp_run run;
	struct vp_stages stages;
};

static __always_inline void send_run(struct vp_counters *counted, const struct vp_run *run)
{
	struct run_record *out = bpf_ringbuf_reserve(&runs, sizeof(*out), 0);

	if (!out) {
		counted->records_lost++;
		return;
	}
	out->record = (struct vp_record){.type = VP_RECORD_RUN};
	out->run = *run;
	bpf_ringbuf_submit(out, wakeup_flag());
}

static __always_inline void send_stages(struct vp_counters *counted, const struct vp_run *run,
					const struct worker_state *worker)
{
	struct stages_record *out = bpf_ringbuf_reserve(&runs, sizeof(*out), 0);

	if (!out) {
		counted->records_lost++;
		return;
	}
	out->record = (struct vp_record){.type = VP_RECORD_STAGES};
	out->run = *run;
	__builtin_memcpy(out->stages.ns, worker->stage_ns, sizeof(out->stages.ns));
	bpf_ringbuf_submit(out, wakeup_flag());
}

static __always_inline int on_run_leave(enum vp_dir dir, __u32 row)
{
	__u64 leave_ns = bpf_ktime_get_ns();
	struct worker_state *worker;
	struct vp_counters *counted;
	struct queue_state *queue;
	struct vp_run run;

	if (!control.on || !config.dir_wanted[dir & 1])
		return 0;
	worker = current_worker();
	if (!worker) /* the run began before we did */
		return 0;
	if (!worker->open) { /* its enter was missed */
		count_broken(worker->slot);
		return 0;
	}
	worker->open = 0;
	frames_end(worker, row, leave_ns);
	queue = queue_of(worker->slot);
	counted = counters_of(worker->slot);
	if (!queue || !counted)
		return 0;
	fill_run(&run, worker, leave_ns);
	count_run(counted, queue, &run);
	if (!config.sends_records)
		return 0;
	if (config.level >= VP_LEVEL_STAGES && worker->level >= VP_LEVEL_STAGES)
		send_stages(counted, &run, worker);
	else
		send_run(counted, &run);
	return 0;
}

/* The run of `worker` that the work of this queue was put back from, if there is one. */
static __always_inline bool is_own_device(const struct worker_state *worker, __u32 slot)
{
	return worker && worker->open && worker->slot >> 1 == slot >> 1;
}

static __always_inline __u8 end_of_requeue(enum vp_requeue reason)
{
	switch (reason) {
	case VP_REQUEUE_WEIGHT:
		return VP_END_WEIGHT;
	case VP_REQUEUE_BUSY:
		return VP_END_BUSY;
	case VP_REQUEUE_COMPLETION:
		return VP_END_COMPLETION;
	case VP_REQUEUE_SOCKET:
		return VP_END_SOCKET;
	default:
		return VP_END_UNKNOWN;
	}
}

/* Whether or not the work had to be queued: the handler wants to be called again. */
static __always_inline void run_asks_again(struct worker_state *worker, const struct work_ref *ref,
					   enum vp_requeue reason)
{
	__u8 end = end_of_requeue(reason);

	if (!worker || worker->slot != ref->slot)
		return; /* a busy loop may queue the work of the sibling queue */
	if (is_weak_end(worker->end))
		worker->end = end;
}

static __always_inline void on_requeue(struct worker_state *worker, const struct work_ref *ref,
				       enum vp_requeue reason)
{
	struct vp_counters *counted = counters_of(ref->slot);

	if (counted)
		__sync_fetch_and_add(&counted->requeues[reason], 1);
	if (worker && worker->slot == ref->slot)
		worker->requeues++;
	run_asks_again(worker, ref, reason);
}

#endif
