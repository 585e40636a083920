/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Rules from a report to what could be done about it. Each rule looks at one queue, says whether it
 * applies, and with what evidence; where a number it needs was not measured, it says that.
 *
 * Knows thresholds. Refuses to know how a finding is worded. Pure.
 */
#ifndef ANALYZE_ADVISE_H
#define ANALYZE_ADVISE_H

#include "analyze/hazard.h"
#include "analyze/whatif.h"

enum advice_rule {
	ADVICE_BUSY_POLL = 0, /* tx: kicks come soon after the worker slept */
	ADVICE_RX_LIVELOCK,   /* rx: runs that use up their weight and receive nothing */
	ADVICE_SATURATED,     /* runs end because their weight is used up */
	ADVICE_TINY_BATCHES,  /* many runs, hardly a chain in each */
	ADVICE_CALLS,	      /* the guest does not suppress interrupts */
	ADVICE_STARVED,	      /* the worker waits for a CPU */
	ADVICE_SHARED_CPU,    /* the worker sits on a vCPU's CPU */
	ADVICE_NR,
};

#define ADVICE_RUNS_MIN		20 /* for a rule about shares of runs */
#define ADVICE_WEIGHT_SHARE	0.50 /* of runs that end so: the worker has no idle time to speak of */
#define ADVICE_LIVELOCK_CHAINS	0.10  /* per run, at most */
#define ADVICE_LIVELOCK_RACES	100.0 /* per run, at least: the loop makes 256 */
#define ADVICE_TINY_CHAINS	2.0   /* per run, less than that */
#define ADVICE_TINY_RUNS	1000.0 /* per second, at least: rarer ones cost nothing worth saving */
#define ADVICE_CALLS_PER_CHAIN	0.90 /* at least, with batches of ADVICE_TINY_CHAINS or more */
#define ADVICE_CALLS_CHAINS_MIN 100
#define ADVICE_STARVED_NS	100000.0 /* mean wait for a CPU: no idle CPU takes that long to wake */
#define ADVICE_STARVED_WAKE	0.50	 /* of all wake latency is waiting for a CPU */
#define ADVICE_STARVED_WINDOW	0.05	 /* of the window is spent so */
#define ADVICE_SLICES_MIN	10	 /* waits for a CPU; a starved worker has few runs */
#define ADVICE_SHARED_SHARE	0.50	 /* of the looks found a vCPU on the worker's CPU */
#define ADVICE_LOOKS_MIN	10

enum advice_verdict {
	ADVICE_UNKNOWN = 0, /* what it takes was not measured, or too little of it */
	ADVICE_FINE,
	ADVICE_ACT,
	ADVICE_NOT_MEANT, /* a rule for the other direction */
};

struct advice_finding {
	enum advice_verdict verdict;
	double share; /* what the verdict rests on; NaN: unknown. Its meaning is the rule's: */
	double evidence; /* weight: share of runs; races per run. Tiny: chains per run; runs per second.
			    Calls: calls per chain; 1 when event index is known to be off. Starved: share of
			    wake latency; mean wait in ns. Shared: share of looks; the CPU */
};

struct advice_queue {
	const struct report_queue *queue;
	struct advice_finding findings[ADVICE_NR];
	struct whatif whatif; /* empty for rx */
	double rx_spins; /* tx: times per second the rx queue of the same worker would spin, too; NaN */
};

struct advice {
	const struct report *report;
	VEC(struct advice_queue) queues;
	struct whatif_options options;
	enum hazard busy_poll, rx_livelock;
	unsigned acts; /* findings that say to act */
};

/* The report must live as long as the advice. 0 or -ENOMEM. */
int advice_make(const struct report *report, const struct whatif_options *options,
		struct advice **out);
void advice_free(struct advice *advice); /* NULL is fine */

/* How often per second the rx queue of the same worker would spin as well; NaN: not known. */
double advice_rx_spins(const struct report *report, const struct report_queue *tx);

/* Single rules, for tests. */
struct advice_finding advice_rx_livelock(const struct report_queue *queue);
struct advice_finding advice_saturated(const struct report_queue *queue);
struct advice_finding advice_tiny_batches(const struct report_queue *queue, uint64_t duration_ns);
struct advice_finding advice_calls(const struct report_queue *queue);
struct advice_finding advice_starved(const struct report *report, const struct report_queue *queue);
struct advice_finding advice_shared_cpu(const struct report_queue *queue);

#endif
