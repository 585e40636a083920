/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Devices come and go: gives each vhost_net a pair of slots, writes down who it is, and forgets it
 * when it is released. Runs from the task_file iterator, from ioctls and, as a last resort, from the
 * first run of an unknown queue.
 */
#ifndef DEVICE_BPF_H
#define DEVICE_BPF_H

#include "backend.bpf.h"

static __always_inline bool is_wanted(__u32 pid)
{
	return bpf_map_lookup_elem(&wanted, &pid) != NULL;
}

static __always_inline bool net_is_wanted(__u64 net, __u32 owner)
{
	struct task_struct *worker;

	if (!config.filtered || is_wanted(owner))
		return true;
	worker = net_worker(net);
	return worker && is_wanted(BPF_CORE_READ(worker, pid));
}

/* Nobody reads the kick eventfd while vhost has it, so its counter is the number of doorbells. */
static __always_inline void identity_read_kick(struct vp_identity *identity, __u64 vq)
{
	struct file *kick = (struct file *)kread(__u64, vq, OFF_VQ_KICK);
	struct eventfd_ctx *ctx = kick ? BPF_CORE_READ(kick, private_data) : NULL;

	identity->kick_ctx = (__u64)ctx;
	identity->kick_count = ctx ? BPF_CORE_READ(ctx, count) : VP_UNKNOWN;
}

static __always_inline void identity_refresh(__u32 slot, __u64 net, __u64 vq)
{
	struct vp_identity *identity = identity_of(slot);
	struct task_struct *worker = net_worker(net);

	if (!identity)
		return;
	identity->call_ctx = kread(__u64, vq, OFF_VQ_CALL);
	identity_read_kick(identity, vq);
	identity->features = kread(__u64, vq, OFF_VQ_FEATURES);
	identity->ring_size = kread(__u32, vq, OFF_VQ_NUM);
	identity->busyloop_timeout = kread(__u32, vq, OFF_VQ_BUSYLOOP);
	identity->zerocopy = kread(__u64, vq, OFF_NVQ_UBUFS) != 0;
	if (worker) {
		identity->worker_tid = BPF_CORE_READ(worker, pid);
		BPF_CORE_READ_INTO(&identity->worker_comm, worker, comm);
	}
	identity_read_backend(identity, vq);
}

static __always_inline void slot_open(__u32 slot, __u64 net, enum vp_dir dir, __u32 owner)
{
	struct vp_identity *identity = identity_of(slot);

	if (!identity)
		return;
	identity->net = net;
	identity->vq = net_vq(net, dir);
	identity->owner_pid = owner;
	identity->born_ns = bpf_ktime_get_ns();
	identity->selected = config.dir_wanted[dir & 1];
	identity_refresh(slot, net, identity->vq);
	identity->closed_ns = 0;
	identity->live = 1;
}

static __always_inline long remember_work(__u64 work, __u32 slot, enum vp_dir dir, bool is_net)
{
	struct work_ref ref = {.slot = slot, .is_net = is_net};

	ref.mask = kread(__u32, work - OFF_POLL_WORK, OFF_POLL_MASK);
	ref.selected = slot != VP_SLOT_IGNORED && config.dir_wanted[dir & 1];
	return bpf_map_update_elem(&works, &work, &ref, BPF_NOEXIST);
}

static __always_inline void device_add(__u64 net, __u32 owner)
{
	__u32 pair = 0, rx = VP_SLOT_IGNORED, tx = VP_SLOT_IGNORED;

	if (net_is_wanted(net, owner)) {
		if (bpf_map_pop_elem(&free_pairs, &pair)) {
			__sync_fetch_and_add(&control.unplaced, 2);
		} else {
			rx = pair;
			tx = pair + 1;
		}
	}
	/* Two CPUs may see a new device at once: whoever adds this entry owns it. */
	if (remember_work(net_vq(net, VP_RX) + OFF_VQ_WORK, rx, VP_RX, false)) {
		if (rx != VP_SLOT_IGNORED)
			bpf_map_push_elem(&free_pairs, &pair, BPF_ANY);
		return;
	}
	if (rx != VP_SLOT_IGNORED) {
		slot_open(rx, net, VP_RX, owner);
		slot_open(tx, net, VP_TX, owner);
	}
	remember_work(net_vq(net, VP_TX) + OFF_VQ_WORK, tx, VP_TX, false);
	remember_work(net_poll_work(net, VP_RX), rx, VP_RX, true);
	remember_work(net_poll_work(net, VP_TX), tx, VP_TX, true);
}

/*
 * Makes the device known, or brings what is known of it up to date. A function of its own, and global:
 * the verifier walks such a one once for each program that calls it, but an inlined one anew for every state
 * the program gets there in, and that was most of what loading took.
 */
__noinline int device_seen(__u64 net)
{
	__u64 rx_work = net_vq(net, VP_RX) + OFF_VQ_WORK;
	struct work_ref *ref = bpf_map_lookup_elem(&works, &rx_work);
	__u32 owner;

	if (ref) {
		if (ref->slot == VP_SLOT_IGNORED)
			return 0;
		identity_refresh(ref->slot, net, net_vq(net, VP_RX));
		identity_refresh(ref->slot + 1, net, net_vq(net, VP_TX));
		return 0;
	}
	owner = net_owner(net);
	if (owner)
		device_add(net, owner);
	return 0;
}

static __always_inline void slot_close(__u32 slot)
{
	struct vp_identity *identity = identity_of(slot);

	if (!identity)
		return;
	identity_read_kick(identity, identity->vq);
	identity->closed_ns = bpf_ktime_get_ns();
	identity->live = 0;
}

static __always_inline void forget_worker(__u32 pair)
{
	struct worker_state *worker = bpf_map_lookup_elem(&workers, &pair);
	__u32 tid = worker ? worker->tid : 0;

	if (!tid)
		return;
	worker->tid = 0;
	worker->open = 0;
	forget_pair_of(tid, pair);
}

static __always_inline void forget_work(__u64 work)
{
	bpf_map_delete_elem(&works, &work);
}

static __always_inline void device_gone(__u64 net)
{
	__u64 rx_work = net_vq(net, VP_RX) + OFF_VQ_WORK;
	struct work_ref *ref = bpf_map_lookup_elem(&works, &rx_work);

	if (!ref)
		return;
	if (ref->slot != VP_SLOT_IGNORED) {
		slot_close(ref->slot);
		slot_close(ref->slot + 1);
		forget_worker(ref->slot >> 1);
	}
	forget_work(net_vq(net, VP_TX) + OFF_VQ_WORK);
	forget_work(net_poll_work(net, VP_RX));
	forget_work(net_poll_work(net, VP_TX));
	forget_work(rx_work);
}

#endif
