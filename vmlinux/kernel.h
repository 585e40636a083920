/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The kernel types vhostprof reads, trimmed to the fields it reads. Field order and offsets mean
 * nothing here: `preserve_access_index` makes libbpf look each one up by name in the BTF of the
 * running kernel. How this was made and how to check it: README.md beside this file.
 */
#ifndef __VMLINUX_KERNEL_H__
#define __VMLINUX_KERNEL_H__

typedef signed char __s8;
typedef unsigned char __u8;
typedef short __s16;
typedef unsigned short __u16;
typedef int __s32;
typedef unsigned int __u32;
typedef long long __s64;
typedef unsigned long long __u64;
typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s32 s32;
typedef __s64 s64;
typedef __u16 __be16;
typedef __u32 __be32;
typedef __u32 __wsum;
typedef _Bool bool;
enum { false = 0, true = 1 };

/* include/uapi/linux/bpf.h */
enum bpf_map_type {
	BPF_MAP_TYPE_HASH = 1,
	BPF_MAP_TYPE_ARRAY = 2,
	BPF_MAP_TYPE_PERCPU_ARRAY = 6,
	BPF_MAP_TYPE_ARRAY_OF_MAPS = 12,
	BPF_MAP_TYPE_STACK = 23,
	BPF_MAP_TYPE_RINGBUF = 27,
};
enum { BPF_ANY = 0, BPF_NOEXIST = 1, BPF_EXIST = 2 };
enum { BPF_F_MMAPABLE = 1024 };
enum { BPF_RB_NO_WAKEUP = 1, BPF_RB_FORCE_WAKEUP = 2 };
enum { BPF_RB_AVAIL_DATA = 0 };
enum bpf_func_id { BPF_FUNC_get_func_arg = 183 };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct proto {
	char name[32];
};

struct sock_common {
	struct proto *skc_prot;
};

struct sock {
	struct sock_common __sk_common;
};

struct socket {
	struct sock *sk;
};

struct ns_common {
	unsigned int inum;
};

struct net {
	struct ns_common ns;
};

typedef struct {
	struct net *net;
} possible_net_t;

struct net_device {
	char name[16];
	int ifindex;
	possible_net_t nd_net;
};

struct eventfd_ctx {
	__u64 count;
};

struct inode {
	unsigned int i_rdev;
};

struct file {
	struct inode *f_inode;
	void *private_data;
};

struct task_struct {
	int pid;
	int tgid;
	char comm[16];
};

struct mm_struct {
	struct task_struct *owner;
};

struct seq_file;

struct bpf_iter_meta {
	struct seq_file *seq;
};

struct bpf_iter__task_file {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
	__u32 fd;
	struct file *file;
};

/* From here on: module BTF (vhost, vhost_net, tun, tap), absent on kernels before 5.11. */

struct vhost_work {
	unsigned long flags;
};

struct vhost_dev;
struct vhost_virtqueue;
struct vring_avail;

struct wait_queue_entry {
	unsigned int flags;
};
typedef struct wait_queue_entry wait_queue_entry_t;

struct vhost_poll {
	wait_queue_entry_t wait;
	struct vhost_work work;
	unsigned int mask;
};

struct vhost_vring_call {
	struct eventfd_ctx *ctx;
};

struct vhost_task {
	struct task_struct *task;
};

struct vhost_worker {
	struct task_struct *kthread_task; /* 6.17, and Debian's 6.12 */
	struct vhost_task *vtsk;
};

struct vhost_virtqueue {
	struct vhost_dev *dev;
	struct vhost_worker *worker; /* 6.5 */
	unsigned int num;
	struct file *kick;
	struct vhost_vring_call call_ctx;
	struct vring_avail *avail;
	struct vhost_poll poll;
	__u16 last_avail_idx;
	__u16 avail_idx;
	__u16 used_flags;
	void *private_data;
	__u64 acked_features;
	__u32 busyloop_timeout;
};

struct vhost_dev {
	struct mm_struct *mm;
};

/* Up to 6.4 the device has the one worker. */
struct vhost_dev___before_6_5 {
	struct task_struct *worker;
};

struct vhost_net_ubuf_ref;

struct vhost_net_virtqueue {
	struct vhost_virtqueue vq;
	struct vhost_net_ubuf_ref *ubufs;
};

struct vhost_net {
	struct vhost_dev dev;
	struct vhost_net_virtqueue vqs[2];
	struct vhost_poll poll[2];
};

struct tun_struct {
	struct net_device *dev;
};

struct tun_file {
	struct socket socket;
	struct tun_struct *tun;
	__u16 queue_index;
};

struct tap_dev {
	struct net_device *dev;
};

struct tap_queue {
	struct socket sock;
	struct tap_dev *tap;
	__u16 queue_index;
};

#pragma clang attribute pop

#endif
