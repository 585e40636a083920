// SPDX-License-Identifier: BSD-2-Clause
/*
 * P(|T| >= t) is the regularised incomplete beta function at df / (df + t^2), which is evaluated by its
 * continued fraction (Lentz's method; Abramowitz & Stegun 26.5.8, 26.7.1).
 */
#include "analyze/student.h"

#include <math.h>

#define TINY	  1e-300
#define TERMS_MAX 500

static double away_from_zero(double x)
{
	return fabs(x) < TINY ? TINY : x;
}

static double fraction(double a, double b, double x)
{
	double c = 1, d = 1 / away_from_zero(1 - (a + b) * x / (a + 1)), sum = d;
	int m;

	for (m = 1; m <= TERMS_MAX; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));

		d = 1 / away_from_zero(1 + even * d);
		c = away_from_zero(1 + even / c);
		sum *= d * c;
		d = 1 / away_from_zero(1 + odd * d);
		c = away_from_zero(1 + odd / c);
		sum *= d * c;
		if (fabs(d * c - 1) < 1e-14)
			break;
	}
	return sum;
}

static double incomplete_beta(double a, double b, double x)
{
	double front;

	if (x <= 0 || x >= 1)
		return x > 0;
	front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	/* The fraction converges fast on one side of the mean only. */
	if (x < (a + 1) / (a + b + 2))
		return front * fraction(a, b, x) / a;
	return 1 - front * fraction(b, a, 1 - x) / b;
}

double student_two_sided(double t, double df)
{
	if (isnan(t) || !(df > 0))
		return 1;
	if (isinf(t))
		return 0;
	return incomplete_beta(df / 2, 0.5, df / (df + t * t));
}

double student_quantile(double p, double df)
{
	double low = 0, high = 1;
	int i;

	while (student_two_sided(high, df) > p && high < 1e12)
		high *= 2;
	for (i = 0; i < 200 && high - low > 1e-12 * high; i++) {
		double middle = (low + high) / 2;

		if (student_two_sided(middle, df) > p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}
