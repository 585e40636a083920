// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows who owns what in a report, its order and its names. Refuses to know how any of it is shown.
 */
#include "model/report.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct report *report_new(void)
{
	struct report *report = calloc(1, sizeof(*report));

	if (!report)
		return NULL;
	report->source.start_ns = VP_UNKNOWN;
	report->source.duration_ns = VP_UNKNOWN;
	report->loss.probe_misses = VP_UNKNOWN;
	return report;
}

static void free_source(struct report_source *source)
{
	free(source->kind);
	free(source->path);
	free(source->kernel);
	free(source->level);
	free(source->machine);
}

static void free_function(struct report_function *function)
{
	free(function->name);
	free(function->module);
	blocks_pair_free(&function->blocks);
}

static void free_queue(struct report_queue *queue)
{
	int cause;

	for (cause = 0; cause < VP_CAUSE_NR; cause++) {
		calltree_free(queue->trees[cause]);
		calltree_free(queue->samples[cause]);
	}
	vec_foreach (function, &queue->functions)
		free_function(function);
	vec_free(&queue->functions);
	free(queue->vm_name);
	free(queue->device);
	free(queue->worker_comm);
	blocks_pair_free(&queue->blocks);
}

void report_free(struct report *report)
{
	size_t i;

	if (!report)
		return;
	free_source(&report->source);
	for (i = 0; i < report->loss.probes_missing.len; i++)
		free(report->loss.probes_missing.items[i]);
	for (i = 0; i < report->queues.len; i++)
		free_queue(&report->queues.items[i]);
	for (i = 0; i < report->functions.len; i++)
		free_function(&report->functions.items[i]);
	for (i = 0; i < report->notes.len; i++)
		free(report->notes.items[i]);
	vec_free(&report->loss.probes_missing);
	vec_free(&report->queues);
	vec_free(&report->functions);
	vec_free(&report->notes);
	symbols_free(&report->symbols);
	free(report);
}

struct report_queue *report_add_queue(struct report *report)
{
	struct report_queue *queue = vec_add(&report->queues);

	if (!queue)
		return NULL;
	queue->queue_pair = VP_NO_PAIR;
	queue->bytes = VP_UNKNOWN;
	queue->eventfd_min = VP_UNKNOWN;
	queue->eventfd_max = VP_UNKNOWN;
	queue->churn_runs = VP_UNKNOWN;
	queue->churn_window_ns = VP_UNKNOWN;
	queue->features = VP_UNKNOWN;
	queue->poll_us = VP_UNKNOWN;
	queue->sched = (struct report_sched){VP_UNKNOWN, VP_UNKNOWN, VP_UNKNOWN,
					     VP_UNKNOWN, VP_UNKNOWN, VP_UNKNOWN};
	return queue;
}

int report_string(char **slot, const char *text)
{
	char *copy = NULL;

	if (text) {
		copy = strdup(text);
		if (!copy)
			return -ENOMEM;
	}
	free(*slot);
	*slot = copy;
	return 0;
}

int report_note(struct report *report, const char *format, ...)
{
	va_list args;
	char *text, **slot;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return -ENOMEM;
	slot = vec_add(&report->notes);
	if (!slot) {
		free(text);
		return -ENOMEM;
	}
	*slot = text;
	return 0;
}

int report_probe_missing(struct report *report, const char *name)
{
	char *copy = strdup(name), **slot;

	if (!copy)
		return -ENOMEM;
	slot = vec_add(&report->loss.probes_missing);
	if (!slot) {
		free(copy);
		return -ENOMEM;
	}
	*slot = copy;
	return 0;
}

/* Numbers inside names count as numbers (vnet9 before vnet10); unknown names come last. */
static int compare_names(const char *a, const char *b)
{
	if (!a || !b)
		return !a - !b;
	return strverscmp(a, b);
}

static int compare_numbers(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

static int compare_queues(const void *left, const void *right)
{
	const struct report_queue *a = left, *b = right;
	int order = compare_names(a->vm_name, b->vm_name);

	order = order ? order : compare_numbers(a->vm_pid, b->vm_pid);
	order = order ? order : compare_names(a->device, b->device);
	order = order ? order : compare_numbers(a->queue_pair, b->queue_pair);
	order = order ? order : compare_numbers(a->worker_tid, b->worker_tid);
	return order ? order : compare_numbers(a->dir, b->dir);
}

static int compare_functions(const void *left, const void *right)
{
	const struct report_function *a = left, *b = right;
	int order = compare_numbers(b->self_ns, a->self_ns);

	return order ? order : compare_names(a->name, b->name);
}

static void sort_functions(struct report_function *functions, size_t len)
{
	if (len)
		qsort(functions, len, sizeof(*functions), compare_functions);
}

void report_sort(struct report *report)
{
	vec_foreach (queue, &report->queues)
		sort_functions(queue->functions.items, queue->functions.len);
	sort_functions(report->functions.items, report->functions.len);
	if (report->queues.len)
		qsort(report->queues.items, report->queues.len, sizeof(*report->queues.items),
		      compare_queues);
}

char *report_queue_name(char out[16], const struct report_queue *queue)
{
	const char *dir = queue->dir == VP_TX ? "tx" : "rx";

	if (queue->queue_pair == VP_NO_PAIR)
		snprintf(out, 16, "%s?", dir);
	else
		snprintf(out, 16, "%s%u", dir, queue->queue_pair);
	return out;
}

static void copy_counts(struct report_queue *queue, const struct vp_counters *counters)
{
	size_t i;

	queue->runs = counters->runs;
	queue->chains = counters->chains;
	queue->doorbells = counters->doorbells;
	queue->coalesced = counters->coalesced;
	queue->calls = counters->calls;
	queue->rearms = counters->rearms;
	queue->races = counters->races;
	memcpy(queue->causes, counters->causes, sizeof(queue->causes));
	memcpy(queue->ends, counters->ends, sizeof(queue->ends));
	memcpy(queue->requeue_reasons, counters->requeues, sizeof(queue->requeue_reasons));
	queue->requeues = 0;
	for (i = 0; i < VP_REQUEUE_NR; i++)
		queue->requeues += counters->requeues[i];
}

void report_queue_counters(struct report_queue *queue, const struct vp_counters *counters,
			   uint64_t churn_window_ns)
{
	copy_counts(queue, counters);
	queue->churn_window_ns = churn_window_ns;
	queue->churn_runs = counters->churn_runs;
	queue->wake = counters->wake;
	queue->service = counters->service;
	queue->gap = counters->gap;
	queue->batch = counters->batch;
}

/* Of the function, or of whatever called it if it is of none. */
static uint8_t stage_of(const struct symbols *symbols, const struct calltree_node *node,
			const uint8_t *stages)
{
	uint8_t stage = symbols_at(symbols, node->symbol)->stage;

	return stage < VP_STAGE_NR ? stage : stages[node->parent];
}

static int add_stages(const struct symbols *symbols, const struct calltree *tree, uint64_t *self_ns)
{
	uint8_t *stages = calloc(tree->nodes.len, 1); /* the root's is VP_STAGE_HANDLER */

	if (!stages)
		return -ENOMEM;
	for (size_t i = 1; i < tree->nodes.len; i++) {
		const struct calltree_node *node = &tree->nodes.items[i];

		stages[i] = stage_of(symbols, node, stages);
		self_ns[stages[i]] += node->self_ns;
	}
	free(stages);
	return 0;
}

/* Handlers alone, as a recording of level runs has them, say nothing of stages. */
static bool is_measured(const struct calltree *tree)
{
	vec_foreach (node, &tree->nodes)
		if (node->parent != CALLTREE_ROOT)
			return true;
	return false;
}

bool report_stages(const struct report *report, const struct report_queue *queue,
		   uint64_t self_ns[VP_STAGE_NR])
{
	bool known = queue->functions.len != 0;

	memset(self_ns, 0, VP_STAGE_NR * sizeof(*self_ns));
	for (int cause = 0; cause < VP_CAUSE_NR; cause++) {
		if (!queue->trees[cause])
			continue;
		if (add_stages(&report->symbols, queue->trees[cause], self_ns))
			return false;
		known |= is_measured(queue->trees[cause]);
	}
	return known;
}
