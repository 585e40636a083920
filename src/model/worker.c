// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows which runs belong to one queue and what a trace leaves unknown about it. Refuses to know
 * how runs are found.
 */
#include "model/worker.h"

#include "model/hist.h"
#include "model/worker_trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void free_queue(struct worker_queue *queue)
{
	blocks_pair_free(&queue->blocks);
	worker_trace_free(queue);
	free(queue);
}

void workers_free(struct workers *workers)
{
	vec_foreach (slot, &workers->queues)
		free_queue(*slot);
	vec_free(&workers->queues);
	symbols_free(&workers->symbols);
}

static struct worker_queue *find(const struct workers *workers, uint64_t worker, enum vp_dir dir)
{
	vec_foreach (slot, &workers->queues)
		if ((*slot)->worker == worker && (*slot)->dir == dir)
			return *slot;
	return NULL;
}

static struct worker_queue *add(struct workers *workers, uint64_t worker, enum vp_dir dir)
{
	struct worker_queue *queue, **slot;

	if (workers->queues.len >= WORKER_QUEUES_MAX)
		return NULL;
	queue = calloc(1, sizeof(*queue));
	slot = queue ? vec_add(&workers->queues) : NULL;
	if (!slot) {
		free(queue);
		return NULL;
	}
	queue->worker = worker;
	queue->dir = dir;
	*slot = queue;
	return queue;
}

/* Without a time there is no neighbour; nor before a time that runs backwards. */
static bool has_timed_neighbour(const struct worker_queue *queue, const struct done_run *run)
{
	return queue->previous_timed && run->enter_ns != VP_UNKNOWN &&
	       queue->previous.leave_ns <= run->enter_ns;
}

static void count_block(struct workers *workers, struct worker_queue *queue,
			const struct vp_run *run)
{
	uint64_t gap_ns = counters_gap_ns(&queue->previous, run, GAP_ENDS_AT_ENTER);
	struct blocks_run done = {
		.run = run,
		.gap_ns = gap_ns,
		.churned = gap_ns != VP_UNKNOWN && gap_ns <= workers->churn_window_ns,
	};

	if (workers->in_blocks && !workers->error)
		workers->error = blocks_pair_add_run(&queue->blocks, &workers->place, &done);
}

/*
 * Times are printed in microseconds, durations in nanoseconds: the service time is the duration,
 * the gap lies between the printed times.
 */
static struct vp_run count(struct workers *workers, struct worker_queue *queue,
			   const struct done_run *done)
{
	struct vp_run run = done->run;
	int i;

	run.wake_ns = VP_UNKNOWN;
	run.cause = (uint8_t)runs_cause(done->handler, (enum vp_end)queue->previous.end,
					queue->requeued);
	run.enter_ns = done->enter_ns == VP_UNKNOWN ? 0 : done->enter_ns;
	run.leave_ns = run.enter_ns + done->duration_ns;
	if (!has_timed_neighbour(queue, done))
		queue->previous.end = VP_END_UNKNOWN;
	count_block(workers, queue, &run);
	counters_add_run(&queue->counters, &queue->previous, &run, GAP_ENDS_AT_ENTER,
			 workers->churn_window_ns);
	queue->previous.leave_ns = done->leave_ns;
	queue->previous_timed = done->leave_ns != VP_UNKNOWN;
	queue->requeued = done->requeued;
	queue->chains_unsure |= done->chains_unsure;
	queue->timed |= done->enter_ns != VP_UNKNOWN;
	for (i = 0; i < VP_REQUEUE_NR; i++)
		queue->counters.requeues[i] += done->requeues[i];
	return run;
}

void workers_add_run(struct workers *workers, const struct done_run *done,
		     const struct runs_traced *traced)
{
	struct worker_queue *queue = find(workers, done->worker, done->dir);
	struct vp_run run;

	if (!queue)
		queue = add(workers, done->worker, done->dir);
	if (!queue) {
		workers->unplaced++;
		return;
	}
	if (!queue->comm[0])
		memcpy(queue->comm, done->comm, sizeof(queue->comm));
	run = count(workers, queue, done);
	if (!workers->error)
		workers->error = worker_trace_run(workers, queue, &run, done, traced);
}

static void forget_neighbour(struct worker_queue *queue)
{
	queue->previous = (struct counters_previous){.end = VP_END_UNKNOWN};
	queue->requeued = false;
}

void workers_broken(struct workers *workers, uint64_t worker, enum vp_dir dir)
{
	struct worker_queue *queue = find(workers, worker, dir);

	if (queue)
		forget_neighbour(queue);
}

void workers_lost(struct workers *workers)
{
	vec_foreach (slot, &workers->queues)
		forget_neighbour(*slot);
}

static void merge(struct worker_queue *into, const struct worker_queue *from)
{
	uint64_t *sum = (uint64_t *)&into->counters;
	const uint64_t *more = (const uint64_t *)&from->counters;
	size_t i;

	for (i = 0; i < offsetof(struct vp_counters, wake) / sizeof(*sum); i++)
		sum[i] += more[i];
	hist_merge(&into->counters.service, &from->counters.service);
	hist_merge(&into->counters.gap, &from->counters.gap);
	hist_merge(&into->counters.batch, &from->counters.batch);
	into->chains_unsure |= from->chains_unsure;
	into->timed |= from->timed;
}

static void remove_queue(struct workers *workers, struct worker_queue *queue)
{
	size_t i;

	for (i = 0; workers->queues.items[i] != queue; i++)
		;
	workers->queues.items[i] = workers->queues.items[--workers->queues.len];
	free_queue(queue);
}

void workers_named(struct workers *workers, uint64_t nameless, uint64_t worker, const char *comm)
{
	enum vp_dir dir;

	for (dir = VP_RX; dir < VP_DIR_NR; dir++) {
		struct worker_queue *queue = find(workers, nameless, dir);
		struct worker_queue *known = find(workers, worker, dir);

		if (!queue)
			continue;
		if (known) {
			merge(known, queue);
			if (!workers->error)
				workers->error = blocks_pair_merge(&known->blocks, &queue->blocks);
			if (!workers->error)
				workers->error = worker_trace_merge(known, queue);
			remove_queue(workers, queue);
			queue = known;
		}
		queue->worker = worker;
		memcpy(queue->comm, comm, sizeof(queue->comm));
		/* It was named after the fact: no gap spans the naming. */
		forget_neighbour(queue);
	}
}

/*
 * vhost names its workers vhost-<pid of the owner>. function_graph cuts names to 7 characters, so
 * one of that length may be cut; "vhost-" takes six.
 */
uint32_t worker_owner(const char *comm)
{
	unsigned int pid;
	char rest;

	if (strlen(comm) <= 7 || strlen(comm) >= VP_COMM_LEN - 1)
		return 0;
	return sscanf(comm, "vhost-%9u%c", &pid, &rest) == 1 ? pid : 0;
}

static void blank_unknown(struct report_queue *row, const struct worker_queue *queue,
			  const struct runs_traced *traced)
{
	row->doorbells = VP_UNKNOWN;
	row->coalesced = VP_UNKNOWN;
	if (!traced->desc || queue->chains_unsure) {
		row->chains = VP_UNKNOWN;
		memset(&row->batch, 0, sizeof(row->batch));
	}
	if (!traced->signal)
		row->calls = VP_UNKNOWN;
	if (!traced->enable) {
		row->rearms = VP_UNKNOWN;
		row->races = VP_UNKNOWN;
	}
	if (!queue->timed || !traced->enable)
		row->churn_runs = VP_UNKNOWN;
}

int workers_report(struct workers *workers, const struct runs_traced *traced, struct report *report)
{
	if (workers->error == -ENOMEM)
		return -ENOMEM;
	workers->rows_left = WORKER_ROWS_MAX;
	vec_foreach (slot, &workers->queues) {
		struct worker_queue *queue = *slot;
		struct report_queue *row = report_add_queue(report);

		if (!row)
			return -ENOMEM;
		report_queue_counters(row, &queue->counters, workers->churn_window_ns);
		row->dir = queue->dir;
		row->worker_tid = task_key_pid(queue->worker);
		row->vm_pid = worker_owner(queue->comm);
		if (queue->comm[0] && report_string(&row->worker_comm, queue->comm))
			return -ENOMEM;
		row->blocks = queue->blocks;
		queue->blocks = (struct blocks_pair){NULL, NULL};
		blank_unknown(row, queue, traced);
		if (worker_trace_report(workers, queue, row))
			return -ENOMEM;
	}
	report->symbols = workers->symbols;
	workers->symbols = (struct symbols){VEC_INIT};
	return 0;
}
