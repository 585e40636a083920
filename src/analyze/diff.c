// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/diff.h"

#include "analyze/diff_sample.h"
#include "model/hist.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct comparison {
	struct diff *diff;
	struct diff_axis before, after;
};

bool diff_is_cost(enum diff_measure measure)
{
	return measure != DIFF_RATE && measure != DIFF_KICK_RATE && measure != DIFF_CHAIN_RATE;
}

static const struct diff_value unmeasured = {
	.before = NAN,
	.after = NAN,
	.change = NAN,
	.change_low = NAN,
	.change_high = NAN,
	.p = NAN,
};

static struct ratio ratio_at(const struct diff_thing *thing, enum diff_measure measure,
			     uint32_t edge)
{
	double y[BLOCKS_MAX], x[BLOCKS_MAX];

	uint32_t n = diff_sample(thing, measure, edge, y, x);

	return n ? ratio_of_blocks(y, x, n) : (struct ratio){.value = NAN};
}

/*
 * The interval of after ÷ before by Fieller's theorem for independent sides: honest also when before is
 * unsure. None when before could be 0.
 */
static void set_interval(struct diff_value *value, const struct ratio *before,
			 const struct ratio *after)
{
	double b = before->value, a = after->value, t, g, root, df;

	if (!before->judged || !after->judged || !(b > 0))
		return;
	df = fmin(before->df, after->df);
	t = ratio_margin(&(struct ratio){.judged = true, .df = df, .variance = 1}, DIFF_CONFIDENCE);
	g = t * t * before->variance / (b * b);
	if (g >= 1)
		return;
	root = t * sqrt(fmax(0, after->variance * (1 - g) + a * a / (b * b) * before->variance)) /
	       b;
	value->change_low = fmax(0, (a / b - root) / (1 - g)) - 1;
	value->change_high = (a / b + root) / (1 - g) - 1;
}

static void judge(struct diff_value *value, const struct ratio *before, const struct ratio *after)
{
	value->verdict = before->judged && after->judged ? DIFF_NOISE : DIFF_TOO_SHORT;
	if (value->verdict == DIFF_NOISE)
		value->p = ratio_p_value(before, after);
}

static void compare_percentile(struct diff_value *value, const struct diff_thing *before,
			       const struct diff_thing *after, enum diff_measure measure,
			       double share, const struct vp_hist *hists[2])
{
	struct vp_hist both = *hists[0];
	struct ratio a, b;
	uint64_t edge;
	uint32_t bucket;

	value->coarse = true;
	hist_merge(&both, hists[1]);
	if (!both.count)
		return;
	edge = hist_percentile(&both, share);
	bucket = vp_bucket_of(edge);
	b = ratio_at(before, measure, bucket);
	a = ratio_at(after, measure, bucket);
	if (hists[0]->count)
		value->before = (double)hist_percentile(hists[0], share);
	if (hists[1]->count)
		value->after = (double)hist_percentile(hists[1], share);
	judge(value, &b, &a);
	if ((double)both.count * (1 - share) < DIFF_TAIL_VALUES_MIN) {
		value->verdict = DIFF_TOO_SHORT;
		value->p = NAN;
	}
}

static struct diff_value compare(const struct diff_thing *before, const struct diff_thing *after,
				 enum diff_measure measure)
{
	struct diff_value value = unmeasured;
	const struct vp_hist *hists[2];
	double share;

	hists[0] = diff_hist(before, measure, &share);
	hists[1] = diff_hist(after, measure, &share);
	if (hists[0] && hists[1]) {
		compare_percentile(&value, before, after, measure, share, hists);
	} else {
		struct ratio b = ratio_at(before, measure, 0), a = ratio_at(after, measure, 0);

		value.before = b.value;
		value.after = a.value;
		if (!isnan(b.value) && !isnan(a.value)) {
			judge(&value, &b, &a);
			set_interval(&value, &b, &a);
		}
	}
	if (value.before > 0)
		value.change = value.after / value.before - 1;
	if (isnan(value.before) || isnan(value.after))
		value.verdict = DIFF_UNKNOWN;
	return value;
}

static uint64_t events(const struct diff_thing *thing)
{
	return thing->queue ? thing->queue->runs : thing->function->calls;
}

static void compare_all(struct diff_value values[DIFF_NR], const struct diff_thing *before,
			const struct diff_thing *after)
{
	enum diff_measure measure;

	for (measure = 0; measure < DIFF_NR; measure++) {
		values[measure] = compare(before, after, measure);
		if (values[measure].verdict == DIFF_NOISE &&
		    events(before) + events(after) < DIFF_EVENTS_MIN)
			values[measure].verdict = DIFF_TOO_SHORT;
	}
}

/* A side without the thing: what the other one measured is still shown. */
static void blank(struct diff_value values[DIFF_NR])
{
	int i;

	for (i = 0; i < DIFF_NR; i++)
		values[i] = unmeasured;
}

static int add_queue(struct comparison *c, const struct report_queue *before,
		     const struct report_queue *after, enum match_how how)
{
	struct diff_queue *row = vec_add(&c->diff->queues);

	if (!row)
		return -ENOMEM;
	*row = (struct diff_queue){.before = before, .after = after, .how = how};
	blank(row->values);
	if (before && after)
		compare_all(row->values,
			    &(struct diff_thing){&c->before, before, NULL, &before->blocks},
			    &(struct diff_thing){&c->after, after, NULL, &after->blocks});
	return 0;
}

static int add_function(struct comparison *c, const struct report_function *before,
			const struct report_function *after)
{
	struct diff_function *row = vec_add(&c->diff->functions);

	if (!row)
		return -ENOMEM;
	*row = (struct diff_function){.before = before, .after = after};
	blank(row->values);
	if (before && after)
		compare_all(row->values,
			    &(struct diff_thing){&c->before, NULL, before, &before->blocks},
			    &(struct diff_thing){&c->after, NULL, after, &after->blocks});
	return 0;
}

static bool is_matched(const struct match *matches, size_t n, size_t other)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (matches[i].how && matches[i].other == other)
			return true;
	return false;
}

static int compare_queues(struct comparison *c)
{
	const struct report *before = c->diff->before, *after = c->diff->after;
	struct match *matches = calloc(before->queues.len + 1, sizeof(*matches));
	int error = matches ? match_queues(before, after, matches) : -ENOMEM;
	size_t i;

	for (i = 0; !error && i < before->queues.len; i++)
		error = add_queue(c, &before->queues.items[i],
				  matches[i].how ? &after->queues.items[matches[i].other] : NULL,
				  matches[i].how);
	for (i = 0; !error && i < after->queues.len; i++)
		if (!is_matched(matches, before->queues.len, i))
			error = add_queue(c, NULL, &after->queues.items[i], MATCH_NONE);
	free(matches);
	return error;
}

static int compare_functions(struct comparison *c)
{
	const struct report *before = c->diff->before, *after = c->diff->after;
	int error = 0;

	vec_foreach (function, &before->functions)
		if (!error)
			error = add_function(c, function, match_function(after, function));
	vec_foreach (function, &after->functions)
		if (!error && !match_function(before, function))
			error = add_function(c, NULL, function);
	return error;
}

typedef VEC(struct diff_value *) value_vec;

static int collect(value_vec *out, struct diff_value values[DIFF_NR])
{
	int i;

	for (i = 0; i < DIFF_NR; i++) {
		struct diff_value **slot;

		if (values[i].verdict != DIFF_NOISE)
			continue;
		slot = vec_add(out);
		if (!slot)
			return -ENOMEM;
		*slot = &values[i];
	}
	return 0;
}

/* What the histogram cannot tell apart is not called a change. */
static void decide(struct diff_value *value)
{
	if (value->p >= DIFF_ERROR_RATE || value->after == value->before)
		return;
	if (value->coarse && fabs(value->change) < VP_HIST_RELATIVE_ERROR)
		return;
	value->verdict = value->after > value->before ? DIFF_MORE : DIFF_LESS;
}

static int adjust(struct diff *diff, const value_vec *judged)
{
	double *p = calloc(judged->len + 1, sizeof(*p));
	int error;
	size_t i;

	if (!p)
		return -ENOMEM;
	for (i = 0; i < judged->len; i++)
		p[i] = judged->items[i]->p;
	error = ratio_holm(p, (uint32_t)judged->len);
	for (i = 0; !error && i < judged->len; i++) {
		judged->items[i]->p = p[i];
		decide(judged->items[i]);
		diff->changed += judged->items[i]->verdict != DIFF_NOISE;
	}
	diff->judged = (uint32_t)judged->len;
	free(p);
	return error;
}

static int judge_all(struct diff *diff)
{
	value_vec judged = VEC_INIT;
	int error = 0;

	vec_foreach (queue, &diff->queues)
		if (!error)
			error = collect(&judged, queue->values);
	vec_foreach (function, &diff->functions)
		if (!error)
			error = collect(&judged, function->values);
	if (!error)
		error = adjust(diff, &judged);
	vec_free(&judged);
	return error;
}

static double moved_ns(const struct diff_function *function)
{
	const struct diff_value *value = &function->values[DIFF_PER_RUN];

	return value->verdict == DIFF_UNKNOWN ? -1 : fabs(value->after - value->before);
}

static int further_first(const void *left, const void *right)
{
	const struct diff_function *a = left, *b = right;

	if (moved_ns(a) != moved_ns(b))
		return moved_ns(a) < moved_ns(b) ? 1 : -1;
	return strcmp((a->before ? a->before : a->after)->name,
		      (b->before ? b->before : b->after)->name);
}

static struct diff_blocks blocks_of(const struct diff_axis *axis)
{
	return (struct diff_blocks){
		.by_run = axis->by_run,
		.by_time = axis->by_time,
		.runs = 1ull << axis->run_log,
		.time_ns = axis->by_time ? 1ull << axis->time_log : VP_UNKNOWN,
	};
}

static int fill(struct comparison *c, struct report *before, struct report *after)
{
	struct diff *diff = c->diff;
	int error = diff_axis_init(&c->before, before);

	if (!error)
		error = diff_axis_init(&c->after, after);
	if (!error)
		error = compare_queues(c);
	if (!error)
		error = compare_functions(c);
	if (error)
		return error;
	diff->blocks_before = blocks_of(&c->before);
	diff->blocks_after = blocks_of(&c->after);
	if (diff->functions.len)
		qsort(diff->functions.items, diff->functions.len, sizeof(*diff->functions.items),
		      further_first);
	return judge_all(diff);
}

int diff_make(struct report *before, struct report *after, struct diff **out)
{
	struct comparison *c = calloc(1, sizeof(*c));
	struct diff *diff = calloc(1, sizeof(*diff));
	int error = c && diff ? 0 : -ENOMEM;

	if (!error) {
		*diff = (struct diff){.before = before, .after = after};
		c->diff = diff;
		error = fill(c, before, after);
	}
	free(c);
	if (error)
		diff_free(diff);
	else
		*out = diff;
	return error;
}

void diff_free(struct diff *diff)
{
	if (!diff)
		return;
	vec_free(&diff->queues);
	vec_free(&diff->functions);
	free(diff);
}

static double worst_of(const struct diff_value values[DIFF_NR])
{
	double worst = 0;
	enum diff_measure measure;

	for (measure = 0; measure < DIFF_NR; measure++)
		if (diff_is_cost(measure) && values[measure].verdict == DIFF_MORE)
			worst = fmax(worst, isnan(values[measure].change) ? INFINITY
									  : values[measure].change);
	return worst;
}

double diff_worst(const struct diff *diff)
{
	double worst = 0;

	vec_foreach (queue, &diff->queues)
		worst = fmax(worst, worst_of(queue->values));
	vec_foreach (function, &diff->functions)
		worst = fmax(worst, worst_of(function->values));
	return worst;
}

bool diff_could_judge(const struct diff *diff)
{
	return diff->judged > 0;
}
