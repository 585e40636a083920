/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What moved between two reports, and what only seems to have.
 *
 * Each number compared is a ratio of two sums over blocks (ratio.h): blocks of time for rates, of so many
 * runs for everything else; percentiles are compared through the share of values above the percentile
 * of both together. Differences are judged by Welch's t
 * over effective blocks, and by Holm's procedure over all of them: of two sources that behave alike, no
 * more than DIFF_ERROR_RATE show any change at all. That holds for what varies within a source; what
 * varies from one measurement to the next, two measurements cannot show.
 *
 * Knows numbers. Refuses to know how they are worded. Pure.
 */
#ifndef ANALYZE_DIFF_H
#define ANALYZE_DIFF_H

#include "analyze/match.h"
#include "analyze/ratio.h"

#define DIFF_ERROR_RATE	     0.01
#define DIFF_CONFIDENCE	     0.95
#define DIFF_EVENTS_MIN	     40 /* runs or calls in both together, to judge anything */
#define DIFF_TAIL_VALUES_MIN 20 /* above a percentile, in both together, to judge it */

enum diff_measure {
	DIFF_RATE = 0,	/* runs or calls per second */
	DIFF_KICK_RATE, /* queues only, as everything down to DIFF_WAKE_P99 */
	DIFF_CHAIN_RATE,
	DIFF_CHURN, /* share of runs */
	DIFF_WAKE_P50,
	DIFF_WAKE_P99,
	DIFF_PER_EVENT, /* time per run or call */
	DIFF_PER_RUN,	/* functions only: time per run of any queue */
	DIFF_PER_CHAIN, /* time per chain; of any queue for a function */
	DIFF_P50,
	DIFF_P99,
	DIFF_NR,
};

enum diff_verdict {
	DIFF_UNKNOWN = 0, /* not measured on either side */
	DIFF_TOO_SHORT,	  /* too few effective blocks, or too few values in the tail */
	DIFF_NOISE,
	DIFF_MORE,
	DIFF_LESS,
};

struct diff_value {
	double before, after; /* NaN: unknown. Times in ns, rates per second */
	double change;	      /* after ÷ before − 1; NaN without a before */
	double change_low,
		change_high; /* its interval at DIFF_CONFIDENCE; NaN: unknown, percentiles */
	double p;	     /* adjusted by Holm's procedure; NaN unless judged */
	bool coarse;	     /* read from histograms: known to VP_HIST_RELATIVE_ERROR */
	enum diff_verdict verdict;
};

struct diff_queue {
	const struct report_queue *before, *after; /* NULL: only on the other side */
	enum match_how how;
	struct diff_value values[DIFF_NR];
};

struct diff_function {
	const struct report_function *before, *after;
	struct diff_value values[DIFF_NR];
};

/* How a source was cut up. */
struct diff_blocks {
	uint32_t by_run, by_time; /* how many */
	uint64_t runs;		  /* in one, by run */
	uint64_t time_ns;	  /* of one, by time; VP_UNKNOWN without absolute time */
};

struct diff {
	const struct report *before, *after;
	VEC(struct diff_queue) queues;
	VEC(struct diff_function) functions; /* what changed most per run comes first */
	uint32_t judged;		     /* values that count in Holm's procedure */
	uint32_t changed;
	struct diff_blocks blocks_before, blocks_after;
};

/*
 * Compares two reports that were read with blocks, which are folded to a common length. They must live as
 * long as the result. 0 or -ENOMEM.
 */
int diff_make(struct report *before, struct report *after, struct diff **out);
void diff_free(struct diff *diff); /* NULL is fine */

/* Whether more of it is worse: times and churn, not rates. Load is no cost. */
bool diff_is_cost(enum diff_measure measure);

/* The worst cost that changed and is no noise, as change; 0 when none got worse. */
double diff_worst(const struct diff *diff);
/* Whether there was anything that could be judged. */
bool diff_could_judge(const struct diff *diff);

#endif
