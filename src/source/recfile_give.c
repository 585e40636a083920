// SPDX-License-Identifier: BSD-2-Clause
/* Knows which queue of a recording is which row of its report. Refuses to know what was counted. */
#include "source/recfile_give.h"

#include "model/report_calls.h"
#include "source/recfile_counted.h"

#include <errno.h>
#include <stdlib.h>

/* The exact counters name their queues as the queue blocks do. */
static bool is_queue(const struct report_queue *row, const struct recfile_queue *queue)
{
	return row->dir == (enum vp_dir)queue->dir && row->worker_tid == queue->worker_tid &&
	       row->vm_pid == queue->vm_pid && row->queue_pair == queue->queue_pair;
}

/* The first row of this queue that nothing was given to; NULL when there is none. */
static struct report_queue *find_row(struct report *report, const struct recfile_queue *queue,
				     bool *given)
{
	size_t i;

	for (i = 0; i < report->queues.len; i++)
		if (!given[i] && is_queue(&report->queues.items[i], queue)) {
			given[i] = true;
			return &report->queues.items[i];
		}
	return NULL;
}

static bool has_trees(const struct report_queue *row)
{
	int cause;

	for (cause = 0; cause < VP_CAUSE_NR; cause++)
		if (row->trees[cause])
			return true;
	return false;
}

/* The handler that runs of this cause begin in; the one behind both where the cause is not known. */
static const char *handler_of(enum vp_dir dir, enum vp_cause cause)
{
	static const char *const names[VP_DIR_NR][VP_CAUSE_NR] = {
		[VP_RX] = {"handle_rx", "handle_rx_kick", "handle_rx_net", "handle_rx_kick"},
		[VP_TX] = {"handle_tx", "handle_tx_kick", "handle_tx_net", "handle_tx_kick"},
	};

	_Static_assert(VP_CAUSE_KICK == 1 && VP_CAUSE_NET == 2 && VP_CAUSE_REQUEUE == 3,
		       "in their order");
	return names[dir][cause];
}

static int add_handler(struct report *report, struct report_queue *row, enum vp_cause cause,
		       const struct tally *tally)
{
	uint32_t symbol = symbols_intern(&report->symbols, handler_of(row->dir, cause), NULL);
	struct calltree *tree = report_tree(&row->trees[cause]);
	uint32_t node;

	if (symbol == SYMBOL_NONE || !tree)
		return -ENOMEM;
	node = calltree_child(tree, CALLTREE_ROOT, symbol);
	if (node == CALLTREE_NONE)
		return -ENOMEM;
	calltree_add(tree, node, tally->counters.causes[cause], tally->service_ns[cause],
		     tally->service_ns[cause]);
	return 0;
}

static int add_handlers(struct report *report, struct report_queue *row, const struct tally *tally)
{
	int cause, error = 0;

	for (cause = 0; !error && cause < VP_CAUSE_NR; cause++)
		if (tally->counters.causes[cause])
			error = add_handler(report, row, (enum vp_cause)cause, tally);
	return error;
}

static int give_to(struct recfile *file, size_t index, struct tally *tally, struct report *report,
		   struct report_queue *row)
{
	counted_give(recfile_counted(file), index, row);
	if (!tally)
		return 0;
	row->blocks = tally->blocks;
	tally->blocks = (struct blocks_pair){NULL, NULL};
	return has_trees(row) ? 0 : add_handlers(report, row, tally);
}

int recfile_give(struct recfile *file, struct tallies *tallies, struct report *report)
{
	bool *given = calloc(report->queues.len + 1, sizeof(*given));
	size_t i, len = recfile_queue_count(file);
	int error = given ? 0 : -ENOMEM;

	report->symbols = recfile_counted(file)->symbols;
	recfile_counted(file)->symbols = (struct symbols){0};
	for (i = 0; !error && i < len; i++) {
		struct report_queue *row = find_row(report, recfile_queue(file, i), given);

		if (row)
			error = give_to(file, i, tallies_find(tallies, i), report, row);
	}
	free(given);
	return error ? error : report_sum_functions(report);
}
