// SPDX-License-Identifier: BSD-2-Clause
/* Knows when a call begins and ends. Refuses to know whose run it is, and what the rows are called. */
#include "model/call_stack.h"

#include <errno.h>

#define DROPPED VP_UNKNOWN /* as total_ns of a call that will leave the list */

/* Time does not run backwards in a kernel, but it may in a file. */
static uint64_t minus(uint64_t a, uint64_t b)
{
	return a > b ? a - b : 0;
}

int call_stack_enter(struct call_stack *stack, traced_calls *calls, struct call_loss *loss,
		     uint32_t row, uint64_t time_ns)
{
	struct traced_call *call;

	if (stack->depth == VP_FRAMES_MAX) {
		stack->excess++;
		loss->too_deep++;
		return 0;
	}
	call = vec_add(calls);
	if (!call)
		return -ENOMEM;
	*call = (struct traced_call){
		.symbol = row, .depth = stack->depth, .enter_ns = time_ns, .total_ns = DROPPED};
	if (!stack->depth)
		stack->first = calls->len - 1;
	stack->frames[stack->depth++] =
		(struct call_frame){.call = calls->len - 1, .row = row, .enter_ns = time_ns};
	return 0;
}

/*
 * What the calls above `level`, which are dropped, called themselves was timed: it stays out of the self
 * time of the call they lie in.
 */
static uint64_t orphaned_ns(const struct call_stack *stack, uint32_t level)
{
	uint64_t sum_ns = 0;

	while (++level < stack->depth)
		sum_ns += stack->frames[level].children_ns;
	return sum_ns;
}

/* Closes the call at `level`; what lies above it is dropped. */
static void close_at(struct call_stack *stack, traced_calls *calls, struct call_loss *loss,
		     uint32_t level, uint64_t time_ns)
{
	const struct call_frame *frame = &stack->frames[level];
	struct traced_call *call = &calls->items[frame->call];
	uint32_t above = stack->depth - level - 1;

	loss->broken += above;
	stack->dropped |= above > 0;
	call->total_ns = minus(time_ns, frame->enter_ns);
	call->self_ns = minus(call->total_ns, frame->children_ns + orphaned_ns(stack, level));
	stack->depth = level;
	if (level)
		stack->frames[level - 1].children_ns += call->total_ns;
}

/* The calls that were dropped leave the list; those they made move up to their callers. */
static void remove_dropped(struct call_stack *stack, traced_calls *calls)
{
	uint32_t gone[VP_FRAMES_MAX + 1] = {0}; /* by depth: dropped calls around a call there */
	size_t from, to = stack->first;

	for (from = stack->first; from < calls->len; from++) {
		struct traced_call call = calls->items[from];
		uint32_t depth = call.depth;

		gone[depth + 1] = gone[depth] + (call.total_ns == DROPPED);
		if (call.total_ns == DROPPED)
			continue;
		call.depth -= gone[depth];
		calls->items[to++] = call;
	}
	calls->len = to;
}

static void end_run(struct call_stack *stack, traced_calls *calls, struct call_loss *loss,
		    uint64_t time_ns)
{
	close_at(stack, calls, loss, 0, time_ns);
	if (stack->dropped)
		remove_dropped(stack, calls);
	stack->dropped = false;
	stack->excess = 0;
}

bool call_stack_end(struct call_stack *stack, traced_calls *calls, struct call_loss *loss,
		    uint32_t row, uint64_t time_ns)
{
	uint32_t level = stack->depth;

	if (stack->depth && stack->frames[0].row == row) {
		end_run(stack, calls, loss, time_ns);
		return true;
	}
	if (stack->excess) {
		stack->excess--;
		return false;
	}
	while (level && stack->frames[level - 1].row != row)
		level--;
	if (level)
		close_at(stack, calls, loss, level - 1, time_ns);
	else
		loss->broken++;
	return false;
}

void call_stack_give_up(struct call_stack *stack, traced_calls *calls)
{
	if (stack->depth)
		calls->len = stack->first;
	stack->depth = stack->excess = 0;
	stack->dropped = false;
}
