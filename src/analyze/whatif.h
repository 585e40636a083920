/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What busy polling for N microseconds would absorb and cost, from the gaps of a queue that does not, or
 * polls for less.
 *
 * The model (whatif_model.h): a handler that finds its ring empty spins for N units of 1.024 us, and what is
 * left of the unit it began in, before it turns notifications on. A kick that would have come by then is
 * absorbed: neither guest exit nor wakeup happens. Each re-arm costs the worker the shorter of gap and
 * spin. It assumes that the guest sends when it would have sent anyway: arrivals do not react to the
 * change. Pure.
 */
#ifndef ANALYZE_WHATIF_H
#define ANALYZE_WHATIF_H

#include "analyze/whatif_model.h"
#include "model/report.h"

#include <stdbool.h>

#define WHATIF_UNIT_NS	   1024u /* the kernel's busy clock counts these */
#define WHATIF_GAPS_MIN	   100	 /* fewer gaps are no basis */
#define WHATIF_OF_BEST	   0.90	 /* the smallest N that absorbs so much of what the best does */
#define WHATIF_WORTH_SHARE 0.50	 /* absorbing less than that is not worth a spinning worker */
#define WHATIF_WORTH_NS \
	50000u /* of spinning for one absorbed kick, at most, unless asked otherwise */

#define WHATIF_POINTS	  20
#define WHATIF_EXTRAS_MAX 8
#define WHATIF_POINTS_MAX (WHATIF_POINTS + WHATIF_EXTRAS_MAX)

struct whatif_options {
	double cpu_budget;		   /* CPUs that may be added */
	double worth_ns;		   /* of spinning for one absorbed kick, at most */
	uint32_t extra[WHATIF_EXTRAS_MAX]; /* values of poll-us to look at besides the usual ones */
	unsigned extras;
};

struct whatif_point {
	uint32_t poll_us;
	double absorbed;		    /* share of the kicks that follow a re-arm */
	double absorbed_low, absorbed_high; /* its interval */
	double absorbed_waiting; /* the share if the guest waits for completions before it sends on */
	double kicks_left;	 /* per second; NaN without absolute time */
	double cpu_added;	 /* CPUs, at most; NaN likewise */
	double spin_per_kick_ns; /* spun for each kick absorbed; infinite when none is */
	bool asked;		 /* one of the extra values */
};

enum whatif_why {
	WHATIF_RECOMMENDED = 0,
	WHATIF_NO_GAPS,	   /* gaps were not measured, or there are none */
	WHATIF_FEW_GAPS,   /* fewer than WHATIF_GAPS_MIN */
	WHATIF_FEW_SHORT,  /* too few kicks come soon: no value absorbs WHATIF_WORTH_SHARE */
	WHATIF_DEAR,	   /* absorbing them takes too much spinning for each */
	WHATIF_OVER_BUDGET /* what would do takes more CPU than allowed */
};

struct whatif {
	struct whatif_point points[WHATIF_POINTS_MAX];
	unsigned len;
	int recommended; /* index; -1: none, leave it at 0 */
	enum whatif_why why;
	bool by_blocks; /* the intervals come from blocks; false: gaps taken as independent */
	bool tied_to_enter; /* gaps end at the next run, not at its wakeup: too long by the wake latency */
	uint64_t gaps, kicks;
	uint64_t poll_now_us; /* VP_UNKNOWN */
	uint64_t gap_p50_ns, gap_p90_ns;
};

struct whatif whatif_make(const struct report_queue *queue, const struct report_source *source,
			  const struct whatif_options *options);

/* One value only. 0; -ENODATA: no gaps; -ERANGE: the queue polled for so long already. */
int whatif_at(const struct report_queue *queue, const struct report_source *source,
	      uint32_t poll_us, struct whatif_point *point);

#endif
