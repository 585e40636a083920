// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/whatif.h"

#include "analyze/ratio.h"
#include "model/hist.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#define NORMAL_95 1.959964

static const uint32_t candidates[] = {1,  2,  3,  5,   7,   10,	 15,  20,  25,	30,
				      40, 50, 70, 100, 150, 200, 250, 300, 400, 500};
static_assert(sizeof(candidates) / sizeof(candidates[0]) == WHATIF_POINTS, "one point each");

/* The bucket in the middle of which the value may be taken to lie. */
static double middle_of(uint32_t bucket)
{
	return (double)vp_bucket_low(bucket) + ((double)vp_bucket_width(bucket) - 1) / 2;
}

/* Gaps up to `limit`; of the bucket that holds it, the part below. */
static double count_upto(uint32_t bucket, double count, double limit)
{
	double low = (double)vp_bucket_low(bucket), width = (double)vp_bucket_width(bucket);

	if (limit < low)
		return 0;
	return count * fmin(1, (limit - low + 1) / width);
}

static double absorbed_gaps(const struct vp_hist *gap, double limit)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < VP_HIST_BUCKETS; i++)
		sum += count_upto(i, (double)gap->buckets[i], limit);
	return sum;
}

static double spun_ns(const struct vp_hist *gap, double limit)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < VP_HIST_BUCKETS; i++)
		sum += (double)gap->buckets[i] * fmin(middle_of(i), limit);
	return sum;
}

/* Wilson's interval: right for shares near 0 and 1, where the textbook one is not. */
static void binomial_interval(struct whatif_point *point, double n)
{
	double z = NORMAL_95, p = point->absorbed, center = p + z * z / (2 * n);
	double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

	point->absorbed_low = fmax(0, (center - half) / (1 + z * z / n));
	point->absorbed_high = fmin(1, (center + half) / (1 + z * z / n));
}

static bool block_interval(struct whatif_point *point, const struct report_queue *queue,
			   double limit)
{
	const struct blocks *blocks = queue->blocks.by_run;
	double y[BLOCKS_MAX], x[BLOCKS_MAX], margin;
	struct ratio ratio;
	uint32_t i;

	for (i = 0; blocks && i < blocks->len; i++) {
		y[i] = 0;
		x[i] = (double)blocks_count(&blocks->items[i].gap);
		vec_foreach (cell, &blocks->items[i].gap)
			y[i] += count_upto(cell->bucket, cell->count, limit);
	}
	if (!blocks)
		return false;
	ratio = ratio_of_blocks(y, x, blocks->len);
	margin = ratio_margin(&ratio, WHATIF_CONFIDENCE);
	if (!(margin > 0))
		return false;
	point->absorbed_low = fmax(0, point->absorbed - margin);
	point->absorbed_high = fmin(1, point->absorbed + margin);
	return true;
}

static uint64_t kicks_of(const struct report_queue *queue)
{
	return queue->doorbells != VP_UNKNOWN ? queue->doorbells : queue->causes[VP_CAUSE_KICK];
}

/* Re-arms that no gap was measured for may have been followed by a long one: each costs all of N. */
static double unfollowed(const struct report_queue *queue)
{
	uint64_t ends = queue->ends[VP_END_REARMED];

	return ends > queue->gap.count ? (double)(ends - queue->gap.count) : 0;
}

static void fill_point(struct whatif_point *point, struct whatif *whatif,
		       const struct report_queue *queue, uint64_t duration_ns)
{
	uint32_t now = whatif->poll_now_us == VP_UNKNOWN ? 0 : (uint32_t)whatif->poll_now_us;
	double limit = (double)(point->poll_us - now) * WHATIF_UNIT_NS;
	double absorbed = absorbed_gaps(&queue->gap, limit), seconds = (double)duration_ns / 1e9;
	double spun = spun_ns(&queue->gap, limit) + unfollowed(queue) * limit;

	point->absorbed = absorbed / (double)queue->gap.count;
	if (!block_interval(point, queue, limit)) {
		binomial_interval(point, (double)queue->gap.count);
		whatif->by_blocks = false;
	}
	point->spin_per_kick_ns = absorbed > 0 ? spun / absorbed : INFINITY;
	point->kicks_left = point->cpu_added = NAN;
	if (duration_ns == VP_UNKNOWN || !duration_ns)
		return;
	/* A kick that closed no gap met a worker at work: it is not this one's to absorb. */
	point->kicks_left = fmax(0, (double)whatif->kicks - absorbed) / seconds;
	point->cpu_added = spun / 1e9 / seconds;
}

static void fill_points(struct whatif *whatif, const struct report_queue *queue,
			uint64_t duration_ns)
{
	unsigned i;

	whatif->by_blocks = true;
	for (i = 0; i < WHATIF_POINTS; i++) {
		struct whatif_point *point = &whatif->points[whatif->len];

		if (whatif->poll_now_us != VP_UNKNOWN && candidates[i] <= whatif->poll_now_us)
			continue;
		point->poll_us = candidates[i];
		fill_point(point, whatif, queue, duration_ns);
		whatif->len++;
	}
}

static bool is_affordable(const struct whatif_point *point, double cpu_budget)
{
	return isnan(point->cpu_added) || point->cpu_added <= cpu_budget;
}

/* The more it polls the more it absorbs: the best is the last one that can be afforded. */
static int best_of(const struct whatif *whatif, double cpu_budget)
{
	int best = -1;
	unsigned i;

	for (i = 0; i < whatif->len; i++)
		if (is_affordable(&whatif->points[i], cpu_budget) &&
		    whatif->points[i].spin_per_kick_ns <= WHATIF_WORTH_NS)
			best = (int)i;
	return best;
}

static enum whatif_why why_none(const struct whatif *whatif)
{
	unsigned i;
	bool enough = false, cheap = false;

	for (i = 0; i < whatif->len; i++) {
		bool absorbs = whatif->points[i].absorbed >= WHATIF_WORTH_SHARE;

		enough |= absorbs;
		cheap |= absorbs && whatif->points[i].spin_per_kick_ns <= WHATIF_WORTH_NS;
	}
	return !enough ? WHATIF_FEW_SHORT : cheap ? WHATIF_OVER_BUDGET : WHATIF_DEAR;
}

static void recommend(struct whatif *whatif, double cpu_budget)
{
	int best = best_of(whatif, cpu_budget), i = 0;

	if (best < 0 || whatif->points[best].absorbed < WHATIF_WORTH_SHARE) {
		whatif->why = why_none(whatif);
		return;
	}
	while (whatif->points[i].absorbed < WHATIF_OF_BEST * whatif->points[best].absorbed ||
	       whatif->points[i].absorbed < WHATIF_WORTH_SHARE)
		i++;
	whatif->recommended = i;
	whatif->why = WHATIF_RECOMMENDED;
}

struct whatif whatif_make(const struct report_queue *queue, const struct report_source *source,
			  double cpu_budget)
{
	struct whatif whatif = {
		.recommended = -1,
		.gaps = queue->gap.count,
		.kicks = kicks_of(queue),
		.poll_now_us = queue->poll_us,
		.gap_p50_ns = hist_percentile(&queue->gap, 0.5),
		.gap_p90_ns = hist_percentile(&queue->gap, 0.9),
		.tied_to_enter = source->kind && !strcmp(source->kind, "function_graph"),
	};

	if (!whatif.gaps || queue->churn_runs == VP_UNKNOWN) {
		whatif.why = WHATIF_NO_GAPS;
		return whatif;
	}
	fill_points(&whatif, queue, source->duration_ns);
	if (whatif.gaps < WHATIF_GAPS_MIN)
		whatif.why = WHATIF_FEW_GAPS;
	else
		recommend(&whatif, cpu_budget);
	return whatif;
}
