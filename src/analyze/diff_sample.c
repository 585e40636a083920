// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/diff_sample.h"

#include <string.h>

static uint32_t longest_log(const struct report *report)
{
	uint32_t log = BLOCKS_SHORTEST_LOG;

	vec_foreach (queue, &report->queues)
		if (queue->blocks && queue->blocks->log > log)
			log = queue->blocks->log;
	vec_foreach (function, &report->functions)
		if (function->blocks && function->blocks->log > log)
			log = function->blocks->log;
	if (report->blocks_timed)
		while (report->source.duration_ns >> log >= BLOCKS_MAX)
			log++;
	return log;
}

static int fold_all(struct report *report, uint32_t log)
{
	int error = 0;

	vec_foreach (queue, &report->queues)
		if (!error && queue->blocks)
			error = blocks_fold(queue->blocks, log);
	vec_foreach (function, &report->functions)
		if (!error && function->blocks)
			error = blocks_fold(function->blocks, log);
	return error;
}

/* The last block ends with the source. */
static void set_seconds(struct diff_axis *axis)
{
	uint64_t left = axis->report->source.duration_ns;
	uint32_t i;

	axis->n = (uint32_t)(left / axis->block_ns) + 1;
	for (i = 0; i < axis->n; i++) {
		uint64_t here = left < axis->block_ns ? left : axis->block_ns;

		axis->seconds[i] = (double)here / 1e9;
		left -= here;
	}
}

static void add_queue(struct diff_axis *axis, const struct report_queue *queue)
{
	uint32_t i;

	axis->chains_known &= queue->chains != VP_UNKNOWN;
	for (i = 0; queue->blocks && i < queue->blocks->len; i++) {
		axis->runs[i] += (double)queue->blocks->items[i].events;
		axis->chains[i] += (double)queue->blocks->items[i].chains;
	}
	if (queue->blocks && queue->blocks->len > axis->n)
		axis->n = queue->blocks->len;
}

int diff_axis_init(struct diff_axis *axis, struct report *report)
{
	uint32_t log = longest_log(report);
	int error = fold_all(report, log);

	if (error)
		return error;
	*axis = (struct diff_axis){
		.report = report,
		.chains_known = true,
		.block_ns = 1ull << log,
	};
	if (report->blocks_timed)
		set_seconds(axis);
	vec_foreach (queue, &report->queues)
		add_queue(axis, queue);
	return 0;
}

const struct vp_hist *diff_hist(const struct diff_thing *thing, enum diff_measure measure,
				double *share)
{
	bool is_wake = measure == DIFF_WAKE_P50 || measure == DIFF_WAKE_P99;

	switch (measure) {
	case DIFF_WAKE_P50:
	case DIFF_P50:
		*share = 0.5;
		break;
	case DIFF_WAKE_P99:
	case DIFF_P99:
		*share = 0.99;
		break;
	default:
		return NULL;
	}
	if (is_wake)
		return thing->queue ? &thing->queue->wake : NULL;
	return thing->queue ? &thing->queue->service : &thing->function->time;
}

static const blocks_cells *cells_of(const struct time_block *block, enum diff_measure measure)
{
	return measure == DIFF_WAKE_P50 || measure == DIFF_WAKE_P99 ? &block->wake : &block->time;
}

static double numerator(const struct time_block *block, enum diff_measure measure, uint32_t edge)
{
	switch (measure) {
	case DIFF_RATE:
		return (double)block->events;
	case DIFF_KICK_RATE:
		return (double)block->kicks;
	case DIFF_CHAIN_RATE:
		return (double)block->chains;
	case DIFF_CHURN:
		return (double)block->churn_runs;
	case DIFF_PER_EVENT:
	case DIFF_PER_RUN:
	case DIFF_PER_CHAIN:
		return (double)block->time_ns;
	default:
		return (double)blocks_above(cells_of(block, measure), edge);
	}
}

static double denominator(const struct diff_thing *thing, enum diff_measure measure, uint32_t i,
			  const struct time_block *block)
{
	switch (measure) {
	case DIFF_RATE:
	case DIFF_KICK_RATE:
	case DIFF_CHAIN_RATE:
		return thing->axis->seconds[i];
	case DIFF_PER_RUN:
		return thing->axis->runs[i];
	case DIFF_PER_CHAIN:
		return thing->queue ? (double)block->chains : thing->axis->chains[i];
	case DIFF_CHURN:
	case DIFF_PER_EVENT:
		return (double)block->events;
	default:
		return (double)blocks_count(cells_of(block, measure));
	}
}

static bool is_known(const struct diff_thing *thing, enum diff_measure measure)
{
	const struct report_queue *queue = thing->queue;

	switch (measure) {
	case DIFF_RATE:
		return thing->axis->report->blocks_timed;
	case DIFF_KICK_RATE:
		return queue && thing->axis->report->blocks_timed;
	case DIFF_CHAIN_RATE:
		return queue && thing->axis->report->blocks_timed && queue->chains != VP_UNKNOWN;
	case DIFF_CHURN:
		return queue && queue->churn_runs != VP_UNKNOWN;
	case DIFF_WAKE_P50:
	case DIFF_WAKE_P99:
		return queue && queue->wake.count;
	case DIFF_PER_RUN:
		return !queue;
	case DIFF_PER_CHAIN:
		return queue ? queue->chains != VP_UNKNOWN : thing->axis->chains_known;
	default:
		return true;
	}
}

bool diff_sample(const struct diff_thing *thing, enum diff_measure measure, uint32_t edge,
		 double y[BLOCKS_MAX], double x[BLOCKS_MAX])
{
	static const struct time_block nothing;
	uint32_t i;

	if (!is_known(thing, measure))
		return false;
	for (i = 0; i < thing->axis->n; i++) {
		const struct time_block *block = thing->blocks && i < thing->blocks->len
							 ? &thing->blocks->items[i]
							 : &nothing;

		y[i] = numerator(block, measure, edge);
		x[i] = denominator(thing, measure, i, block);
	}
	return true;
}
