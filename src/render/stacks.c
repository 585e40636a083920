// SPDX-License-Identifier: BSD-2-Clause
/* Knows how the trees of queues are joined. What frames above the functions are called: stacks_name.c. */
#include "render/stacks.h"

#include "analyze/match.h"
#include "render/stacks_name.h"
#include "render/stacks_scale.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One of the reports on its way into the tree. */
struct joining {
	struct stacks *stacks;
	const struct report *report;
	enum stack_side side;
};

static uint64_t add_capped(uint64_t a, uint64_t b)
{
	return a + b < a ? UINT64_MAX : a + b;
}

/* Functions by name, so that pictures of like things look alike; all else in the report's order. */
static bool comes_before(const struct stack *a, const char *name, enum stack_kind kind)
{
	return kind != STACK_FUNCTION || strcmp(a->name, name) < 0;
}

static struct stack *add_child(struct stacks *stacks, uint32_t parent, uint32_t left, char *name)
{
	struct stack *added = vec_add(&stacks->items), *above;
	uint32_t *link;

	if (!added)
		return NULL;
	above = &stacks->items.items[parent];
	link = left == STACKS_ROOT ? &above->child : &stacks->items.items[left].next;
	*added = (struct stack){
		.name = name,
		.parent = parent,
		.next = *link,
		.depth = above->depth + 1,
		.queue = above->queue,
		.stage = above->stage,
	};
	*link = (uint32_t)(added - stacks->items.items);
	if (added->depth > stacks->deepest)
		stacks->deepest = added->depth;
	return added;
}

/* The child of this name and kind, made if need be; NULL when out of memory. Takes `name`. */
static struct stack *child_of(struct stacks *stacks, uint32_t parent, enum stack_kind kind,
			      char *name)
{
	uint32_t at = stacks->items.items[parent].child, left = STACKS_ROOT;
	struct stack *added;

	if (!name)
		return NULL;
	for (; at != STACKS_ROOT; at = stacks->items.items[at].next) {
		struct stack *stack = &stacks->items.items[at];

		if (!strcmp(stack->name, name)) {
			free(name);
			return stack;
		}
		if (comes_before(stack, name, kind))
			left = at;
	}
	added = add_child(stacks, parent, left, name);
	if (!added) {
		free(name);
		return NULL;
	}
	added->kind = (uint8_t)kind;
	return added;
}

static uint32_t index_of(const struct stacks *stacks, const struct stack *stack)
{
	return (uint32_t)(stack - stacks->items.items);
}

/* `queue` gives the names: in a comparison it may be the other report's. */
static struct stack *open_queue(struct stacks *stacks, const struct report *report,
				const struct report_queue *queue)
{
	struct stack *at;

	at = child_of(stacks, STACKS_ROOT, STACK_VM, stacks_name_vm(report, queue));
	if (at)
		at = child_of(stacks, index_of(stacks, at), STACK_WORKER,
			      stacks_name_worker(queue));
	if (at)
		at = child_of(stacks, index_of(stacks, at), STACK_QUEUE, stacks_name_queue(queue));
	if (at && !at->queue)
		at->queue = queue;
	return at;
}

static struct stack *open_function(struct stacks *stacks, uint32_t parent,
				   const struct symbol *symbol)
{
	struct stack *stack = child_of(stacks, parent, STACK_FUNCTION, stacks_name(symbol->name));

	if (!stack)
		return NULL;
	if (!stack->module)
		stack->module = symbol->module;
	if (symbol->stage < VP_STAGE_NR)
		stack->stage = symbol->stage;
	return stack;
}

static void add_value(struct stack *stack, enum stack_side side, const struct calltree_node *node)
{
	stack->values[side].calls = add_capped(stack->values[side].calls, node->calls);
	stack->values[side].self_ns = add_capped(stack->values[side].self_ns, node->self_ns);
}

static int join_tree(const struct joining *joining, const struct calltree *tree, uint32_t top)
{
	uint32_t *place = calloc(tree->nodes.len, sizeof(*place));
	int error = place ? 0 : -ENOMEM;
	size_t i;

	if (place)
		place[CALLTREE_ROOT] = top;
	for (i = 1; !error && i < tree->nodes.len; i++) {
		const struct calltree_node *node = &tree->nodes.items[i];
		struct stack *stack;

		stack = open_function(joining->stacks, place[node->parent],
				      symbols_at(&joining->report->symbols, node->symbol));
		if (stack)
			add_value(stack, joining->side, node);
		if (stack)
			place[i] = index_of(joining->stacks, stack);
		else
			error = -ENOMEM;
	}
	free(place);
	return error;
}

static bool has_time(const struct calltree *tree)
{
	size_t i;

	for (i = 1; tree && i < tree->nodes.len; i++)
		if (tree->nodes.items[i].self_ns)
			return true;
	return false;
}

static struct calltree *const *trees_of(const struct report_queue *queue, bool sampled)
{
	return sampled ? queue->samples : queue->trees;
}

static int join_queue(const struct joining *joining, const struct report_queue *queue,
		      const struct report *names_of, const struct report_queue *named)
{
	struct calltree *const *trees = trees_of(queue, joining->stacks->sampled);
	int cause, error = 0;

	for (cause = 0; !error && cause < VP_CAUSE_NR; cause++) {
		struct stack *at;

		if (!has_time(trees[cause]))
			continue;
		at = open_queue(joining->stacks, names_of, named);
		if (at)
			at = child_of(joining->stacks, index_of(joining->stacks, at), STACK_CAUSE,
				      stacks_name_cause((enum vp_cause)cause));
		error = at ? join_tree(joining, trees[cause], index_of(joining->stacks, at))
			   : -ENOMEM;
	}
	return error;
}

static int join_report(const struct joining *joining)
{
	int error = 0;

	vec_foreach (queue, &joining->report->queues)
		error = error ? error : join_queue(joining, queue, joining->report, queue);
	return error;
}

/* Under the names that the same queues have in `report`. */
static int join_before(const struct joining *joining, const struct report *report)
{
	const struct report *before = joining->report;
	struct match *matches = calloc(before->queues.len + 1, sizeof(*matches));
	int error = matches ? match_queues(before, report, matches) : -ENOMEM;
	size_t i;

	for (i = 0; !error && i < before->queues.len; i++) {
		const struct report_queue *queue = &before->queues.items[i];
		bool known = matches[i].how != MATCH_NONE;

		error = join_queue(joining, queue, known ? report : before,
				   known ? &report->queues.items[matches[i].other] : queue);
	}
	free(matches);
	return error;
}

static void sum_up(struct stacks *stacks)
{
	size_t i;
	int side;

	for (i = stacks->items.len; i-- > 0;) {
		struct stack *stack = &stacks->items.items[i];
		struct stack *above = &stacks->items.items[stack->parent];

		for (side = 0; side < STACK_SIDE_NR; side++) {
			struct stack_value *value = &stack->values[side];

			value->total_ns = add_capped(value->total_ns, value->self_ns);
			if (i)
				above->values[side].total_ns =
					add_capped(above->values[side].total_ns, value->total_ns);
		}
	}
}

static bool has_any(const struct report *report, bool sampled)
{
	int cause;

	vec_foreach (queue, &report->queues)
		for (cause = 0; cause < VP_CAUSE_NR; cause++)
			if (has_time(trees_of(queue, sampled)[cause]))
				return true;
	return false;
}

static bool has_runs(const struct report *report)
{
	vec_foreach (queue, &report->queues)
		if (queue->runs)
			return true;
	return false;
}

static int nothing(const struct report *report, struct err *err)
{
	const char *path = report->source.path;

	return err_set(err, ENODATA, EXIT_FAILED, "%s%s%s", path ? path : "", path ? ": " : "",
		       has_runs(report)
			       ? "no times inside the runs to draw: measure with --level stages"
			       : "no runs to draw");
}

static int scales(struct stacks *stacks, const struct report *report, const struct report *before,
		  enum normalize normalize, struct err *err)
{
	int error = normalize_scale(report, normalize, &stacks->scale[STACK_THIS], err);

	if (!error && before)
		error = normalize_scale(before, normalize, &stacks->scale[STACK_BEFORE], err);
	stacks->unit = normalize_unit(normalize);
	return error;
}

static int join_both(struct stacks *stacks, const struct report *report,
		     const struct report *before)
{
	struct stack *root = vec_add(&stacks->items);
	struct joining joining = {stacks, report, STACK_THIS};
	int error;

	if (!root)
		return -ENOMEM;
	root->name = stacks_name("all");
	root->stage = VP_STAGE_NONE;
	error = root->name ? join_report(&joining) : -ENOMEM;
	joining = (struct joining){stacks, before, STACK_BEFORE};
	if (!error && before)
		error = join_before(&joining, report);
	sum_up(stacks);
	return error;
}

int stacks_make(const struct report *report, const struct report *before, enum normalize normalize,
		struct stacks **out, struct err *err)
{
	struct stacks *stacks;
	int error;

	/* Samples are compared with samples only. */
	bool sampled = has_any(report, true) && (!before || has_any(before, true));

	if (!has_any(report, sampled))
		return nothing(report, err);
	if (before && !has_any(before, sampled))
		return nothing(before, err);
	stacks = calloc(1, sizeof(*stacks));
	if (!stacks)
		return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	stacks->sampled = sampled;
	stacks->compares = before;
	error = scales(stacks, report, before, normalize, err);
	if (!error && join_both(stacks, report, before))
		error = err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	if (error)
		stacks_free(stacks);
	else
		*out = stacks;
	return error;
}

void stacks_free(struct stacks *stacks)
{
	if (!stacks)
		return;
	vec_foreach (stack, &stacks->items)
		free(stack->name);
	vec_free(&stacks->items);
	free(stacks);
}

uint32_t stacks_next(const struct stacks *stacks, uint32_t stack)
{
	const struct stack *items = stacks->items.items;

	if (items[stack].child != STACKS_ROOT)
		return items[stack].child;
	while (stack != STACKS_ROOT && items[stack].next == STACKS_ROOT)
		stack = items[stack].parent;
	return stack == STACKS_ROOT ? STACKS_ROOT : items[stack].next;
}

double stacks_scaled(const struct stacks *stacks, enum stack_side side, uint64_t ns)
{
	return (double)ns * stacks->scale[side];
}

uint32_t stacks_path(const struct stacks *stacks, uint32_t stack, uint32_t *path)
{
	uint32_t depth = stacks->items.items[stack].depth, i;

	for (i = depth; i-- > 0; stack = stacks->items.items[stack].parent)
		path[i] = stack;
	return depth;
}
