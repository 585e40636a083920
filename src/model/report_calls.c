// SPDX-License-Identifier: BSD-2-Clause
/* Knows which row and which node a call belongs to. Refuses to know where calls come from. */
#include "model/report_calls.h"

#include "model/hist.h"
#include "model/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static int name_row(struct report_function *row, const char *name, const char *module)
{
	row->corrected_total_ns = row->corrected_self_ns = VP_UNKNOWN;
	row->stage = (uint8_t)probe_stage_of(name);
	if (report_string(&row->name, name) || report_string(&row->module, module)) {
		free(row->name);
		return -ENOMEM;
	}
	return 0;
}

struct report_function *report_function_row(report_functions *functions, const char *name,
					    const char *module)
{
	struct report_function *row;

	vec_foreach (known, functions)
		if (!strcmp(known->name, name) && is_same(known->module, module))
			return known;
	row = vec_add(functions);
	if (row && name_row(row, name, module)) {
		functions->len--;
		return NULL;
	}
	return row;
}

void report_function_add(struct report_function *into, const struct report_function *from)
{
	into->calls += from->calls;
	into->total_ns += from->total_ns;
	into->self_ns += from->self_ns;
	hist_merge(&into->time, &from->time);
}

struct calltree *report_tree(struct calltree **place)
{
	if (!*place)
		*place = calltree_new();
	return *place;
}

int calls_to_tree(struct calltree *tree, const struct traced_call *calls, uint32_t len)
{
	uint32_t node = CALLTREE_ROOT, depth = 0, i; /* the node has calls of this depth below it */

	for (i = 0; i < len; i++) {
		for (; depth > calls[i].depth; depth--)
			node = tree->nodes.items[node].parent;
		node = calltree_child(tree, node, calls[i].symbol);
		if (node == CALLTREE_NONE)
			return -ENOMEM;
		calltree_add(tree, node, 1, calls[i].total_ns, calls[i].self_ns);
		depth++;
	}
	return 0;
}

static int calls_to_rows(struct report_queue *queue, const struct symbols *symbols,
			 const struct traced_call *calls, uint32_t len)
{
	uint32_t i;

	for (i = 0; i < len; i++) {
		const struct symbol *symbol = symbols_at(symbols, calls[i].symbol);
		struct report_function *row =
			report_function_row(&queue->functions, symbol->name, symbol->module);

		if (!row)
			return -ENOMEM;
		row->calls++;
		row->total_ns += calls[i].total_ns;
		row->self_ns += calls[i].self_ns;
		hist_add(&row->time, calls[i].total_ns);
	}
	return 0;
}

int report_queue_add_calls(struct report_queue *queue, enum vp_cause cause,
			   const struct symbols *symbols, const struct traced_call *calls,
			   uint32_t len)
{
	struct calltree *tree = report_tree(&queue->trees[cause]);
	int error = tree ? calls_to_tree(tree, calls, len) : -ENOMEM;

	return error ? error : calls_to_rows(queue, symbols, calls, len);
}

static int add_rows(report_functions *sum, const report_functions *functions)
{
	vec_foreach (function, functions) {
		struct report_function *row =
			report_function_row(sum, function->name, function->module);

		if (!row)
			return -ENOMEM;
		report_function_add(row, function);
	}
	return 0;
}

int report_sum_functions(struct report *report)
{
	int error = 0;

	vec_foreach (queue, &report->queues)
		error = error ? error : add_rows(&report->functions, &queue->functions);
	return error;
}
