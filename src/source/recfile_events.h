/* SPDX-License-Identifier: BSD-2-Clause */
/* Batches of entries and ends of functions (struct vp_events) as the bytes of one block, and back. Pure. */
#ifndef SOURCE_RECFILE_EVENTS_H
#define SOURCE_RECFILE_EVENTS_H

#include "base/sink.h"
#include "source/recfile.h"
#include "source/recfile_field.h"

#include <vhostprof/wire.h>

/* Batches that are collected for a block. */
struct events_block {
	struct sink bytes;
	uint32_t items;
	uint32_t batches;
};

void events_open(struct events_block *block);
void events_close(struct events_block *block);

/* Whether the batch, of at most VP_EVENTS_MAX items, still fits. */
bool events_fit(const struct events_block *block, const struct vp_events *head);
/* Out of memory sticks to the sink. */
void events_pack(struct events_block *block, const struct vp_events *head, const __u64 *items);

/*
 * The next batch, taken off the front of `in`: 1; 0 at the end; -EBADMSG. `items` has room for
 * RECFILE_EVENTS_MAX.
 */
int events_unpack(struct bytes *in, struct vp_events *head, __u64 *items);

#endif
