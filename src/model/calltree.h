/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How functions nest and where the time goes: a tree of calls, added up over many runs. A node is a
 * function together with everything it was called from; the children of the root are the handlers.
 *
 *   root ── handle_tx_kick ── handle_tx ── handle_tx_copy ─┬─ get_tx_bufs ── vhost_get_vq_desc
 *                                                          └─ vhost_tx_batch ── tun_sendmsg
 *
 * Times are ns; self = total without the children's. Pure.
 */
#ifndef MODEL_CALLTREE_H
#define MODEL_CALLTREE_H

#include "base/vec.h"

#include <stdint.h>

#define CALLTREE_ROOT 0u
#define CALLTREE_NONE UINT32_MAX

struct calltree_node {
	uint32_t parent;
	uint32_t symbol; /* in the owner's struct symbols; of the root meaningless */
	uint32_t child;	 /* first one; CALLTREE_ROOT = none */
	uint32_t next;	 /* sibling; CALLTREE_ROOT = none */
	uint64_t calls;
	uint64_t total_ns;
	uint64_t self_ns;
};

/* Node 0 is the root; a child's index is greater than its parent's. */
struct calltree {
	VEC(struct calltree_node) nodes;
};

struct calltree *calltree_new(void);	   /* NULL when out of memory */
void calltree_free(struct calltree *tree); /* NULL is fine */

/* The child of `parent` for this symbol, made if need be; CALLTREE_NONE when out of memory. */
uint32_t calltree_child(struct calltree *tree, uint32_t parent, uint32_t symbol);
void calltree_add(struct calltree *tree, uint32_t node, uint64_t calls, uint64_t total_ns,
		  uint64_t self_ns);
/*
 * Adds all of `from`, whose symbol s is `translate[s]` here; translate NULL = the same numbers.
 * 0 or -ENOMEM.
 */
int calltree_merge(struct calltree *into, const struct calltree *from, const uint32_t *translate);

#endif
