/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of one run while it is put together, in the order of their entries: a list that grows with
 * the run and starts anew with the next. All lists share a pool, so that memory stays bounded whatever
 * the trace says; a run that finds it empty is one whose calls are not whole.
 */
#ifndef MODEL_CALL_LIST_H
#define MODEL_CALL_LIST_H

#include "model/run_trace.h"

#include <stdbool.h>

#define CALL_LIST_POOL	(1u << 19) /* calls in all lists together, 32 bytes each */
#define CALL_LIST_NONE	UINT32_MAX
#define CALL_LIST_DEPTH 257 /* all frames a task may have, and a leaf */

struct call_list {
	struct traced_call *items;
	uint32_t len, cap;
	uint32_t left_out;   /* calls there was no room for */
	bool overrun;	     /* a call's callees took longer than itself */
	uint32_t *pool_used; /* shared; NULL while nothing was taken from it */
};

/* The next call goes here; NULL when there is no room, and the call is counted as left out. */
struct traced_call *call_list_grow(struct call_list *calls, uint32_t *pool_used);
void call_list_free(struct call_list *calls);

static inline void call_list_begin(struct call_list *calls)
{
	calls->len = 0;
	calls->left_out = 0;
	calls->overrun = false;
}

/* The call's place in the list; CALL_LIST_NONE when there is no room. */
static inline uint32_t call_list_enter(struct call_list *calls, uint32_t *pool_used,
				       const struct traced_call *call)
{
	struct traced_call *slot = calls->len < calls->cap ? &calls->items[calls->len++]
							   : call_list_grow(calls, pool_used);

	if (!slot)
		return CALL_LIST_NONE;
	*slot = *call;
	return (uint32_t)(slot - calls->items);
}

static inline void call_list_leave(struct call_list *calls, uint32_t place, uint64_t total_ns,
				   uint64_t children_ns)
{
	if (place == CALL_LIST_NONE)
		return;
	calls->items[place].total_ns = total_ns;
	calls->items[place].self_ns = total_ns - children_ns;
	calls->overrun |= children_ns > total_ns;
}

/*
 * Cuts every call to what is left of the one around it, so that self times are never negative and add
 * up to the run's service time: an interrupt traced after a call's end had been timed is printed inside
 * that call, but its time is not.
 */
void call_list_fit(struct call_list *calls);

#endif
