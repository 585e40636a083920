// SPDX-License-Identifier: BSD-2-Clause
/* Knows how samples are added up over places and causes. Refuses to know how many a reader wants to see. */
#include "model/sample_top.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Adds the samples by symbol, and the time they stand for to `*self_ns`. */
static uint64_t add_tree(const struct calltree *tree, uint64_t *of_symbol, uint64_t *self_ns)
{
	uint64_t samples = 0;

	for (size_t i = 1; tree && i < tree->nodes.len; i++) {
		const struct calltree_node *node = &tree->nodes.items[i];

		of_symbol[node->symbol] += node->calls;
		samples += node->calls;
		*self_ns += node->self_ns;
	}
	return samples;
}

static bool comes_before(const struct symbols *symbols, const uint64_t *of_symbol, uint32_t a,
			 uint32_t b)
{
	if (of_symbol[a] != of_symbol[b])
		return of_symbol[a] > of_symbol[b];
	return strcmp(symbols_at(symbols, a)->name, symbols_at(symbols, b)->name) < 0;
}

/* The first among those not taken; SYMBOL_NONE when there is nothing left. */
static uint32_t first(const struct symbols *symbols, const uint64_t *of_symbol)
{
	uint32_t best = SYMBOL_NONE;

	for (uint32_t symbol = 0; symbol < symbols->items.len; symbol++)
		if (of_symbol[symbol] &&
		    (best == SYMBOL_NONE || comes_before(symbols, of_symbol, symbol, best)))
			best = symbol;
	return best;
}

int sample_top(const struct report *report, const struct report_queue *queue,
	       struct sample_top *top)
{
	uint64_t *of_symbol = calloc(report->symbols.items.len + 1, sizeof(*of_symbol));
	struct sample_top found = {0};
	uint64_t self_ns = 0;
	uint32_t symbol;

	if (!of_symbol)
		return -ENOMEM;
	for (int cause = 0; cause < VP_CAUSE_NR; cause++)
		found.samples += add_tree(queue->samples[cause], of_symbol, &self_ns);
	found.period_ns = found.samples ? self_ns / found.samples : 0;
	while (found.len < SAMPLE_TOP_MAX &&
	       (symbol = first(&report->symbols, of_symbol)) != SYMBOL_NONE) {
		found.rows[found.len].symbol = symbol;
		found.rows[found.len++].samples = of_symbol[symbol];
		of_symbol[symbol] = 0;
	}
	free(of_symbol);
	*top = found;
	return 0;
}
