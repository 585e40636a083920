// SPDX-License-Identifier: BSD-2-Clause
/* Where the frames of a flame graph go, and which are too small for it. */
#include "render/flamegraph.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* A frame narrower than this share of the width is no longer than a hair even on a large screen. */
#define NARROWEST (1.0 / 20000)

static double share_of(const struct stacks *stacks, uint32_t stack)
{
	const struct stack *items = stacks->items.items;

	return (double)items[stack].values[STACK_THIS].total_ns /
	       (double)items[STACKS_ROOT].values[STACK_THIS].total_ns;
}

static void count_undrawn(struct flamegraph *graph, const struct stack *stack)
{
	const struct stack_value *now = &stack->values[STACK_THIS];

	if (now->total_ns) {
		graph->narrow++;
		graph->narrow_ns += now->self_ns;
	} else {
		graph->gone_ns += stack->values[STACK_BEFORE].self_ns;
	}
}

static void note_drawn(struct flamegraph *graph, const struct stack *stack)
{
	double now = stacks_scaled(graph->stacks, STACK_THIS, stack->values[STACK_THIS].self_ns);
	double before =
		stacks_scaled(graph->stacks, STACK_BEFORE, stack->values[STACK_BEFORE].self_ns);

	graph->drawn++;
	graph->largest_change = fmax(graph->largest_change, fabs(now - before));
	if (stack->depth > graph->deepest)
		graph->deepest = stack->depth;
}

int flamegraph_lay_out(struct flamegraph *graph, const struct stacks *stacks)
{
	size_t len = stacks->items.len;
	double *taken = calloc(len, sizeof(*taken)); /* where the next child begins */
	uint32_t i = STACKS_ROOT;

	graph->stacks = stacks;
	graph->x = calloc(len, sizeof(*graph->x));
	if (!taken || !graph->x) {
		free(taken);
		return -ENOMEM;
	}
	note_drawn(graph, &stacks->items.items[STACKS_ROOT]);
	while ((i = stacks_next(stacks, i)) != STACKS_ROOT) {
		const struct stack *stack = &stacks->items.items[i];
		double share = share_of(stacks, i);

		graph->x[i] = share < NARROWEST ? NAN : taken[stack->parent];
		taken[i] = taken[stack->parent];
		taken[stack->parent] += share;
		if (share < NARROWEST)
			count_undrawn(graph, stack);
		else
			note_drawn(graph, stack);
	}
	free(taken);
	return 0;
}
