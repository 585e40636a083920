/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * The fixed-width integer names both sides use. BPF takes them from the trimmed vmlinux.h, user
 * space from the kernel's uapi headers.
 */
#ifndef VHOSTPROF_TYPES_H
#define VHOSTPROF_TYPES_H

#ifdef __bpf__
#include "vmlinux.h"
#else
#include <assert.h>
#include <linux/types.h>
#endif

#endif
