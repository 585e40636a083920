// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/ratio.h"

#include "analyze/student.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define BLOCKS_MOST 256

double ratio_sum(const double *values, uint32_t n)
{
	double sum = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		sum += values[i];
	return sum;
}

/*
 * The estimate of a lag-1 autocorrelation from few values is too low by about (1 + 3 r) / n on average.
 * Only what makes the answer less sure is used.
 */
static double autocorrelation(const double *e, uint32_t n)
{
	double square = 0, product = 0, r;
	uint32_t i;

	for (i = 0; i < n; i++)
		square += e[i] * e[i];
	for (i = 0; i + 1 < n; i++)
		product += e[i] * e[i + 1];
	if (!(square > 0))
		return 0;
	r = product / square;
	r += (1 + 3 * r) / n;
	return r < 0 ? 0 : r > 0.95 ? 0.95 : r;
}

/* Kish's effective size: how many equal blocks would weigh as much as these. */
static double blocks_that_count(const double *x, uint32_t n)
{
	double sum = ratio_sum(x, n), square = 0;
	uint32_t i;

	for (i = 0; i < n; i++)
		square += x[i] * x[i];
	return sum * sum / square;
}

struct ratio ratio_of_blocks(const double *y, const double *x, uint32_t n)
{
	double xs = ratio_sum(x, n), e[BLOCKS_MOST], square = 0, effective;
	struct ratio ratio = {.value = xs > 0 ? ratio_sum(y, n) / xs : NAN};
	uint32_t i;

	if (!(xs > 0) || n > BLOCKS_MOST || n < 2)
		return ratio;
	for (i = 0; i < n; i++) {
		e[i] = y[i] - ratio.value * x[i];
		square += e[i] * e[i];
	}
	effective = n * (1 - autocorrelation(e, n)) / (1 + autocorrelation(e, n));
	ratio.variance = square / (n - 1) * n * n / effective / (xs * xs);
	effective = fmin(effective, blocks_that_count(x, n));
	ratio.judged = effective >= RATIO_BLOCKS_MIN;
	ratio.df = effective - 1;
	return ratio;
}

double ratio_margin(const struct ratio *ratio, double level)
{
	if (!ratio->judged)
		return NAN;
	return student_quantile(1 - level, ratio->df) * sqrt(ratio->variance);
}

double ratio_p_value(const struct ratio *a, const struct ratio *b)
{
	double sum = a->variance + b->variance, df;

	if (!a->judged || !b->judged)
		return 1;
	if (!(sum > 0))
		return a->value == b->value ? 1 : 0;
	df = sum * sum / (a->variance * a->variance / a->df + b->variance * b->variance / b->df);
	return student_two_sided((a->value - b->value) / sqrt(sum), df);
}

struct ranked {
	double p;
	uint32_t index;
};

static int smaller_first(const void *left, const void *right)
{
	const struct ranked *a = left, *b = right;

	if (a->p != b->p)
		return a->p < b->p ? -1 : 1;
	return (a->index > b->index) - (a->index < b->index);
}

int ratio_holm(double *p_values, uint32_t n)
{
	struct ranked *order = calloc(n ? n : 1, sizeof(*order));
	double largest = 0;
	uint32_t i;

	if (!order)
		return -ENOMEM;
	for (i = 0; i < n; i++)
		order[i] = (struct ranked){p_values[i], i};
	qsort(order, n, sizeof(*order), smaller_first);
	for (i = 0; i < n; i++) {
		largest = fmax(largest, fmin(1, order[i].p * (n - i)));
		p_values[order[i].index] = largest;
	}
	free(order);
	return 0;
}
