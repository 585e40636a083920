/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What tracing a function adds to the self time of the one that called it, estimated from the trace
 * itself, and times with that taken out.
 *
 * function_graph runs code of its own at each entry and each end of a traced function. Part of that
 * lies outside the time it prints for the call, so it reads as self time of the caller, once for
 * every traced child. A function that is called with varying numbers of children shows it: the
 * slope of its self time over the number of children is the tracer's share plus whatever untraced
 * work the function does per child. Work is never negative, so the smallest slopes are the purest.
 *
 * Knows nothing of text. Pure. Memory: bounded by BIAS_GROUPS_MAX.
 */
#ifndef ANALYZE_BIAS_H
#define ANALYZE_BIAS_H

#include "model/function.h"
#include "model/report.h"

#define BIAS_CHILDREN_MAX 8u   /* calls with more children are left out: their loops do real work */
#define BIAS_GROUPS_MAX	  512u /* pairs of function and number of children; 8 KiB each */
#define BIAS_CALLS_MIN	  30u  /* in a group, for its median to count */
#define BIAS_SPREAD	  1.4  /* slopes up to so many times the smallest are averaged */
#define BIAS_ALONE	  0.2  /* error, as a share, of one slope that no other confirms */

struct bias;

struct bias_estimate {
	double child_ns;    /* added to a caller's self time by one traced child */
	double error_ns;    /* one standard error */
	unsigned functions; /* whose slopes agree on it; 0 = it cannot be estimated */
	uint64_t calls;	    /* behind those slopes */
};

struct bias *bias_new(void);	   /* NULL when out of memory */
void bias_free(struct bias *bias); /* NULL is fine */
void bias_add(struct bias *bias, const struct call *call);
struct bias_estimate bias_estimate(const struct bias *bias);

/* Fills the corrected times of every function, and says with what. */
void bias_correct(const struct bias *bias, struct functions *functions,
		  struct report_correction *correction);

#endif
