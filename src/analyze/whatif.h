/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What busy polling for N microseconds would absorb and cost, from the gaps of a queue that does not, or
 * polls for less.
 *
 * The model: a handler that finds its ring empty spins for up to N units of 1.024 us before it turns
 * notifications on. A kick whose gap is no longer than that is absorbed: neither guest exit nor wakeup
 * happens. Each re-arm costs the worker the shorter of gap and N. It assumes that the guest sends when it
 * would have sent anyway: arrivals do not react to the change. Pure.
 */
#ifndef ANALYZE_WHATIF_H
#define ANALYZE_WHATIF_H

#include "model/report.h"

#include <stdbool.h>

#define WHATIF_UNIT_NS	   1024u /* the kernel's busy clock counts these */
#define WHATIF_GAPS_MIN	   100	 /* fewer gaps are no basis */
#define WHATIF_CONFIDENCE  0.95
#define WHATIF_OF_BEST	   0.90	  /* the smallest N that absorbs so much of what the best does */
#define WHATIF_WORTH_SHARE 0.50	  /* absorbing less than that is not worth a spinning worker */
#define WHATIF_WORTH_NS	   50000u /* of spinning for one absorbed kick, at most */

struct whatif_point {
	uint32_t poll_us;
	double absorbed;		    /* share of kicks */
	double absorbed_low, absorbed_high; /* its interval; NaN when it cannot be told */
	double kicks_left;		    /* per second; NaN without absolute time */
	double cpu_added;		    /* CPUs, at most; NaN likewise */
	double spin_per_kick_ns;	    /* spun for each kick absorbed; infinite when none is */
};

enum whatif_why {
	WHATIF_RECOMMENDED = 0,
	WHATIF_NO_GAPS,	   /* gaps were not measured, or there are none */
	WHATIF_FEW_GAPS,   /* fewer than WHATIF_GAPS_MIN */
	WHATIF_FEW_SHORT,  /* too few kicks come soon: no value absorbs WHATIF_WORTH_SHARE */
	WHATIF_DEAR,	   /* absorbing them takes too much spinning for each */
	WHATIF_OVER_BUDGET /* what would do takes more CPU than allowed */
};

#define WHATIF_POINTS 20

struct whatif {
	struct whatif_point points[WHATIF_POINTS];
	unsigned len;
	int recommended; /* index; -1: none, leave it at 0 */
	enum whatif_why why;
	bool by_blocks; /* the intervals come from blocks; false: gaps taken as independent */
	bool tied_to_enter; /* gaps end at the next run, not at its wakeup: too long by the wake latency */
	uint64_t gaps, kicks;
	uint64_t poll_now_us; /* VP_UNKNOWN */
	uint64_t gap_p50_ns, gap_p90_ns;
};

/* `cpu_budget`: CPUs that may be added. */
struct whatif whatif_make(const struct report_queue *queue, const struct report_source *source,
			  double cpu_budget);

#endif
