// SPDX-License-Identifier: BSD-2-Clause
/* Knows where in a tree a call belongs, and what a run says to others. Refuses to know how it is counted. */
#include "model/worker_trace.h"

#include "model/queue_functions.h"
#include "model/report_calls.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void worker_trace_free(struct worker_queue *queue)
{
	for (int cause = 0; cause < VP_CAUSE_NR; cause++)
		calltree_free(queue->trees[cause]);
}

/* The number of the function among the symbols; SYMBOL_NONE when out of memory. */
static uint32_t symbol_of(struct workers *workers, uint32_t function)
{
	uint32_t *symbol = &workers->functions->items.items[function].symbol;
	const struct report_function *row = &workers->functions->rows.items[function];

	if (*symbol == SYMBOL_NONE)
		*symbol = symbols_intern(&workers->symbols, row->name, row->module);
	return *symbol;
}

static int add_to_tree(struct worker_queue *queue, enum vp_cause cause, const struct done_run *done)
{
	struct calltree *tree;

	if (!done->calls_len)
		return 0;
	tree = report_tree(&queue->trees[cause]);
	return tree ? calls_to_tree(tree, done->calls, done->calls_len) : -ENOMEM;
}

static int name_calls(struct workers *workers, const struct done_run *done)
{
	uint32_t i;

	for (i = 0; i < done->calls_len; i++) {
		done->calls[i].symbol = symbol_of(workers, done->calls[i].symbol);
		if (done->calls[i].symbol == SYMBOL_NONE)
			return -ENOMEM;
	}
	return 0;
}

/* A function that belongs to no stage spends its caller's time. */
static void add_up_stages(uint32_t ns[VP_STAGE_NR], const struct symbols *symbols,
			  const struct done_run *done)
{
	uint8_t around[CALL_LIST_DEPTH + 1];
	uint32_t i;

	around[0] = VP_STAGE_HANDLER;
	for (i = 0; i < done->calls_len; i++) {
		const struct traced_call *call = &done->calls[i];
		uint8_t stage = symbols_at(symbols, call->symbol)->stage;
		uint64_t sum;

		if (stage == VP_STAGE_NONE)
			stage = around[call->depth];
		around[call->depth + 1] = stage;
		sum = ns[stage] + call->self_ns;
		ns[stage] = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
	}
}

/* What the trace has not shown up to now it does not prove to be absent. */
static struct vp_run without_guesses(const struct vp_run *run, const struct done_run *done,
				     const struct runs_traced *traced)
{
	struct vp_run known = *run;

	known.enter_ns = done->enter_ns;
	known.leave_ns = done->leave_ns;
	known.bytes = VP_UNKNOWN;
	known.worker_tid = task_key_pid(done->worker);
	known.coalesced = RUN_UNKNOWN;
	known.waiting_enter = known.waiting_leave = VP_UNKNOWN_U16;
	if (!traced->desc || done->chains_unsure)
		known.chains = RUN_UNKNOWN;
	if (!traced->signal)
		known.calls = RUN_UNKNOWN;
	if (!traced->enable)
		known.rearms = known.races = VP_UNKNOWN_U16;
	return known;
}

static int hand_over(struct workers *workers, const struct worker_queue *queue,
		     const struct vp_run *run, const struct done_run *done,
		     const struct runs_traced *traced)
{
	const struct vp_run known = without_guesses(run, done, traced);
	const struct run_owner owner = {
		.vm_pid = worker_owner(queue->comm),
		.worker_tid = known.worker_tid,
		.queue_pair = VP_NO_PAIR,
		.dir = queue->dir,
		.worker_comm = queue->comm[0] ? queue->comm : NULL,
	};
	uint32_t stage_ns[VP_STAGE_NR] = {0};
	const struct run_trace trace = {
		.owner = &owner,
		.run = &known,
		.service_ns = done->duration_ns,
		.stage_ns = done->calls_len > 0 ? stage_ns : NULL,
		.symbols = &workers->symbols,
		.calls = done->calls,
		.calls_len = done->calls_len,
	};

	if (name_calls(workers, done))
		return -ENOMEM;
	add_up_stages(stage_ns, &workers->symbols, done);
	return workers->sink->run(workers->sink->context, &trace);
}

int worker_trace_run(struct workers *workers, struct worker_queue *queue, const struct vp_run *run,
		     const struct done_run *done, const struct runs_traced *traced)
{
	int error = add_to_tree(queue, (enum vp_cause)run->cause, done);

	workers->calls_unplaced += done->calls_left_out;
	if (!error && workers->sink)
		error = hand_over(workers, queue, run, done, traced);
	return error;
}

static int merge_tree(struct calltree **into, const struct calltree *from,
		      const uint32_t *translate)
{
	if (!from)
		return 0;
	return report_tree(into) ? calltree_merge(*into, from, translate) : -ENOMEM;
}

int worker_trace_merge(struct worker_queue *into, const struct worker_queue *from)
{
	int cause, error = 0;

	for (cause = 0; !error && cause < VP_CAUSE_NR; cause++)
		error = merge_tree(&into->trees[cause], from->trees[cause], NULL);
	return error;
}

/* Which symbol each function of the tree is. */
static int translate_tree(struct workers *workers, const struct calltree *tree, uint32_t *symbols)
{
	size_t i;

	for (i = 1; i < tree->nodes.len; i++) {
		uint32_t function = tree->nodes.items[i].symbol;

		symbols[function] = symbol_of(workers, function);
		if (symbols[function] == SYMBOL_NONE)
			return -ENOMEM;
	}
	return 0;
}

int worker_trace_report(struct workers *workers, const struct worker_queue *queue,
			struct report_queue *row)
{
	uint32_t *symbols = calloc(workers->functions->items.len, sizeof(*symbols));
	int cause, error = symbols ? 0 : -ENOMEM;

	for (cause = 0; !error && cause < VP_CAUSE_NR; cause++) {
		const struct calltree *tree = queue->trees[cause];

		error = tree ? translate_tree(workers, tree, symbols) : 0;
		if (!error)
			error = merge_tree(&row->trees[cause], tree, symbols);
	}
	free(symbols);
	if (!error)
		error = queue_functions(&workers->symbols, row, &workers->rows_left);
	workers->unlisted += error == -ENOSPC;
	return error == -ENOSPC ? 0 : error;
}
