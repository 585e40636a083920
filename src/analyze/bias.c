// SPDX-License-Identifier: BSD-2-Clause
/*
 * Medians of self time per function and number of children; a weighted line through them per
 * function; the precision-weighted mean of the smallest slopes. Medians, because interrupts and
 * preemption make the means useless.
 */
#include "analyze/bias.h"

#include "model/hist.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Half a histogram bucket, as the standard deviation of what lies evenly in it. */
#define BUCKET_ERROR (VP_HIST_RELATIVE_ERROR / 3.4641016)
/* A slope counts when its own error is below this share of it. */
#define SLOPE_ERROR_MAX 0.15

struct bias {
	uint32_t group_nr;
	uint16_t index[FUNCTIONS_MAX][BIAS_CHILDREN_MAX + 1]; /* 0 = none, else group + 1 */
	struct vp_hist *groups[BIAS_GROUPS_MAX];
};

struct slope {
	double ns, error;
	uint64_t calls;
};

struct bias *bias_new(void)
{
	return calloc(1, sizeof(struct bias));
}

void bias_free(struct bias *bias)
{
	uint32_t i;

	if (!bias)
		return;
	for (i = 0; i < bias->group_nr; i++)
		free(bias->groups[i]);
	free(bias);
}

static struct vp_hist *group_of(struct bias *bias, uint32_t function, uint32_t children)
{
	uint16_t *index = &bias->index[function][children];

	if (!*index) {
		if (bias->group_nr >= BIAS_GROUPS_MAX)
			return NULL;
		bias->groups[bias->group_nr] = calloc(1, sizeof(struct vp_hist));
		if (!bias->groups[bias->group_nr])
			return NULL;
		*index = (uint16_t)++bias->group_nr;
	}
	return bias->groups[*index - 1];
}

void bias_add(struct bias *bias, const struct call *call)
{
	struct vp_hist *group;

	if (call->children > BIAS_CHILDREN_MAX || call->self_ns < 0 ||
	    call->function == FUNCTION_OTHER)
		return;
	group = group_of(bias, call->function, call->children);
	if (group)
		hist_add(group, (uint64_t)call->self_ns);
}

/* The median and its standard error: 1.2533 sigma / sqrt(n), sigma from the quartiles. */
static double median_of(const struct vp_hist *group, double *error)
{
	double median = (double)hist_percentile(group, 0.5);
	double quartiles =
		(double)(hist_percentile(group, 0.75) - hist_percentile(group, 0.25)) / 1.349;
	double sampling = 1.2533 * quartiles / sqrt((double)group->count);

	*error = hypot(sampling, median * BUCKET_ERROR);
	return median;
}

/* The weighted line through a function's medians. False with fewer than two, or a vague slope. */
static bool slope_of(const struct bias *bias, uint32_t function, struct slope *slope)
{
	double w = 0, wx = 0, wy = 0, wxx = 0, wxy = 0, spread;
	unsigned n = 0;
	uint32_t x;

	slope->calls = 0;
	for (x = 0; x <= BIAS_CHILDREN_MAX; x++) {
		uint16_t index = bias->index[function][x];
		const struct vp_hist *group = index ? bias->groups[index - 1] : NULL;
		double y, error, weight;

		if (!group || group->count < BIAS_CALLS_MIN)
			continue;
		y = median_of(group, &error);
		weight = 1 / (error * error + 1);
		w += weight;
		wx += weight * x;
		wy += weight * y;
		wxx += weight * x * x;
		wxy += weight * x * y;
		slope->calls += group->count;
		n++;
	}
	if (n < 2)
		return false;
	spread = wxx - wx * wx / w;
	slope->ns = (wxy - wx * wy / w) / spread;
	slope->error = sqrt(1 / spread);
	return slope->ns > 0 && slope->error < SLOPE_ERROR_MAX * slope->ns;
}

static double smallest_slope(const struct bias *bias)
{
	double smallest = INFINITY;
	struct slope slope;
	uint32_t i;

	for (i = 0; i < FUNCTIONS_MAX; i++)
		if (slope_of(bias, i, &slope) && slope.ns < smallest)
			smallest = slope.ns;
	return smallest;
}

struct bias_estimate bias_estimate(const struct bias *bias)
{
	double limit = smallest_slope(bias) * BIAS_SPREAD, w = 0, wb = 0, wbb = 0, between;
	struct bias_estimate estimate = {0};
	struct slope slope;
	uint32_t i;

	for (i = 0; i < FUNCTIONS_MAX; i++) {
		double weight;

		if (!slope_of(bias, i, &slope) || slope.ns > limit)
			continue;
		weight = 1 / (slope.error * slope.error);
		w += weight;
		wb += weight * slope.ns;
		wbb += weight * slope.ns * slope.ns;
		estimate.functions++;
		estimate.calls += slope.calls;
	}
	if (!estimate.functions)
		return estimate;
	estimate.child_ns = wb / w;
	between = fmax(0, wbb / w - estimate.child_ns * estimate.child_ns);
	/* What the slopes say of themselves, and how far they disagree. */
	estimate.error_ns = sqrt(1 / w + between / estimate.functions);
	if (estimate.functions == 1)
		estimate.error_ns = fmax(estimate.error_ns, BIAS_ALONE * estimate.child_ns);
	return estimate;
}

static uint64_t less(uint64_t ns, double child_ns, uint64_t children)
{
	double taken = child_ns * (double)children;

	return (double)ns > taken ? ns - (uint64_t)(taken + 0.5) : 0;
}

void bias_correct(const struct bias *bias, struct functions *functions,
		  struct report_correction *correction)
{
	struct bias_estimate estimate = bias_estimate(bias);
	size_t i;

	*correction = (struct report_correction){
		.asked = true,
		.child_ns = estimate.functions ? estimate.child_ns : -1,
		.error_ns = estimate.functions ? estimate.error_ns : -1,
		.functions = estimate.functions,
		.calls = estimate.calls,
	};
	for (i = 0; i < functions->rows.len; i++) {
		struct report_function *row = &functions->rows.items[i];
		const struct function *item = &functions->items.items[i];
		uint64_t self_ns = (int64_t)row->self_ns < 0 ? 0 : row->self_ns;

		row->corrected_total_ns = VP_UNKNOWN;
		row->corrected_self_ns = VP_UNKNOWN;
		if (!estimate.functions)
			continue;
		row->corrected_total_ns = less(row->total_ns, estimate.child_ns, item->descendants);
		row->corrected_self_ns = less(self_ns, estimate.child_ns, item->children);
	}
}
