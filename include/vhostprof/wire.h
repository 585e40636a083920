/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * What BPF hands to user space: fixed width, no pointers, no padding. Times are CLOCK_MONOTONIC
 * nanoseconds (bpf_ktime_get_ns), durations nanoseconds. A count that could not be taken is
 * VP_UNKNOWN, never 0.
 */
#ifndef VHOSTPROF_WIRE_H
#define VHOSTPROF_WIRE_H

#include <vhostprof/bucket.h>

#define VP_UNKNOWN     (~0ull)
#define VP_UNKNOWN_U16 0xffffu
#define VP_COMM_LEN    16
#define VP_IFNAME_LEN  16
#define VP_ROWS_MAX    64 /* rows of probes.def, at most */

enum vp_dir {
	VP_RX = 0, /* host to guest; vhost_net.vqs[0] */
	VP_TX = 1, /* guest to host; vhost_net.vqs[1] */
	VP_DIR_NR,
};

/* The origin of the wakeup that led to a run. */
enum vp_cause {
	VP_CAUSE_UNKNOWN = 0, /* no wakeup was seen for it */
	VP_CAUSE_KICK,	      /* guest doorbell */
	VP_CAUSE_NET,	      /* the backend socket became readable or writable */
	VP_CAUSE_REQUEUE,     /* the handler put its work back, or a zerocopy completion did */
	VP_CAUSE_NR,
};

/* Why work was put back from inside a run. */
enum vp_requeue {
	VP_REQUEUE_WEIGHT = 0, /* 256 packets or 512 KiB used up */
	VP_REQUEUE_BUSY,       /* busy loop interrupted by other work */
	VP_REQUEUE_COMPLETION, /* zerocopy buffers came back */
	VP_REQUEUE_SOCKET,     /* the socket was ready again when its poll was armed */
	VP_REQUEUE_UNKNOWN,    /* put back, the reason cannot be told apart */
	VP_REQUEUE_NR,
};

/* How a run ended. */
enum vp_end {
	VP_END_UNKNOWN = 0,
	VP_END_REARMED,	   /* ring empty, notifications turned on again: the next kick resumes */
	VP_END_WEIGHT,	   /* put back: weight used up */
	VP_END_BUSY,	   /* put back: busy loop interrupted */
	VP_END_COMPLETION, /* put back: zerocopy completion during the run */
	VP_END_SOCKET,	   /* put back: socket ready again */
	VP_END_WAIT,	   /* nothing put back, notifications off: the socket (or an IOTLB update)
			      resumes; the usual end of an rx run, backpressure on tx */
	VP_END_NO_BACKEND, /* the queue has no socket */
	VP_END_NR,
};

/* What a run spends its time on: each probed function belongs to one stage. */
enum vp_stage {
	VP_STAGE_HANDLER = 0, /* the handlers' own time */
	VP_STAGE_BUILD, /* tx: turning chains into packets, copying them; the rest of the handlers' loops */
	VP_STAGE_DESC, /* taking descriptors, translating their addresses */
	VP_STAGE_BACKEND, /* the tap's sendmsg and recvmsg, and whatever the network does inside them */
	VP_STAGE_USED,	 /* returning used buffers */
	VP_STAGE_CALL,	 /* deciding on and raising interrupts */
	VP_STAGE_NOTIFY, /* turning notifications on and off */
	VP_STAGE_POLL,	 /* starting and stopping to poll the socket */
	VP_STAGE_BUSY,	 /* busy polling */
	VP_STAGE_WAKE,	 /* queueing work, the weight check included */
	VP_STAGE_NR,
	VP_STAGE_NONE = VP_STAGE_NR, /* functions outside of runs */
};

/* One run: one execution of a virtqueue handler by a worker. */
struct vp_run {
	__u64 wake_ns; /* first wakeup that queued it; VP_UNKNOWN if none was seen */
	__u64 enter_ns;
	__u64 leave_ns;
	__u64 bytes;	  /* VP_UNKNOWN at level runs */
	__u32 queue;	  /* slot of the queue: 2 * device + enum vp_dir */
	__u32 generation; /* of the slot: slots are reused when devices go */
	__u32 worker_tid;
	__u32 chains;	     /* descriptor chains taken: last_avail_idx at leave minus at enter */
	__u32 calls;	     /* interrupts raised through the call eventfd */
	__u32 coalesced;     /* wakeups that found the work queued already */
	__u16 rearms;	     /* vhost_enable_notify that found the ring empty */
	__u16 races;	     /* vhost_enable_notify that found the ring refilled */
	__u16 requeues;	     /* times the run put this queue's work back */
	__u16 cpu;	     /* at leave */
	__u8 cause;	     /* enum vp_cause */
	__u8 end;	     /* enum vp_end */
	__u16 waiting_enter; /* chains in the ring, not taken yet; VP_UNKNOWN_U16 */
	__u16 waiting_leave;
	__u8 reserved[2];
};

/* Self time of each stage in one run; the sum is its service time. Saturates at 4.29 s. */
struct vp_stages {
	__u32 ns[VP_STAGE_NR];
};

/*
 * Entries and ends of functions of one worker, in order: in each item the lowest 56 bits of the time
 * (CLOCK_MONOTONIC ns; base_ns has the rest), then the row of probes.def, then 1 for an end.
 */
struct vp_events {
	__u32 worker_tid;
	__u32 queue;
	__u32 generation;
	__u32 len;
	__u64 base_ns; /* of the first item */
	__u64 lost;    /* items of this worker that could not be stored, since it began */
};

#define VP_EVENTS_MAX 512

static inline __u64 vp_event(__u64 time_ns, __u32 row, __u32 is_end)
{
	return time_ns << 8 | (row & 127) << 1 | (is_end & 1);
}

static inline __u64 vp_event_time(__u64 event, __u64 base_ns)
{
	return base_ns + (((event >> 8) - base_ns) & ((1ull << 56) - 1));
}

static inline __u32 vp_event_row(__u64 event)
{
	return (event >> 1) & 127;
}

static inline __u32 vp_event_is_end(__u64 event)
{
	return event & 1;
}

/* What lies in front of each record in the ring buffer. */
enum vp_record_type {
	VP_RECORD_RUN = 1, /* struct vp_run */
	VP_RECORD_STAGES,  /* struct vp_run, struct vp_stages */
	VP_RECORD_EVENTS,  /* struct vp_events, its items */
};

struct vp_record {
	__u32 type; /* enum vp_record_type */
	__u32 reserved;
};

/*
 * Where a worker was inside a run: return addresses in the kernel, the innermost first. In a ring buffer
 * of their own.
 */
#define VP_SAMPLE_FRAMES 127 /* kernel.perf_event_max_stack, unless somebody changed it */

struct vp_sample {
	__u32 queue;
	__u32 generation;
	__u16 len; /* of frames */
	__u8 cause;
	__u8 bank; /* that the rest of the run's window is counted in */
	__u8 reserved[4];
	__u64 frames[VP_SAMPLE_FRAMES];
};

/* A histogram: exact count, sum, min and max, and log-linear buckets (bucket.h). */
struct vp_hist {
	__u64 count;
	__u64 sum;
	__u64 min; /* meaningless while count is 0 */
	__u64 max;
	__u64 buckets[VP_HIST_BUCKETS];
};

/*
 * Everything counted for one queue in one window. The first block is written by whoever wakes the
 * worker, on any CPU, with atomic adds; the rest only by the queue's worker, so plain stores do.
 */
struct vp_counters {
	__u64 doorbells; /* wakeups of the kick eventfd's waiter: one for each guest kick */
	__u64 coalesced;
	__u64 requeues[VP_REQUEUE_NR];
	__u64 reserved;

	__u64 runs;
	__u64 causes[VP_CAUSE_NR];
	__u64 ends[VP_END_NR];
	__u64 chains;
	__u64 calls;
	__u64 rearms;
	__u64 races;
	__u64 churn_runs; /* runs that ended re-armed and were kicked again within the churn window */
	__u64 broken;	  /* runs discarded because their enter or leave is missing */
	__u64 records_lost;
	/* Level stages: */
	__u64 calls_broken;   /* calls whose end was missed, ends whose call was */
	__u64 calls_too_deep; /* below VP_FRAMES_MAX others */
	__u64 calls_unplaced; /* for whose place in the tree there was no room */
	__u64 events_lost;

	struct vp_hist wake;	/* wake to enter, ns */
	struct vp_hist service; /* enter to leave, ns */
	struct vp_hist gap;	/* leave of a re-armed run to the kick that follows, ns */
	struct vp_hist batch;	/* chains per run */
};

/* Where in the nesting of functions a call happened; shared by all queues. Node 0 is the root. */
struct vp_node {
	__u16 parent;
	__u16 row;		     /* of probes.def */
	__u16 children[VP_ROWS_MAX]; /* by row; 0 = none yet */
	__u16 reserved[2];	     /* elements of a map are multiples of 8 bytes */
};

/* What was counted for one node, one queue and one cause; written by the queue's worker only. */
struct vp_node_counters {
	__u64 calls;
	__u64 total_ns;
	__u64 self_ns;
};

/* What one vhost virtqueue is; filled by BPF, read by user space. */
struct vp_identity {
	__u64 net;	  /* struct vhost_net * */
	__u64 vq;	  /* struct vhost_virtqueue * */
	__u64 call_ctx;	  /* struct eventfd_ctx * of the call eventfd, 0 if none */
	__u64 kick_ctx;	  /* struct eventfd_ctx * of the kick eventfd, 0 if none */
	__u64 kick_count; /* that eventfd's own counter when last looked at; VP_UNKNOWN without */
	__u64 features;	  /* acked virtio feature bits */
	__u64 born_ns;	  /* first seen */
	__u64 closed_ns;  /* released; 0 = not yet */
	__u32 generation;
	__u32 owner_pid; /* tgid of the process that opened the device, initial pid namespace */
	__u32 worker_tid;
	__u32 ifindex;	  /* of the tap or macvtap device, 0 while there is no backend */
	__u32 netns;	  /* inode number of the device's network namespace */
	__u32 queue_pair; /* tap queue index */
	__u32 ring_size;
	__u32 busyloop_timeout; /* units of 1.024 us */
	char worker_comm[VP_COMM_LEN];
	char ifname[VP_IFNAME_LEN];
	__u8 backend;  /* enum vp_backend */
	__u8 live;     /* 1 in use, 0 closed or never used */
	__u8 selected; /* 1 = recorded */
	__u8 zerocopy; /* 1 = experimental_zcopytx is in effect for it */
	__u8 reserved[4];
};

enum vp_backend {
	VP_BACKEND_NONE = 0,
	VP_BACKEND_TUN,
	VP_BACKEND_TAP, /* macvtap, ipvtap */
	VP_BACKEND_OTHER,
};

#define VP_ASSERT_SIZE(type, size) \
	_Static_assert(sizeof(type) == (size), "layout of " #type " is part of the wire format")
VP_ASSERT_SIZE(struct vp_run, 72);
VP_ASSERT_SIZE(struct vp_stages, 40);
VP_ASSERT_SIZE(struct vp_events, 32);
VP_ASSERT_SIZE(struct vp_node, 136);
VP_ASSERT_SIZE(struct vp_sample, 16 + 8 * VP_SAMPLE_FRAMES);
VP_ASSERT_SIZE(struct vp_hist, 32 + 8 * VP_HIST_BUCKETS);
VP_ASSERT_SIZE(struct vp_counters, 8 * 32 + 4 * sizeof(struct vp_hist));
VP_ASSERT_SIZE(struct vp_identity, 64 + 32 + 32 + 8);
_Static_assert(__builtin_offsetof(struct vp_run, queue) == 32, "wire format");
_Static_assert(__builtin_offsetof(struct vp_run, rearms) == 56, "wire format");
_Static_assert(__builtin_offsetof(struct vp_counters, runs) == 64, "own cache line");

#endif
