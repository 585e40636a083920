// SPDX-License-Identifier: BSD-2-Clause
#include "model/queue_functions.h"

#include "model/report_calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Sums by symbol. */
static void add_tree(struct calltree_node *sums, const struct calltree *tree)
{
	size_t i;

	for (i = 1; i < tree->nodes.len; i++) {
		const struct calltree_node *node = &tree->nodes.items[i];

		sums[node->symbol].calls += node->calls;
		sums[node->symbol].total_ns += node->total_ns;
		sums[node->symbol].self_ns += node->self_ns;
	}
}

static int add_row(struct report_queue *queue, const struct symbol *symbol,
		   const struct calltree_node *sum)
{
	struct report_function *row =
		report_function_row(&queue->functions, symbol->name, symbol->module);

	if (!row)
		return -ENOMEM;
	row->calls += sum->calls;
	row->total_ns += sum->total_ns;
	row->self_ns += sum->self_ns;
	return 0;
}

static int add_rows(const struct symbols *symbols, struct report_queue *queue,
		    const struct calltree_node *sums, uint32_t *room)
{
	uint32_t i, rows = 0;
	int error = 0;

	for (i = 0; i < symbols->items.len; i++)
		rows += sums[i].calls > 0;
	if (rows > *room)
		return -ENOSPC;
	*room -= rows;
	for (i = 0; !error && i < symbols->items.len; i++)
		if (sums[i].calls)
			error = add_row(queue, symbols_at(symbols, i), &sums[i]);
	return error;
}

int queue_functions(const struct symbols *symbols, struct report_queue *queue, uint32_t *room)
{
	struct calltree_node *sums = calloc(symbols->items.len + 1, sizeof(*sums));
	int cause, error;

	if (!sums)
		return -ENOMEM;
	for (cause = 0; cause < VP_CAUSE_NR; cause++)
		if (queue->trees[cause])
			add_tree(sums, queue->trees[cause]);
	error = add_rows(symbols, queue, sums, room);
	free(sums);
	return error;
}
