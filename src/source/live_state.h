/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of live profiling share: its state, and the steps that touch the BPF side. */
#ifndef SOURCE_LIVE_STATE_H
#define SOURCE_LIVE_STATE_H

#include "source/cost.h"
#include "source/live.h"
#include "source/live_report.h"
#include "source/queues.h"
#include "source/sampler.h"

/* A level that cost too much and was given up. */
struct shed {
	uint64_t after_ns; /* since the start */
	double percent;	   /* what the probes took */
	enum vp_level from;
};

struct live {
	struct live_options options;
	struct attachment attachment;
	struct shared_maps maps;
	live_queue_vec queues;
	struct ring_buffer *ring;	 /* runs and events */
	struct ring_buffer *sample_ring; /* NULL: not sampled */
	uint64_t drained_bytes;		 /* of `ring`, in the drain under way */
	struct bpf_link *finder;
	struct sampler sampler; /* hz 0: not asked for, or not yet */
	int barrier_fd;
	bool running;
	struct live_span window;
	struct live_span total;
	uint64_t window_began_ns;
	struct cost cost;
	VEC(struct shed) shed;
	bool shed_pending; /* probes that are not needed any more are still attached */
	bool over_budget;  /* at the lowest level, too */
};

/* Which processes the names mean; afterwards whether each process asked for was met. */
int live_find_targets(struct live *live, struct err *err);
int live_check_targets(const struct live *live, struct err *err);

/* Walks every open file: BPF writes down each vhost-net device it meets. 0 or -errno. */
int live_refresh(struct live *live);

/* What BPF has met since, and clocks for new workers. 0 or -errno. */
int live_sync(struct live *live);

/* Returns when every BPF program that was running has ended; see bpf/maps.bpf.h. */
int live_wait_for_programs(struct live *live);

/* Gives the slots of devices that are gone, and reported, back to BPF. */
int live_recycle(struct live *live, uint64_t now_ns);

/* Lets BPF use the pair of slots that begins with the even `slot`; 0 or -errno. */
int live_offer_pair(struct live *live, uint32_t slot);

/* Looks at the cost of the probes now and then, and gives up levels that cost too much. */
void live_cost_tick(struct live *live, uint64_t now_ns);
/* What was found, for a report; -ENOMEM. */
int live_cost_report(const struct live *live, struct report *report);

volatile struct vp_control *live_control(struct live *live);

#endif
