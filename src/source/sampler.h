/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sampling the workers: a clock for each (perf events, which run while the worker is on a CPU), the stacks
 * it finds, and what they add up to for each queue, in the window that was closed last and since the start.
 * Knows perf events. What a stack becomes in a tree: sample_stack.h.
 */
#ifndef SOURCE_SAMPLER_H
#define SOURCE_SAMPLER_H

#include "base/err.h"
#include "model/report.h"
#include "source/queues.h"
#include "source/sample_stack.h"

#include <stdbool.h>
#include <stdint.h>

struct vhostprof_bpf;
struct bpf_link;

struct sampled_worker {
	uint32_t tid;
	struct bpf_link *link; /* NULL: it could not be sampled */
};

struct sampled_queue {
	uint32_t slot;
	uint32_t generation;
	struct calltree *banks[VP_BANKS][VP_CAUSE_NR]; /* NULL = nothing */
	struct calltree *total[VP_CAUSE_NR];
};

struct sample_sums {
	struct vp_sample_counts counts;
	uint64_t unrooted; /* stacks that do not reach up to a handler */
};

struct sampler {
	struct vhostprof_bpf *bpf;
	uint32_t hz;
	bool by_clock;	  /* there is no counter of cycles */
	bool nameless;	  /* the kernel shows no addresses */
	unsigned closed;  /* the bank of the window that was closed last */
	unsigned refused; /* workers that could not be sampled, and the last reason */
	int why;
	int error; /* of taking a sample, which has nobody to return it to */
	struct sample_names names;
	VEC(struct sampled_worker) workers;
	VEC(struct sampled_queue) queues;
	uint64_t unrooted[VP_BANKS];
	struct sample_sums window;
	struct sample_sums total;
};

/* Refuses what the kernel does not allow. The programs are attached already: they have names, too. */
int sampler_open(struct sampler *sampler, struct vhostprof_bpf *bpf, uint32_t hz, struct err *err);
void sampler_close(struct sampler *sampler);

/* Samples the workers that are new, forgets those that have gone; what failed at first is an error. */
void sampler_sync(struct sampler *sampler, const live_queue_vec *queues);
int sampler_check(const struct sampler *sampler, struct err *err);

/* For ring_buffer__add: takes one struct vp_sample. */
int sampler_take(void *context, void *data, size_t bytes);

/* Between windows: closes the one of `bank`, after its last sample was taken; begins the next one. */
int sampler_collect(struct sampler *sampler, unsigned bank);
void sampler_begin_window(struct sampler *sampler);

/* Fills the queue's samples, whose report gets the names; -ENOMEM. */
int sampler_report_queue(const struct sampler *sampler, const struct live_queue *queue, bool total,
			 struct report *report, struct report_queue *out);
/* What a reader must know, and what was lost; -ENOMEM. */
int sampler_report(const struct sampler *sampler, bool total, struct report *report);

/* Lost since the start, up to now. */
uint64_t sampler_lost(const struct sampler *sampler);

#endif
