// SPDX-License-Identifier: BSD-2-Clause
/* Knows how the list grows and what a call may take of its caller's time. */
#include "model/call_list.h"

#include <stdlib.h>

static bool make_room(struct call_list *calls, uint32_t *pool_used)
{
	uint32_t wanted = calls->cap ? 2 * calls->cap : 64, more = wanted - calls->cap;
	struct traced_call *moved;

	if (more > CALL_LIST_POOL - *pool_used)
		return false;
	moved = realloc(calls->items, wanted * sizeof(*moved));
	if (!moved)
		return false;
	*pool_used += more;
	calls->pool_used = pool_used;
	calls->items = moved;
	calls->cap = wanted;
	return true;
}

struct traced_call *call_list_grow(struct call_list *calls, uint32_t *pool_used)
{
	/* Once a call is left out its callees have no caller: the rest is only counted. */
	if (calls->left_out || (calls->len == calls->cap && !make_room(calls, pool_used))) {
		calls->left_out++;
		return NULL;
	}
	return &calls->items[calls->len++];
}

void call_list_free(struct call_list *calls)
{
	if (calls->pool_used)
		*calls->pool_used -= calls->cap;
	free(calls->items);
	*calls = (struct call_list){0};
}

/* On the way every call's self time is what is left of it for the callees still to come. */
void call_list_fit(struct call_list *calls)
{
	struct traced_call *around[CALL_LIST_DEPTH]; /* the latest call of each depth */
	uint32_t i;

	for (i = 0; i < calls->len; i++) {
		struct traced_call *call = &calls->items[i];
		struct traced_call *caller = i ? around[call->depth - 1] : NULL;

		if (caller && call->total_ns > caller->self_ns)
			call->total_ns = caller->self_ns;
		if (caller)
			caller->self_ns -= call->total_ns;
		call->self_ns = call->total_ns;
		around[call->depth] = call;
	}
}
