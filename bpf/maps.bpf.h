/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The maps, the knobs, and the state BPF keeps for itself. A device takes a pair of slots: 2n for its
 * rx queue, 2n + 1 for tx, so the sibling of a slot is slot ^ 1.
 */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <vhostprof/config.h>
#include <vhostprof/wire.h>

const volatile struct vp_config config = {};
struct vp_control control = {};

/* Which queue a struct vhost_work belongs to; keyed by its address. */
struct work_ref {
	__u32 slot;	/* VP_SLOT_IGNORED: known, not recorded */
	__u32 mask;	/* events its poll waits for: set once, when the device is opened */
	__u16 is_net;	/* the socket's poll, not the kick eventfd's */
	__u16 selected; /* the user wants this direction */
};

/* Who queued work, as far as that decides the cause of the run. */
enum wake_class {
	WAKE_POLL = 0,	 /* vhost_poll_wakeup: doorbell or socket */
	WAKE_SELF,	 /* put back from inside a run */
	WAKE_COMPLETION, /* zerocopy completion outside a run */
	WAKE_OTHER, /* queued when a poll was armed by an ioctl, and whatever else there may be */
	WAKE_NR,
};

/*
 * Enqueues of one work by one class, not yet answered by a run. Two are kept: the worker clears the
 * QUEUED flag before it calls the handler, so work can be queued again before our entry probe runs.
 */
struct wake_log {
	__u64 ns[2];
	__u32 written;
	__u32 seen;
	__u32 by_task; /* who wrote last: tells a nested call of the same enqueue from a new one */
	__u32 caller_task; /* who is between the probe on a wakeup and the enqueue itself */
};

/* What is known of a queue between its runs. Written by its worker, wake logs by wakers. */
struct queue_state {
	struct wake_log wakes[2][WAKE_NR]; /* by is_net */
	/*
	 * By is_net: the newest enqueue that found QUEUED set, or lost a race for it; time with the
	 * class in its lowest bits. It may have set the flag after all, if the worker cleared it in
	 * between: a run that finds nothing logged was queued by this one.
	 */
	__u64 late[2];
	__u64 taken_ns[2]; /* by is_net: the wake of the run before; a late one is younger */
	__u64 previous_leave_ns;
	__u64 coalesced_seen;
	__u64 coalesced;
	__u8 previous_end;
	__u8 ran[2]; /* by is_net: before that, the work may have been queued unseen */
	__u8 pad[5];
};

/* The rows of probes.def, as they number the functions of a run. */
enum row {
#define VP_PROBE(id, level, need, hooks, nargs, stage, carrier, symbols, meaning) ROW_##id,
#include <vhostprof/probes.def>
#undef VP_PROBE
	ROW_NR,
};

/* A call under way. */
struct frame {
	__u64 enter_ns;
	__u64 children_ns; /* of the calls made directly */
	__u32 row;
	__u32 node;
};

/*
 * A worker, and its run under way. A vhost_net has one worker and that has no other device (up to 7.2; only
 * vhost-scsi has more), so this is an element of an array, by pair of slots.
 */
struct worker_state {
	__u64 works[2][2]; /* those it has run, by direction and is_net: found without a look-up */
	__u64 vq;
	__u64 call_ctx[2]; /* by direction: the eventfd of the last call */
	__u64 wake_ns;
	__u64 enter_ns;
	__u64 args[4]; /* of the function whose leave a kretprobe will see */
	__u32 tid;     /* 0 = no run was seen yet */
	__u32 slot;
	__u32 calls;
	__u32 coalesced;
	__u16 avail_idx;
	__u16 avail_rearmed; /* at the last re-arm that found the ring empty */
	__u16 rearms;
	__u16 races;
	__u16 requeues;
	__u8 open;
	__u8 cause;
	__u8 rearmed;  /* the last vhost_enable_notify found the ring empty */
	__u8 end;      /* enum vp_end; VP_END_WAIT until something is put back */
	__u8 passing;  /* inside a vhost_poll_queue that found the work queued already */
	__u8 level;    /* enum vp_level the run began with */
	__u8 busy;     /* its frames are being changed: an interrupt leaves them alone */
	__u16 waiting; /* chains in the ring when it began */
	/* From level stages on: */
	__u32 depth;  /* frames in use */
	__u32 excess; /* calls there was no frame for, inside the others */
	__u32 stage_ns[VP_STAGE_NR];
	struct frame frames[VP_FRAMES_MAX];
};

/* Who was the last of the workers on a CPU; on a line of its own. */
struct last_worker {
	__u64 tid_and_pair; /* the pair in the upper half; 0 = nobody */
	__u64 pad[7];
};

/* A wakeup under way on a CPU, outside of runs. */
struct wakeup_span {
	__u64 enter_ns; /* 0 = none */
	__u32 slot;
	__u32 pad;
};

/* What a worker entered and left since it was last handed over; begins as a record of the ring does. */
struct event_buffer {
	struct vp_record record;
	struct vp_events head;
	__u64 items[VP_EVENTS_MAX];
};

#define EVENTS_HEAD_BYTES (sizeof(struct vp_record) + sizeof(struct vp_events))

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4);
	__type(key, __u64);
	__type(value, struct work_ref);
} works SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct vp_identity);
} identities SEC(".maps");

/* Slot s, bank b: element s * VP_BANKS + b. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 2 * VP_BANKS);
	__type(key, __u32);
	__type(value, struct vp_counters);
} counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 2);
	__type(key, __u32);
	__type(value, struct queue_state);
} queues SEC(".maps");

/* Even slots of pairs nobody uses; filled by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, 1);
	__uint(key_size, 0);
	__uint(value_size, sizeof(__u32));
} free_pairs SEC(".maps");

/* By pair of slots. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct worker_state);
} workers SEC(".maps");

/* The pair of slots of each worker, by tid. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, VP_MAX_WORKERS);
	__type(key, __u32);
	__type(value, __u32);
} worker_pairs SEC(".maps");

/* By CPU. An element of an array is found by a few instructions, one of a hash by a hundred. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct last_worker);
} last_workers SEC(".maps");

/* Function r of slot s, bank b: element (s * VP_BANKS + b) * ROW_NR + r. From level stages on. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct vp_hist);
} functions SEC(".maps");

/* The tree of calls, and the numbers of nodes nobody uses; filled by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, VP_NODES);
	__type(key, __u32);
	__type(value, struct vp_node);
} nodes SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_STACK);
	__uint(max_entries, VP_NODES);
	__uint(key_size, 0);
	__uint(value_size, sizeof(__u32));
} free_nodes SEC(".maps");

/* Node n of slot s, bank b, cause c: element ((s * VP_BANKS + b) * VP_CAUSE_NR + c) * VP_NODES + n. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct vp_node_counters);
} node_counters SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct wakeup_span);
} wakeups SEC(".maps");

/* By pair of slots; at level trace. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct event_buffer);
} traces SEC(".maps");

/* Owner pids and worker tids the user asked for. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, VP_MAX_WORKERS);
	__type(key, __u32);
	__type(value, __u8);
} wanted SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} runs SEC(".maps");

/*
 * Never read here. Updating an element of a map of maps returns only when every program that was
 * running has ended (maybe_wait_bpf_programs, 4.20): user space's barrier after it switched banks.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1);
	__type(key, __u32);
	__array(
		values, struct {
			__uint(type, BPF_MAP_TYPE_ARRAY);
			__uint(max_entries, 1);
			__type(key, __u32);
			__type(value, __u32);
		});
} barriers SEC(".maps");

static __always_inline struct vp_identity *identity_of(__u32 slot)
{
	return bpf_map_lookup_elem(&identities, &slot);
}

static __always_inline struct queue_state *queue_of(__u32 slot)
{
	return bpf_map_lookup_elem(&queues, &slot);
}

static __always_inline struct vp_counters *counters_of(__u32 slot)
{
	__u32 index = slot * VP_BANKS + (control.bank & 1);

	return bpf_map_lookup_elem(&counters, &index);
}

/* The recorded queue this work belongs to, NULL for everybody else's work. */
static __always_inline struct work_ref *recorded_work(__u64 work)
{
	struct work_ref *ref = bpf_map_lookup_elem(&works, &work);

	return ref && ref->selected ? ref : NULL;
}

/* The task, and where that is an idle one, which all are number 0, the CPU. Never 0. */
static __always_inline __u32 current_task(void)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();

	return tid ? tid : ~bpf_get_smp_processor_id();
}

/* Of this CPU. */
static __always_inline struct last_worker *last_worker(void)
{
	__u32 cpu = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&last_workers, &cpu);
}

static __always_inline __u64 tid_and_pair(__u32 tid, __u32 pair)
{
	return (__u64)pair << 32 | tid;
}

/* The worker of this pair, if that is the thread `tid`. */
static __always_inline struct worker_state *worker_if(__u32 pair, __u32 tid)
{
	struct worker_state *worker = bpf_map_lookup_elem(&workers, &pair);

	return worker && worker->tid == tid ? worker : NULL;
}

static __always_inline void forget_pair_of(__u32 tid, __u32 pair)
{
	__u32 *known = bpf_map_lookup_elem(&worker_pairs, &tid);

	if (known && *known == pair)
		bpf_map_delete_elem(&worker_pairs, &tid);
}

/* NULL for everybody who is no worker. */
static __always_inline struct worker_state *current_worker(void)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid(), *pair;
	struct last_worker *last = last_worker();
	__u64 known = last ? last->tid_and_pair : 0;

	if (known && (__u32)known == tid)
		return worker_if((__u32)(known >> 32), tid);
	pair = bpf_map_lookup_elem(&worker_pairs, &tid);
	if (!pair)
		return NULL;
	if (last) /* it has come from another CPU */
		last->tid_and_pair = tid_and_pair(tid, *pair);
	return worker_if(*pair, tid);
}

static __always_inline __u64 wakeup_flag(void)
{
	return bpf_ringbuf_query(&runs, BPF_RB_AVAIL_DATA) >= config.wakeup_bytes
		       ? BPF_RB_FORCE_WAKEUP
		       : BPF_RB_NO_WAKEUP;
}

#endif
