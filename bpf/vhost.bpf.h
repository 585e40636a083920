/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where the kernel keeps its facts about a vhost queue. Knows the structures; decides nothing.
 *
 * With module BTF (5.11 and later) every offset is relocated by name. Without, the second argument
 * is used: Debian's 5.10 amd64 build, whose vhost structures equal those of Debian's 6.1.
 */
#ifndef VHOST_BPF_H
#define VHOST_BPF_H

#include "maps.bpf.h"

#define WORK_QUEUED 0x2 /* VHOST_WORK_QUEUED is bit number 1 */

#define RING_IDX 2 /* struct vring_avail: flags, idx, ring */

#define have_vhost_btf() bpf_core_type_exists(struct vhost_net)

#define VHOST_OFF(fixed, type, field) \
	(have_vhost_btf() ? bpf_core_field_offset(type, field) : (fixed))

#define OFF_POLL_WORK	     VHOST_OFF(64, struct vhost_poll, work)
#define OFF_POLL_WAIT	     VHOST_OFF(24, struct vhost_poll, wait)
#define OFF_POLL_MASK	     VHOST_OFF(88, struct vhost_poll, mask)
#define OFF_WORK_FLAGS	     VHOST_OFF(16, struct vhost_work, flags)
#define OFF_VQ_DEV	     VHOST_OFF(0, struct vhost_virtqueue, dev)
#define OFF_VQ_NUM	     VHOST_OFF(40, struct vhost_virtqueue, num)
#define OFF_VQ_KICK	     VHOST_OFF(96, struct vhost_virtqueue, kick)
#define OFF_VQ_CALL	     VHOST_OFF(104, struct vhost_virtqueue, call_ctx.ctx)
#define OFF_VQ_WORK	     VHOST_OFF(256, struct vhost_virtqueue, poll.work)
#define OFF_VQ_AVAIL	     VHOST_OFF(56, struct vhost_virtqueue, avail)
#define OFF_VQ_LAST_AVAIL    VHOST_OFF(304, struct vhost_virtqueue, last_avail_idx)
#define OFF_VQ_BACKEND	     VHOST_OFF(17768, struct vhost_virtqueue, private_data)
#define OFF_VQ_FEATURES	     VHOST_OFF(17776, struct vhost_virtqueue, acked_features)
#define OFF_VQ_BUSYLOOP	     VHOST_OFF(18836, struct vhost_virtqueue, busyloop_timeout)
#define OFF_NVQ_UBUFS	     VHOST_OFF(18880, struct vhost_net_virtqueue, ubufs)
#define OFF_NET_MM	     VHOST_OFF(0, struct vhost_net, dev.mm)
#define OFF_NET_RX_VQ	     VHOST_OFF(200, struct vhost_net, vqs[0].vq)
#define OFF_NET_TX_VQ	     VHOST_OFF(19120, struct vhost_net, vqs[1].vq)
#define OFF_NET_RX_POLL_WORK VHOST_OFF(38104, struct vhost_net, poll[0].work)
#define OFF_NET_TX_POLL_WORK VHOST_OFF(38208, struct vhost_net, poll[1].work)

/* Reads a value of type `type` at address + offset; 0 when the address cannot be read. */
#define kread(type, address, offset)                                                            \
	({                                                                                      \
		type value_ = 0;                                                                \
		bpf_probe_read_kernel(&value_, sizeof(value_), (void *)((address) + (offset))); \
		value_;                                                                         \
	})

static __always_inline __u64 net_vq(__u64 net, enum vp_dir dir)
{
	return dir == VP_RX ? net + OFF_NET_RX_VQ : net + OFF_NET_TX_VQ;
}

static __always_inline __u64 net_poll_work(__u64 net, enum vp_dir dir)
{
	return dir == VP_RX ? net + OFF_NET_RX_POLL_WORK : net + OFF_NET_TX_POLL_WORK;
}

/* The device that a handler's work argument belongs to. */
static __always_inline __u64 net_of_work(__u64 work, enum vp_dir dir, bool is_net)
{
	if (!is_net)
		return kread(__u64, work - OFF_VQ_WORK, OFF_VQ_DEV);
	return dir == VP_RX ? work - OFF_NET_RX_POLL_WORK : work - OFF_NET_TX_POLL_WORK;
}

static __always_inline bool work_is_queued(__u64 work)
{
	return kread(__u64, work, OFF_WORK_FLAGS) & WORK_QUEUED;
}

static __always_inline __u32 net_owner(__u64 net)
{
	struct mm_struct *mm = (struct mm_struct *)kread(__u64, net, OFF_NET_MM);

	return mm ? BPF_CORE_READ(mm, owner, tgid) : 0;
}

/* The worker's task, NULL before the owner is set. Up to 6.4 the device has it, from 6.5 the queue. */
static __always_inline struct task_struct *net_worker(__u64 net)
{
	struct vhost_worker *worker;
	struct task_struct *task = NULL;

	if (!have_vhost_btf())
		return (struct task_struct *)kread(__u64, net, 72);
	if (!bpf_core_type_exists(struct vhost_worker))
		return BPF_CORE_READ((struct vhost_dev___before_6_5 *)net, worker);
	worker = BPF_CORE_READ((struct vhost_virtqueue *)net_vq(net, VP_RX), worker);
	if (!worker)
		return NULL;
	if (bpf_core_field_exists(worker->kthread_task))
		task = BPF_CORE_READ(worker, kthread_task);
	return task ? task : BPF_CORE_READ(worker, vtsk, task);
}

#endif
