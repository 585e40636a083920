/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a worker is when its clock ticks: the stack goes to user space with the queue and the cause of the
 * run. Only what is needed for that is read: the tick may come in the middle of any of our programs.
 */
#ifndef SAMPLE_BPF_H
#define SAMPLE_BPF_H

#include "maps.bpf.h"

struct vp_sample_counts sample_counts[VP_BANKS] = {};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} samples SEC(".maps");

static __always_inline __u64 sample_flag(void)
{
	__u64 waiting = bpf_ringbuf_query(&samples, BPF_RB_AVAIL_DATA);

	return waiting >= VP_SAMPLE_WAKEUP_BYTES ? BPF_RB_FORCE_WAKEUP : BPF_RB_NO_WAKEUP;
}

static __always_inline void
sample_describe(struct vp_sample *sample, const struct worker_state *worker, __u8 bank, long bytes)
{
	struct vp_identity *identity = identity_of(worker->slot);

	sample->queue = worker->slot;
	sample->generation = identity ? identity->generation : 0;
	sample->len = (__u16)(bytes / (long)sizeof(__u64));
	sample->cause = worker->cause;
	sample->bank = bank;
	__builtin_memset(sample->reserved, 0, sizeof(sample->reserved));
}

static __always_inline int on_sample(void *ctx)
{
	struct vp_sample_counts *counts = &sample_counts[control.bank & 1];
	struct worker_state *worker;
	struct vp_sample *sample;
	long bytes;

	if (!control.on)
		return 0;
	worker = current_worker();
	if (!worker || !worker->open) {
		__sync_fetch_and_add(&counts->outside, 1);
		return 0;
	}
	sample = bpf_ringbuf_reserve(&samples, sizeof(*sample), 0);
	bytes = sample ? bpf_get_stack(ctx, sample->frames, sizeof(sample->frames), 0) : -1;
	if (bytes > 0) {
		sample_describe(sample, worker, counts != sample_counts, bytes);
		__sync_fetch_and_add(&counts->taken, 1);
		bpf_ringbuf_submit(sample, sample_flag());
		return 0;
	}
	__sync_fetch_and_add(&counts->lost, 1);
	if (sample)
		bpf_ringbuf_discard(sample, 0);
	return 0;
}

#endif
