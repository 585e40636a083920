/* SPDX-License-Identifier: GPL-2.0 */
/* arm64: the registers a kprobe sees, and the kernel types common to all architectures. */
#ifndef __VMLINUX_H__
#define __VMLINUX_H__

struct user_pt_regs {
	unsigned long long regs[31];
	unsigned long long sp, pc, pstate;
};

struct pt_regs {
	struct user_pt_regs user_regs;
} __attribute__((preserve_access_index));

#include "../kernel.h"

#endif
