/* SPDX-License-Identifier: BSD-2-Clause */
/* Student's t distribution. Pure mathematics. */
#ifndef ANALYZE_STUDENT_H
#define ANALYZE_STUDENT_H

/* The probability of |T| >= |t| with `df` degrees of freedom, which need not be whole; 1 for NaN. */
double student_two_sided(double t, double df);

/* The t that |T| exceeds with probability `p`, 0 < p < 1. */
double student_quantile(double p, double df);

#endif
