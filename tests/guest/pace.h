/* SPDX-License-Identifier: BSD-2-Clause */
/* When to send: a schedule of absolute deadlines, so that lateness never adds up.
 *
 * Knows: time. Refuses to know: what is sent. */
#ifndef GUEST_PACE_H
#define GUEST_PACE_H

#include <stdbool.h>
#include <stdint.h>

enum pace_gap {
	GAP_FIXED, /* equal gaps between bursts */
	GAP_EXP,   /* exponential gaps: Poisson arrivals */
	GAP_BURSTY /* trains of eight bursts close together, then a pause that restores the rate */
};

struct pace_spec {
	double bursts_per_s;
	enum pace_gap gap;
	uint64_t train_gap_ns; /* GAP_BURSTY: between the bursts of a train */
	uint64_t seed;
};

struct pace {
	double mean_gap_ns;	       /* between bursts; 0: as fast as possible */
	double train_gap_ns, pause_ns; /* GAP_BURSTY: within a train, and behind it */
	enum pace_gap gap;
	uint64_t deadline_ns; /* CLOCK_MONOTONIC */
	uint64_t bursts;
	uint64_t random;
};

void pace_start(struct pace *p, const struct pace_spec *spec);
/* Moves the deadline to the next burst. */
void pace_next(struct pace *p);
bool pace_due(const struct pace *p);
/* Sleeps, or with `spin` burns the cpu, until the deadline. */
void pace_wait(const struct pace *p, bool spin);

uint64_t pace_now_ns(void);
void pace_spin(uint64_t ns);

#endif
