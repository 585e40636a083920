// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/whatif_model.h"

#include "analyze/ratio.h"
#include "model/hist.h"

#include <math.h>

#define NORMAL_95 1.959964

/* The bucket in the middle of which the value may be taken to lie. */
static double middle_of(uint32_t bucket)
{
	return (double)vp_bucket_low(bucket) + ((double)vp_bucket_width(bucket) - 1) / 2;
}

/* How much of a bucket lies at or below `limit`. */
static double part_upto(uint32_t bucket, double limit)
{
	double low = (double)vp_bucket_low(bucket), width = (double)vp_bucket_width(bucket);

	return limit < low ? 0 : fmin(1, (limit - low + 1) / width);
}

void whatif_model_init(struct whatif_model *model, const struct report_queue *queue,
		       bool tied_to_enter)
{
	bool known = !tied_to_enter && queue->wake.count;

	*model = (struct whatif_model){
		.queue = queue,
		.wake_ns = known ? (double)hist_percentile(&queue->wake, 0.5) : 0,
	};
}

/* Of `count` gaps, those absorbed after a kick and those absorbed after an absorbed one. */
struct pair {
	double first, second;
};

static void add_gaps(struct pair *sum, const struct whatif_model *model, uint32_t bucket,
		     double count, double spin_ns)
{
	sum->first += count * part_upto(bucket, spin_ns);
	sum->second += count * part_upto(bucket, spin_ns - model->wake_ns);
}

static struct pair pair_of(const struct whatif_model *model, double spin_ns)
{
	const struct vp_hist *gap = &model->queue->gap;
	struct pair sum = {0, 0};
	uint32_t i;

	for (i = 0; i < VP_HIST_BUCKETS; i++)
		if (gap->buckets[i])
			add_gaps(&sum, model, i, (double)gap->buckets[i], spin_ns);
	return sum;
}

/* The share is itself a ratio of two sums over blocks: first ÷ (gaps + first − second). */
static bool block_interval(struct whatif_share *share, const struct whatif_model *model,
			   double spin_ns)
{
	const struct blocks *blocks = model->queue->blocks.by_run;
	double y[BLOCKS_MAX], x[BLOCKS_MAX], margin;
	struct ratio ratio;
	uint32_t i;

	for (i = 0; blocks && i < blocks->len; i++) {
		struct pair sum = {0, 0};

		vec_foreach (cell, &blocks->items[i].gap)
			add_gaps(&sum, model, cell->bucket, cell->count, spin_ns);
		y[i] = sum.first;
		x[i] = (double)blocks_count(&blocks->items[i].gap) + sum.first - sum.second;
	}
	if (!blocks)
		return false;
	ratio = ratio_of_blocks(y, x, blocks->len);
	margin = ratio_margin(&ratio, WHATIF_CONFIDENCE);
	if (!(margin > 0))
		return false;
	share->low = fmax(0, share->absorbed - margin);
	share->high = fmin(1, share->absorbed + margin);
	return true;
}

/*
 * As many independent yes-or-no answers as are worth the n gaps, each of which is one of three: absorbed
 * in either state, after a kick only, or never. Without a wake latency that is n.
 */
static double answers(const struct whatif_share *share, double p1, double p2, double n)
{
	double a = share->absorbed, steps = 1 + p1 - p2;
	double variance =
		p2 * (1 - a) * (1 - a) + (p1 - p2) * (1 - 2 * a) * (1 - 2 * a) + (1 - p1) * a * a;

	return variance > 0 && a > 0 && a < 1 ? n * steps * steps * a * (1 - a) / variance : n;
}

/* Wilson's interval: right for shares near 0 and 1, where the textbook one is not. */
static void binomial_interval(struct whatif_share *share, double n)
{
	double z = NORMAL_95, p = share->absorbed, center = p + z * z / (2 * n);
	double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));

	share->low = fmax(0, (center - half) / (1 + z * z / n));
	share->high = fmin(1, (center + half) / (1 + z * z / n));
}

static double spun_ns(const struct whatif_model *model, double absorbed, double spin_ns)
{
	const struct vp_hist *gap = &model->queue->gap;
	double sum = 0;
	uint32_t i;

	for (i = 0; i < VP_HIST_BUCKETS; i++)
		if (gap->buckets[i])
			sum += (double)gap->buckets[i] *
			       ((1 - absorbed) * fmin(middle_of(i), spin_ns) +
				absorbed * fmin(middle_of(i) + model->wake_ns, spin_ns));
	return sum;
}

struct whatif_share whatif_model_share(const struct whatif_model *model, double spin_ns)
{
	struct pair sum = pair_of(model, spin_ns);
	double n = (double)model->queue->gap.count, p1 = sum.first / n, p2 = sum.second / n;
	struct whatif_share share = {.waiting = p1, .absorbed = p1 / (1 + p1 - p2)};

	share.by_blocks = block_interval(&share, model, spin_ns);
	if (!share.by_blocks)
		binomial_interval(&share, answers(&share, p1, p2, n));
	share.spun_ns = spun_ns(model, share.absorbed, spin_ns);
	return share;
}
