/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/* What user space tells the BPF side: before loading (read-only then) and while it runs. */
#ifndef VHOSTPROF_CONFIG_H
#define VHOSTPROF_CONFIG_H

#include <vhostprof/types.h>

enum vp_level {
	VP_LEVEL_RUNS = 0, /* a handful of probes per run, none per packet */
	VP_LEVEL_STAGES,   /* every phase function of a run, added up in the kernel */
	VP_LEVEL_TRACE,	   /* each entry and end streamed, too */
	VP_LEVEL_NR,
};

#define VP_BANKS	       2
#define VP_FRAMES_MAX	       16  /* calls inside each other that a run's stack has room for */
#define VP_NODES	       256 /* places in the nesting of functions */
#define VP_SAMPLE_RING_BYTES   (4u << 20)
#define VP_SAMPLE_WAKEUP_BYTES (VP_SAMPLE_RING_BYTES / 4)
#define VP_MAX_WORKERS	       1024
#define VP_SLOT_IGNORED	       0xffffffffu /* of a work whose queue is not recorded */
#define VP_VHOST_NET_MAJOR     10	   /* misc */
#define VP_VHOST_NET_MINOR     238	   /* include/linux/miscdevice.h, VHOST_NET_MINOR */

/* Fixed when the programs are loaded. */
struct vp_config {
	__u64 churn_window_ns;
	__u64 wakeup_bytes; /* wake the reader when this much waits in the ring buffer */
	__u8 filtered;	    /* only owners and workers in the `wanted` map are recorded */
	__u8 dir_wanted[2]; /* indexed by enum vp_dir */
	__u8 level;	    /* enum vp_level: the most that may be measured */
	__u8 sends_records; /* somebody reads the ring buffer: runs one by one, and events */
	__u8 reserved[3];
};

/* Written by user space while the programs run, except the last. */
struct vp_control {
	__u32 on;	     /* nothing is recorded until every probe is settled */
	__u32 bank;	     /* which half of the counters is written */
	__u32 sees_enqueues; /* the work_queue probe is attached */
	__u32 level;	     /* what is measured now, for runs that begin; at most config.level */
	__u64 unplaced;	     /* queues that found no free slot; written by BPF */
};

/* What became of the samples in one window; written by BPF, emptied by user space. */
struct vp_sample_counts {
	__u64 taken;   /* handed over: the worker was inside a run */
	__u64 lost;    /* likewise, but there was no room, or no stack */
	__u64 outside; /* the worker was in no run that is measured */
};

#endif
