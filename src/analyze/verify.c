// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/verify.h"

#include "analyze/advise.h"
#include "analyze/ratio.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* An event that never came in n looks may still come in 3 of n: 95 % of the time it would have shown. */
#define NONE_SEEN 3.0
#define DF_MANY	  1e6

static double over(double part, double whole)
{
	return whole > 0 ? part / whole : NAN;
}

static double seconds_of(const struct report *report)
{
	uint64_t ns = report->source.duration_ns;

	return ns == VP_UNKNOWN ? NAN : (double)ns / 1e9;
}

static bool is_same_worker(const struct report_queue *a, const struct report_queue *b)
{
	if (a->worker_tid || b->worker_tid)
		return a->worker_tid == b->worker_tid;
	return a->vm_pid == b->vm_pid && a->queue_pair == b->queue_pair;
}

/* Spinning happens inside of runs, so the time in them holds all of it. */
static double service_ns(const struct report *report, const struct report_queue *of)
{
	double sum = 0;

	vec_foreach (queue, &report->queues)
		if (is_same_worker(queue, of))
			sum += (double)queue->service.sum;
	return sum > 0 ? sum : NAN;
}

static double worker_ns(const struct report *report, const struct report_queue *queue,
			bool by_sched)
{
	return by_sched ? (double)queue->sched.run_ns : service_ns(report, queue);
}

static struct verify_side side_of(const struct report *report, const struct report_queue *queue,
				  bool by_sched)
{
	struct verify_side side = {
		.kicks = queue->gap.count,
		.chains = queue->chains,
		.kicks_per_chain = NAN,
		.chains_per_s = NAN,
		.bytes_per_chain = NAN,
		.wake_ns = over((double)queue->wake.sum, (double)queue->wake.count),
		.cpu = over(worker_ns(report, queue, by_sched) / 1e9, seconds_of(report)),
	};

	if (queue->chains != VP_UNKNOWN) {
		side.kicks_per_chain = over((double)side.kicks, (double)queue->chains);
		side.chains_per_s = over((double)queue->chains, seconds_of(report));
		if (queue->bytes != VP_UNKNOWN)
			side.bytes_per_chain = over((double)queue->bytes, (double)queue->chains);
	}
	return side;
}

/* Kicks per chain over the blocks; where there are too few of them each kick counts as independent. */
static struct ratio kicks_per_chain(const struct report_queue *queue)
{
	const struct blocks *blocks = queue->blocks.by_run;
	double y[BLOCKS_MAX], x[BLOCKS_MAX], kicks = (double)queue->gap.count;
	struct ratio ratio = {.judged = false};
	uint32_t i;

	for (i = 0; blocks && i < blocks->len; i++) {
		y[i] = (double)blocks_count(&blocks->items[i].gap);
		x[i] = (double)blocks->items[i].chains;
	}
	if (blocks)
		ratio = ratio_of_blocks(y, x, blocks->len);
	if (ratio.judged)
		return ratio;
	ratio.value = over(kicks, (double)queue->chains);
	return (struct ratio){
		.value = ratio.value,
		.variance = over(ratio.value * ratio.value, kicks),
		.df = DF_MANY,
		.judged = true,
	};
}

static double relative_variance(const struct ratio *ratio)
{
	return ratio->variance / (ratio->value * ratio->value);
}

/* 1 - after ÷ before. The ratio of two rates is taken as log-normal. */
static struct verify_share measured_share(const struct verify_queue *row)
{
	const struct verify_side *sides = row->sides;
	struct ratio before = kicks_per_chain(row->before), after = kicks_per_chain(row->after);
	double left = sides[1].kicks_per_chain / sides[0].kicks_per_chain, factor;
	struct ratio both = {.judged = true, .df = fmin(before.df, after.df)};

	if (!sides[1].kicks)
		return (struct verify_share){
			.value = 1,
			.low = 1 - NONE_SEEN / (double)sides[1].chains / sides[0].kicks_per_chain,
			.high = 1,
		};
	both.variance = relative_variance(&before) + relative_variance(&after);
	factor = exp(ratio_margin(&both, WHATIF_CONFIDENCE));
	return (struct verify_share){1 - left, 1 - left * factor, 1 - left / factor};
}

/* What the rx queue of the worker adds is known as an upper bound only. */
static double predicted_cpu(const struct verify *verify, const struct verify_queue *row)
{
	double spins = advice_rx_spins(verify->before, row->before);
	double spin_s = (double)row->poll_after * WHATIF_UNIT_NS / 1e9;

	return row->point.cpu_added + (isnan(spins) ? 0 : spins * spin_s);
}

/* Per chain, at as many chains per second as before. */
static double measured_cpu(const struct verify *verify, const struct verify_queue *row)
{
	const struct verify_side *sides = row->sides;
	double before_ns = worker_ns(verify->before, row->before, row->by_sched);
	double after_ns = worker_ns(verify->after, row->after, row->by_sched);

	return (after_ns / (double)sides[1].chains - before_ns / (double)sides[0].chains) *
	       sides[0].chains_per_s / 1e9;
}

static bool is_close(double a, double b)
{
	return fabs(a - b) <= VERIFY_CLOSE;
}

static bool may_agree(const struct verify_queue *row)
{
	return row->measured.low <= row->predicted.high + VERIFY_CLOSE &&
	       row->measured.high >= row->predicted.low - VERIFY_CLOSE;
}

/* Kicks that polling leaves come after the longest pauses, and from those waking takes longer on any machine. */
static bool wakes_otherwise(const struct verify_queue *row)
{
	return 1 - row->measured.value >= VERIFY_LEFT &&
	       (row->wake_change > VERIFY_WAKE || row->wake_change < 1 / VERIFY_WAKE);
}

static enum verify_why likeliest(const struct verify_queue *row)
{
	if (fabs(row->size_change) > VERIFY_REACTED)
		return VERIFY_OTHER_SIZE;
	if (row->cut > VERIFY_CUT && row->measured.value < row->predicted.value)
		return VERIFY_INTERRUPTED;
	if (is_close(row->point.absorbed_waiting, row->measured.value))
		return VERIFY_WAITS;
	if (fabs(row->rate_change) > VERIFY_REACTED)
		return VERIFY_OTHER_RATE;
	if (wakes_otherwise(row))
		return VERIFY_OTHER_WAKE;
	return VERIFY_NO_REASON;
}

static void judge(struct verify_queue *row)
{
	row->verdict = is_close(row->predicted.value, row->measured.value) ? VERIFY_AGREES
		       : may_agree(row)					   ? VERIFY_UNSURE
									   : VERIFY_DIFFERS;
	if (row->verdict != VERIFY_AGREES)
		row->why = likeliest(row);
}

static bool has_traffic(const struct verify_side *side)
{
	return side->chains && side->chains != VP_UNKNOWN;
}

/* What is missing for a comparison; VERIFY_NO_REASON when nothing is. */
static enum verify_why missing(const struct verify *verify, struct verify_queue *row)
{
	int error;

	if (!row->before || !row->after)
		return VERIFY_ONE_SIDE;
	if (row->poll_after == VP_UNKNOWN)
		return VERIFY_NO_POLL_US;
	if (!has_traffic(&row->sides[0]) || !has_traffic(&row->sides[1]))
		return VERIFY_NO_CHAINS;
	error = whatif_at(row->before, &verify->before->source, (uint32_t)row->poll_after,
			  &row->point);
	if (error == -ERANGE)
		return VERIFY_NOT_MORE;
	return error || row->before->gap.count < WHATIF_GAPS_MIN ? VERIFY_FEW_KICKS
								 : VERIFY_NO_REASON;
}

static void compare(const struct verify *verify, struct verify_queue *row)
{
	const struct verify_side *sides = row->sides;

	row->predicted = (struct verify_share){row->point.absorbed, row->point.absorbed_low,
					       row->point.absorbed_high};
	row->measured = measured_share(row);
	row->cpu_predicted = predicted_cpu(verify, row);
	row->cpu_measured = measured_cpu(verify, row);
	row->rate_change = over(sides[1].chains_per_s, sides[0].chains_per_s) - 1;
	row->size_change = over(sides[1].bytes_per_chain, sides[0].bytes_per_chain) - 1;
	row->wake_change = over(sides[1].wake_ns, sides[0].wake_ns);
	row->cut = over((double)row->after->ends[VP_END_BUSY], (double)row->after->runs);
	judge(row);
}

static const struct verify_share unknown_share = {NAN, NAN, NAN};
static const struct verify_side unknown_side = {VP_UNKNOWN, VP_UNKNOWN, NAN, NAN, NAN, NAN, NAN};

static bool both_by_sched(const struct report_queue *before, const struct report_queue *after)
{
	return before && after && before->sched.run_ns != VP_UNKNOWN &&
	       after->sched.run_ns != VP_UNKNOWN;
}

static struct verify_queue blank(const struct report_queue *before,
				 const struct report_queue *after, uint64_t poll_after)
{
	return (struct verify_queue){
		.before = before,
		.after = after,
		.poll_before = before ? before->poll_us : VP_UNKNOWN,
		.poll_after = after && after->poll_us != VP_UNKNOWN ? after->poll_us : poll_after,
		.sides = {unknown_side, unknown_side},
		.predicted = unknown_share,
		.measured = unknown_share,
		.cpu_predicted = NAN,
		.cpu_measured = NAN,
		.by_sched = both_by_sched(before, after),
		.rate_change = NAN,
		.size_change = NAN,
		.wake_change = NAN,
		.cut = NAN,
	};
}

static int add_row(struct verify *verify, struct verify_queue row)
{
	struct verify_queue *slot = vec_add(&verify->queues);

	if (!slot)
		return -ENOMEM;
	if (row.before)
		row.sides[0] = side_of(verify->before, row.before, row.by_sched);
	if (row.after)
		row.sides[1] = side_of(verify->after, row.after, row.by_sched);
	row.why = missing(verify, &row);
	if (!row.why)
		compare(verify, &row);
	*slot = row;
	return 0;
}

static int add_before(struct verify *verify, const struct match *matches, uint64_t poll_after)
{
	size_t i;
	int error = 0;

	for (i = 0; !error && i < verify->before->queues.len; i++) {
		const struct report_queue *queue = &verify->before->queues.items[i];
		const struct report_queue *other =
			matches[i].how ? &verify->after->queues.items[matches[i].other] : NULL;
		struct verify_queue row = blank(queue, other, poll_after);

		row.how = matches[i].how;
		if (queue->dir == VP_TX)
			error = add_row(verify, row);
	}
	return error;
}

static bool is_matched(const struct verify *verify, const struct report_queue *after)
{
	vec_foreach (row, &verify->queues)
		if (row->after == after)
			return true;
	return false;
}

static int add_after(struct verify *verify, uint64_t poll_after)
{
	int error = 0;

	vec_foreach (queue, &verify->after->queues)
		if (!error && queue->dir == VP_TX && !is_matched(verify, queue))
			error = add_row(verify, blank(NULL, queue, poll_after));
	return error;
}

int verify_make(const struct report *before, const struct report *after, uint64_t poll_after,
		struct verify **out)
{
	struct match *matches = calloc(before->queues.len + 1, sizeof(*matches));
	struct verify *verify = calloc(1, sizeof(*verify));
	int error = matches && verify ? match_queues(before, after, matches) : -ENOMEM;

	if (!error) {
		verify->before = before;
		verify->after = after;
		error = add_before(verify, matches, poll_after);
	}
	if (!error)
		error = add_after(verify, poll_after);
	free(matches);
	if (error)
		verify_free(verify);
	else
		*out = verify;
	return error;
}

void verify_free(struct verify *verify)
{
	if (!verify)
		return;
	vec_free(&verify->queues);
	free(verify);
}
