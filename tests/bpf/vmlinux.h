/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Stands in for the kernel's types where the BPF side is compiled as a user space program. Only the
 * members it reads by name are here; what it reads by offset lies where Debian's 5.10 has it.
 */
#ifndef STAND_IN_VMLINUX_H
#define STAND_IN_VMLINUX_H

#include <linux/bpf.h>
#include <stdbool.h>
#include <stddef.h>

struct inode {
	__u32 i_rdev;
};

struct file {
	struct inode *f_inode;
	void *private_data;
};

struct eventfd_ctx {
	__u64 count;
};

struct task_struct {
	int pid;
	int tgid;
	char comm[16];
};

struct mm_struct {
	struct task_struct *owner;
};

struct net {
	struct {
		__u32 inum;
	} ns;
};

struct net_device {
	char name[16];
	int ifindex;
	struct {
		struct net *net;
	} nd_net;
};

struct tun_struct {
	struct net_device *dev;
};

struct tun_file {
	__u16 queue_index;
	struct tun_struct *tun;
};

struct tap_dev {
	struct net_device *dev;
};

struct tap_queue {
	__u16 queue_index;
	struct tap_dev *tap;
};

struct proto {
	char name[32];
};

struct sock {
	struct {
		struct proto *skc_prot;
	} __sk_common;
};

struct socket {
	struct sock *sk;
};

struct vhost_task {
	struct task_struct *task;
};

struct vhost_work {
	char before[16];
	unsigned long flags;
};

struct vhost_worker {
	struct task_struct *kthread_task;
	struct vhost_task *vtsk;
};

struct vhost_virtqueue {
	struct vhost_worker *worker;
	char before[296];
	unsigned short last_avail_idx;
};

struct vhost_dev___before_6_5 {
	struct task_struct *worker;
};

struct bpf_iter__task_file {
	struct file *file;
};

struct pt_regs {
	unsigned long parm[4];
	unsigned long rc;
};

#endif
