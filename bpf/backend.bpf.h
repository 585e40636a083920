/* SPDX-License-Identifier: GPL-2.0 */
/* From a queue's backend socket to the tap or macvtap device behind it. */
#ifndef BACKEND_BPF_H
#define BACKEND_BPF_H

#include "vhost.bpf.h"

/* tun and tap structures have no BTF before 5.11; Debian's 5.10: struct socket to what we need. */
#define SOCKET_TO_TUN_5_10	 128
#define SOCKET_TO_TUN_INDEX_5_10 148
#define TUN_DEV_5_10		 2064

static __always_inline struct net_device *tun_device(struct socket *sock, __u32 *queue_pair)
{
	struct tun_struct *tun;
	struct tun_file *file;

	if (!bpf_core_type_exists(struct tun_file)) {
		*queue_pair = kread(__u16, (__u64)sock, SOCKET_TO_TUN_INDEX_5_10);
		tun = (struct tun_struct *)kread(__u64, (__u64)sock, SOCKET_TO_TUN_5_10);
		return tun ? (struct net_device *)kread(__u64, (__u64)tun, TUN_DEV_5_10) : NULL;
	}
	file = (void *)sock - bpf_core_field_offset(struct tun_file, socket);
	*queue_pair = BPF_CORE_READ(file, queue_index);
	tun = BPF_CORE_READ(file, tun);
	return tun ? BPF_CORE_READ(tun, dev) : NULL;
}

static __always_inline struct net_device *tap_device(struct socket *sock, __u32 *queue_pair)
{
	struct tap_queue *queue;
	struct tap_dev *tap;

	if (!bpf_core_type_exists(struct tap_queue))
		return NULL;
	queue = (void *)sock - bpf_core_field_offset(struct tap_queue, sock);
	*queue_pair = BPF_CORE_READ(queue, queue_index);
	tap = BPF_CORE_READ(queue, tap);
	return tap ? BPF_CORE_READ(tap, dev) : NULL;
}

static __always_inline __u8 backend_kind(struct socket *sock)
{
	struct proto *proto = BPF_CORE_READ(sock, sk, __sk_common.skc_prot);
	char name[4] = {};

	bpf_probe_read_kernel(name, sizeof(name), &proto->name);
	if (name[0] != 't' || name[3])
		return VP_BACKEND_OTHER;
	if (name[1] == 'u' && name[2] == 'n')
		return VP_BACKEND_TUN;
	return name[1] == 'a' && name[2] == 'p' ? VP_BACKEND_TAP : VP_BACKEND_OTHER;
}

/* Keeps the last device known when the backend is gone, as it is while a guest reboots. */
static __always_inline void identity_read_backend(struct vp_identity *identity, __u64 vq)
{
	struct socket *sock = (struct socket *)kread(__u64, vq, OFF_VQ_BACKEND);
	struct net_device *dev = NULL;

	if (!sock)
		return;
	identity->backend = backend_kind(sock);
	if (identity->backend == VP_BACKEND_TUN)
		dev = tun_device(sock, &identity->queue_pair);
	else if (identity->backend == VP_BACKEND_TAP)
		dev = tap_device(sock, &identity->queue_pair);
	if (!dev)
		return;
	identity->ifindex = BPF_CORE_READ(dev, ifindex);
	identity->netns = BPF_CORE_READ(dev, nd_net.net, ns.inum);
	BPF_CORE_READ_INTO(&identity->ifname, dev, name);
}

#endif
