// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how a log-linear histogram is filled, added up and asked. Refuses to know the unit of what
 * it counts and how an answer is shown.
 */
#include "model/hist.h"

void hist_add(struct vp_hist *hist, uint64_t value)
{
	if (!hist->count || value < hist->min)
		hist->min = value;
	if (value > hist->max)
		hist->max = value;
	hist->count++;
	hist->sum += value;
	hist->buckets[vp_bucket_of(value)]++;
}

void hist_merge(struct vp_hist *into, const struct vp_hist *from)
{
	uint32_t i;

	if (!from->count)
		return;
	if (!into->count || from->min < into->min)
		into->min = from->min;
	if (from->max > into->max)
		into->max = from->max;
	into->count += from->count;
	into->sum += from->sum;
	for (i = 0; i < VP_HIST_BUCKETS; i++)
		into->buckets[i] += from->buckets[i];
}

/*
 * What a bucket's values are taken to be. The last bucket has no upper edge: the maximum is the one
 * number known of what lies in it, and errs to the side a reader looks at.
 */
static uint64_t representative(const struct vp_hist *hist, uint32_t index)
{
	uint64_t middle = vp_bucket_low(index) + (vp_bucket_width(index) - 1) / 2;

	if (index == VP_HIST_BUCKETS - 1 || middle > hist->max)
		return hist->max;
	return middle < hist->min ? hist->min : middle;
}

/* ceil(q * count), 1 … count. Written so that 0.99 * 100 is 99 in spite of binary fractions. */
static uint64_t rank_of(double q, uint64_t count)
{
	double exact = q * (double)count;
	uint64_t rank = exact > 0 ? (uint64_t)exact : 0;

	if (exact - (double)rank > 1e-9 * exact)
		rank++;
	if (rank < 1)
		return 1;
	return rank < count ? rank : count;
}

uint64_t hist_percentile(const struct vp_hist *hist, double q)
{
	uint64_t rank, seen = 0;
	uint32_t i;

	if (!hist->count)
		return VP_UNKNOWN;
	rank = rank_of(q, hist->count);
	/* The extremes are stored exactly. */
	if (rank == 1)
		return hist->min;
	if (rank == hist->count)
		return hist->max;
	for (i = 0; i < VP_HIST_BUCKETS; i++) {
		seen += hist->buckets[i];
		if (seen >= rank)
			return representative(hist, i);
	}
	/* Buckets read from a running kernel may be a step behind the count. */
	return hist->max;
}

uint64_t hist_mean(const struct vp_hist *hist)
{
	return hist->count ? hist->sum / hist->count : VP_UNKNOWN;
}

uint64_t hist_count_upto(const struct vp_hist *hist, uint64_t value)
{
	uint32_t last = vp_bucket_of(value), i;
	uint64_t seen = 0;

	for (i = 0; i <= last; i++)
		seen += hist->buckets[i];
	return seen;
}
