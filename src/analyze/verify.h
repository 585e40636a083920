/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether a changed poll-us did what was predicted: what the source before says about the poll-us of the
 * source after (whatif.h), beside what the source after measured.
 *
 * Kicks are compared per chain, so that more or less traffic does not look like a better or worse setting.
 * As in the prediction, the kicks are those that follow a re-arm. CPU is compared at the traffic of the
 * source before.
 *
 * Knows tx queues and why the two may differ. Refuses to know how that is worded. Pure.
 */
#ifndef ANALYZE_VERIFY_H
#define ANALYZE_VERIFY_H

#include "analyze/match.h"
#include "analyze/whatif.h"

#define VERIFY_CLOSE   0.10 /* shares that differ by no more agree */
#define VERIFY_REACTED 0.10 /* traffic that changed by more has reacted, or is another */
#define VERIFY_WAKE    1.5 /* wake latencies that differ by this factor are those of another machine */
#define VERIFY_LEFT    0.5 /* of the kicks are there still: else their wakes are others than before */
#define VERIFY_CUT     0.05 /* of the runs ended because other work broke in on the spin */

enum verify_verdict {
	VERIFY_UNKNOWN = 0, /* nothing to compare; `why` says what is missing */
	VERIFY_AGREES,
	VERIFY_UNSURE, /* differs, but so unsure that it may agree */
	VERIFY_DIFFERS /* `why` says what it may be */
};

enum verify_why {
	VERIFY_NO_REASON = 0,
	/* of VERIFY_UNKNOWN */
	VERIFY_ONE_SIDE,   /* the queue is in one of the sources only */
	VERIFY_NO_POLL_US, /* nobody says what the source after was measured with */
	VERIFY_NOT_MORE,   /* it polls no longer than before: gaps cannot tell */
	VERIFY_FEW_KICKS,  /* too few gaps before */
	VERIFY_NO_CHAINS,  /* no traffic, or chains were not counted */
	/* of VERIFY_DIFFERS and VERIFY_UNSURE, the likeliest first */
	VERIFY_OTHER_SIZE, /* bytes per chain changed: a chain is no longer the same piece of traffic */
	VERIFY_INTERRUPTED, /* other work of the worker broke in on the spin */
	VERIFY_WAITS,	    /* the share is that of a guest that waits for completions */
	VERIFY_OTHER_RATE,  /* chains per second changed */
	VERIFY_OTHER_WAKE,  /* waking the worker takes another time */
	VERIFY_NR
};

struct verify_share {
	double value, low, high; /* NaN: unknown */
};

/* One side of a queue; NaN: unknown. */
struct verify_side {
	uint64_t kicks, chains; /* kicks that followed a re-arm */
	double kicks_per_chain;
	double chains_per_s;
	double bytes_per_chain;
	double wake_ns; /* mean */
	double cpu;	/* the worker's, in CPUs */
};

struct verify_queue {
	const struct report_queue *before, *after; /* NULL: only on the other side */
	enum match_how how;
	uint64_t poll_before, poll_after; /* VP_UNKNOWN */
	struct verify_side sides[2];
	struct whatif_point point;		 /* meaningless while the verdict is unknown */
	struct verify_share predicted, measured; /* share of kicks absorbed */
	double cpu_predicted; /* spun, with the most that the rx queue of the worker spins; NaN */
	double cpu_measured;  /* added, at the traffic of the source before; NaN */
	bool by_sched;	      /* CPU is what the scheduler counted; false: time inside of runs */
	double rate_change;   /* chains per second, after ÷ before − 1; NaN */
	double size_change;   /* bytes per chain, after ÷ before − 1; NaN */
	double wake_change;   /* mean wake latency, after ÷ before; NaN */
	double cut;	      /* share of runs after that other work broke in on; NaN */
	enum verify_verdict verdict;
	enum verify_why why;
};

struct verify {
	const struct report *before, *after;
	VEC(struct verify_queue) queues; /* tx only */
};

/*
 * `poll_after` is VP_UNKNOWN unless the user says it. The reports must live as long as the result. 0 or
 * -ENOMEM.
 */
int verify_make(const struct report *before, const struct report *after, uint64_t poll_after,
		struct verify **out);
void verify_free(struct verify *verify); /* NULL is fine */

#endif
