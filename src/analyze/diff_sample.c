// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/diff_sample.h"

#include "analyze/ratio.h"

#include <string.h>

static void raise(uint32_t *log, const struct blocks *blocks)
{
	if (blocks && blocks->log > *log)
		*log = blocks->log;
}

static void add_logs(struct diff_axis *axis, const struct blocks_pair *pair)
{
	raise(&axis->run_log, pair->by_run);
	raise(&axis->time_log, pair->by_time);
}

static int fold(const struct diff_axis *axis, struct blocks_pair *pair)
{
	int error = pair->by_run ? blocks_fold(pair->by_run, axis->run_log) : 0;

	if (!error && pair->by_time)
		error = blocks_fold(pair->by_time, axis->time_log);
	return error;
}

static int fold_all(struct diff_axis *axis, struct report *report)
{
	int error = 0;

	vec_foreach (queue, &report->queues)
		add_logs(axis, &queue->blocks);
	vec_foreach (function, &report->functions)
		add_logs(axis, &function->blocks);
	while (report->source.duration_ns != VP_UNKNOWN &&
	       report->source.duration_ns >> axis->time_log >= BLOCKS_MAX)
		axis->time_log++;
	vec_foreach (queue, &report->queues)
		if (!error)
			error = fold(axis, &queue->blocks);
	vec_foreach (function, &report->functions)
		if (!error)
			error = fold(axis, &function->blocks);
	return error;
}

/* The last block ends with the source. */
static void set_seconds(struct diff_axis *axis)
{
	uint64_t left = axis->report->source.duration_ns, block_ns = 1ull << axis->time_log;
	uint32_t i;

	if (left == VP_UNKNOWN)
		return;
	axis->by_time = (uint32_t)(left / block_ns) + 1;
	for (i = 0; i < axis->by_time; i++) {
		uint64_t here = left < block_ns ? left : block_ns;

		axis->seconds[i] = (double)here / 1e9;
		left -= here;
	}
}

static void add_queue(struct diff_axis *axis, const struct report_queue *queue)
{
	const struct blocks *blocks = queue->blocks.by_run;
	uint32_t i;

	axis->chains_known &= queue->chains != VP_UNKNOWN;
	for (i = 0; blocks && i < blocks->len; i++) {
		axis->runs[i] += (double)blocks->items[i].events;
		axis->chains[i] += (double)blocks->items[i].chains;
	}
	if (blocks && blocks->len > axis->by_run)
		axis->by_run = blocks->len;
}

int diff_axis_init(struct diff_axis *axis, struct report *report)
{
	int error;

	*axis = (struct diff_axis){.report = report, .chains_known = true};
	error = fold_all(axis, report);
	if (error)
		return error;
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

static const blocks_cells *cells_of(const struct stretch *block, enum diff_measure measure)
{
	return measure == DIFF_WAKE_P50 || measure == DIFF_WAKE_P99 ? &block->wake : &block->time;
}

static double numerator(const struct stretch *block, enum diff_measure measure, uint32_t edge)
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
			  const struct stretch *block)
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

static bool is_rate(enum diff_measure measure)
{
	return measure == DIFF_RATE || measure == DIFF_KICK_RATE || measure == DIFF_CHAIN_RATE;
}

static bool is_known(const struct diff_thing *thing, enum diff_measure measure)
{
	const struct report_queue *queue = thing->queue;

	switch (measure) {
	case DIFF_KICK_RATE:
		return queue;
	case DIFF_CHAIN_RATE:
		return queue && queue->chains != VP_UNKNOWN;
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

/* Of functions, recordings have what they took in all: one block, which can be shown but not judged. */
static uint32_t whole_function(const struct diff_thing *thing, enum diff_measure measure, double *y,
			       double *x)
{
	const struct report_function *function = thing->function;
	const struct diff_axis *axis = thing->axis;

	*y = (double)(measure == DIFF_RATE ? function->calls : function->total_ns);
	switch (measure) {
	case DIFF_RATE:
		*x = ratio_sum(axis->seconds, axis->by_time);
		return axis->by_time > 0;
	case DIFF_PER_EVENT:
		*x = (double)function->calls;
		return 1;
	case DIFF_PER_RUN:
		*x = ratio_sum(axis->runs, axis->by_run);
		return 1;
	case DIFF_PER_CHAIN:
		*x = ratio_sum(axis->chains, axis->by_run);
		return 1;
	default:
		return 0;
	}
}

uint32_t diff_sample(const struct diff_thing *thing, enum diff_measure measure, uint32_t edge,
		     double y[BLOCKS_MAX], double x[BLOCKS_MAX])
{
	static const struct stretch nothing;
	const struct blocks *blocks =
		is_rate(measure) ? thing->blocks->by_time : thing->blocks->by_run;
	uint32_t n = is_rate(measure) ? thing->axis->by_time : thing->axis->by_run, i;

	if (!is_known(thing, measure))
		return 0;
	if (!thing->queue && !thing->blocks->by_run)
		return whole_function(thing, measure, y, x);
	for (i = 0; i < n; i++) {
		const struct stretch *block =
			blocks && i < blocks->len ? &blocks->items[i] : &nothing;

		y[i] = numerator(block, measure, edge);
		x[i] = denominator(thing, measure, i, block);
	}
	return n;
}
