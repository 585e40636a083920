// SPDX-License-Identifier: BSD-2-Clause
#include "source/live_functions.h"

#include "model/hist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static struct vp_hist *hist_at(const struct function_maps *maps, uint32_t slot, unsigned bank,
			       enum probe_id row)
{
	return &maps->functions[(slot * VP_BANKS + bank) * PROBE_NR + row];
}

static struct vp_node_counters *places_at(const struct function_maps *maps, uint32_t slot,
					  unsigned bank)
{
	return &maps->node_counters[(size_t)(slot * VP_BANKS + bank) * FUNCTION_NODES];
}

static int add_time(struct live_functions *into, const struct vp_hist *from, enum probe_id row)
{
	if (!from->count)
		return 0;
	if (!into->time[row])
		into->time[row] = calloc(1, sizeof(*from));
	if (!into->time[row])
		return -ENOMEM;
	hist_merge(into->time[row], from);
	return 0;
}

static int add_places(struct live_functions *into, const struct vp_node_counters *from)
{
	if (!into->places)
		into->places = calloc(FUNCTION_NODES, sizeof(*from));
	if (!into->places)
		return -ENOMEM;
	for (size_t i = 0; i < FUNCTION_NODES; i++) {
		into->places[i].calls += from[i].calls;
		into->places[i].total_ns += from[i].total_ns;
		into->places[i].self_ns += from[i].self_ns;
	}
	return 0;
}

int live_functions_add(struct live_functions *into, const struct function_maps *maps, uint32_t slot,
		       unsigned bank)
{
	int error = 0;
	enum probe_id row;

	if (!maps->functions)
		return 0;
	for (row = 0; !error && row < PROBE_NR; row++)
		error = add_time(into, hist_at(maps, slot, bank, row), row);
	return error ? error : add_places(into, places_at(maps, slot, bank));
}

void live_functions_clear_bank(const struct function_maps *maps, uint32_t slot, unsigned bank)
{
	enum probe_id row;

	if (!maps->functions)
		return;
	for (row = 0; row < PROBE_NR; row++) { /* an untouched one stays untouched memory */
		struct vp_hist *hist = hist_at(maps, slot, bank, row);

		if (hist->count)
			memset(hist, 0, sizeof(*hist));
	}
	memset(places_at(maps, slot, bank), 0, FUNCTION_NODES * sizeof(struct vp_node_counters));
}

void live_functions_free(struct live_functions *functions)
{
	enum probe_id row;

	for (row = 0; row < PROBE_NR; row++)
		free(functions->time[row]);
	free(functions->places);
	*functions = (struct live_functions){0};
}

/* The function's self time: over all places and causes. Calls outside of runs have no place; nothing is timed in them. */
static uint64_t self_ns(const struct live_functions *functions, const struct vp_node *nodes,
			enum probe_id row)
{
	uint64_t sum_ns = 0, placed_ns = 0;

	for (size_t i = 0; functions->places && i < FUNCTION_NODES; i++) {
		if (!functions->places[i].calls || nodes[i % VP_NODES].row != row)
			continue;
		sum_ns += functions->places[i].self_ns;
		placed_ns += functions->places[i].total_ns;
	}
	if (row == PROBE_poll_wakeup && functions->time[row]->sum > placed_ns)
		sum_ns += functions->time[row]->sum - placed_ns;
	return sum_ns;
}

static int add_row(struct report_queue *queue, const struct live_functions *functions,
		   const struct vp_node *nodes, const struct function_names *names,
		   enum probe_id row)
{
	const struct vp_hist *time = functions->time[row];
	struct report_function *function;

	if (!time || !names->name[row])
		return 0;
	function = vec_add(&queue->functions);
	if (!function || report_string(&function->name, names->name[row]) ||
	    report_string(&function->module, names->module[row]))
		return -ENOMEM;
	function->calls = time->count;
	function->total_ns = time->sum;
	function->self_ns = self_ns(functions, nodes, row);
	function->stage = probes[row].stage;
	function->corrected_total_ns = function->corrected_self_ns = VP_UNKNOWN;
	function->time = *time;
	return 0;
}

/* The node's counterpart in `tree`, and those of its callers. */
static uint32_t place_in(struct calltree *tree, const struct vp_node *nodes, uint32_t node,
			 const uint32_t *symbols)
{
	uint32_t parent;

	if (!node || node >= VP_NODES || nodes[node].row >= PROBE_NR)
		return node ? CALLTREE_NONE : CALLTREE_ROOT;
	if (symbols[nodes[node].row] == SYMBOL_NONE)
		return CALLTREE_NONE;
	parent = place_in(tree, nodes, nodes[node].parent, symbols);
	return parent == CALLTREE_NONE ? CALLTREE_NONE
				       : calltree_child(tree, parent, symbols[nodes[node].row]);
}

static int add_tree(struct calltree **out, const struct vp_node_counters *places,
		    const struct vp_node *nodes, const uint32_t *symbols)
{
	struct calltree *tree = NULL;

	for (uint32_t node = 1; node < VP_NODES; node++) {
		uint32_t place;

		if (!places[node].calls)
			continue;
		if (!tree && !(tree = calltree_new()))
			return -ENOMEM;
		place = place_in(tree, nodes, node, symbols);
		if (place == CALLTREE_NONE) {
			calltree_free(tree);
			return -ENOMEM;
		}
		calltree_add(tree, place, places[node].calls, places[node].total_ns,
			     places[node].self_ns);
	}
	*out = tree;
	return 0;
}

static int name_rows(struct report *report, const struct function_names *names, uint32_t *symbols)
{
	enum probe_id row;

	for (row = 0; row < PROBE_NR; row++) {
		symbols[row] = SYMBOL_NONE;
		if (!names->name[row])
			continue;
		symbols[row] =
			symbols_intern(&report->symbols, names->name[row], names->module[row]);
		if (symbols[row] == SYMBOL_NONE)
			return -ENOMEM;
	}
	return 0;
}

int live_functions_report(const struct live_functions *functions, const struct vp_node *nodes,
			  const struct function_names *names, struct report *report,
			  struct report_queue *queue)
{
	uint32_t symbols[PROBE_NR];
	int error = name_rows(report, names, symbols);
	enum probe_id row;

	for (row = 0; !error && row < PROBE_NR; row++)
		error = add_row(queue, functions, nodes, names, row);
	for (int cause = 0; !error && functions->places && cause < VP_CAUSE_NR; cause++)
		error = add_tree(&queue->trees[cause], &functions->places[cause * VP_NODES], nodes,
				 symbols);
	return error;
}
