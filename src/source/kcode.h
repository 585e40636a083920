/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Who calls a function: the code of vhost and vhost_net as it lies in memory (/proc/kcore), looked
 * through for calls of it and jumps to it. Knows x86-64. Refuses to know calls through pointers: only
 * functions that are never passed on may be asked about.
 */
#ifndef SOURCE_KCODE_H
#define SOURCE_KCODE_H

#include "source/ksyms.h"

#include <stdbool.h>

struct kcode_part {
	uint64_t address;
	size_t bytes;
	unsigned char *code;
};

struct kcode {
	struct kcode_part parts[KTEXT_NR];
};

/*
 * Reads the code. 0, or -errno: -ENOTSUP on other machines and where vhost is part of the kernel proper,
 * -EPERM or -EACCES where the kernel does not show its memory.
 */
int kcode_read(struct kcode *kcode, const struct ksyms *ksyms);
void kcode_free(struct kcode *kcode);

/* Whether anything in that code calls or jumps to this address. */
bool kcode_calls(const struct kcode *kcode, uint64_t address);

#endif
