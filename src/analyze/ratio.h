/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A ratio of two sums over blocks of time, and how sure it is: time per run, runs per second, share of
 * gaps up to 20 us, … are all such ratios.
 *
 * The variance is that of the blocks' own deviations from the common ratio, so nothing is assumed about
 * what happens inside a block. What one block has in common with the next is measured (lag-1
 * autocorrelation r) and leaves n (1 - r) / (1 + r) effective blocks. Pure.
 */
#ifndef ANALYZE_RATIO_H
#define ANALYZE_RATIO_H

#include <stdbool.h>
#include <stdint.h>

/* With fewer effective blocks a spread is a guess. */
#define RATIO_BLOCKS_MIN 6.0

struct ratio {
	double value;
	double variance; /* of value */
	double df;	 /* degrees of freedom behind the variance: effective blocks - 1 */
	bool judged;	 /* false: too few blocks; variance and df mean nothing */
};

double ratio_sum(const double *values, uint32_t n);

/* Sum of y ÷ sum of x over n blocks; blocks with neither are blocks all the same. */
struct ratio ratio_of_blocks(const double *y, const double *x, uint32_t n);

/* Half the width of the interval that covers the true ratio with probability `level`. */
double ratio_margin(const struct ratio *ratio, double level);

/*
 * The probability of a difference at least so large if there were none: Welch's t. 1 when either side
 * is not judged, or when neither shows any spread and they are equal.
 */
double ratio_p_value(const struct ratio *a, const struct ratio *b);

/* Holm's step-down adjustment of n p-values, in place; 0 or -ENOMEM. */
int ratio_holm(double *p_values, uint32_t n);

#endif
