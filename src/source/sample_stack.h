/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a stack of addresses to a place in a tree of calls that looks like the measured ones: it begins
 * with the handler, clones go by their function's name, a function that is called through a BPF trampoline
 * is called by its caller. Where the trampoline itself or a BPF program was at work, both stay.
 */
#ifndef SOURCE_SAMPLE_STACK_H
#define SOURCE_SAMPLE_STACK_H

#include "model/calltree.h"
#include "model/symbols.h"
#include "source/kaddr.h"

#include <stdint.h>
#include <vhostprof/wire.h>

struct sample_names {
	struct kaddrs kaddrs;
	struct symbols symbols; /* of the trees */
	VEC(uint8_t) kinds;	/* of each symbol */
};

void sample_names_free(struct sample_names *names);

/*
 * Adds a sample that stands for `period_ns`. 0, 1 if the stack does not reach up to a handler and was
 * added as it is, or -ENOMEM.
 */
int sample_add(struct sample_names *names, struct calltree *tree, const struct vp_sample *sample,
	       uint64_t period_ns);

#endif
