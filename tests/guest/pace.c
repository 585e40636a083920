// SPDX-License-Identifier: BSD-2-Clause
/* See pace.h. */
#define _GNU_SOURCE
#include "pace.h"

#include <errno.h>
#include <math.h>
#include <time.h>

enum { TRAIN_BURSTS = 8 };
static const double NS_PER_S = 1e9;

uint64_t pace_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

void pace_spin(uint64_t ns)
{
	uint64_t until_ns = pace_now_ns() + ns;

	while (pace_now_ns() < until_ns)
		;
}

/* xorshift64*: small, seeded, the same sequence on every machine. */
static double uniform(struct pace *p)
{
	p->random ^= p->random >> 12;
	p->random ^= p->random << 25;
	p->random ^= p->random >> 27;
	return (double)((p->random * 0x2545f4914f6cdd1du) >> 11) / (double)(1ull << 53);
}

static double pause_of(double mean_gap_ns, double train_gap_ns)
{
	return fmax(0, TRAIN_BURSTS * mean_gap_ns - (TRAIN_BURSTS - 1) * train_gap_ns);
}

void pace_start(struct pace *p, const struct pace_spec *spec)
{
	double mean_gap_ns = spec->bursts_per_s > 0 ? NS_PER_S / spec->bursts_per_s : 0;

	*p = (struct pace){
		.mean_gap_ns = mean_gap_ns,
		.train_gap_ns = (double)spec->train_gap_ns,
		.pause_ns = pause_of(mean_gap_ns, (double)spec->train_gap_ns),
		.gap = spec->gap,
		.deadline_ns = pace_now_ns(),
		.random = spec->seed * 0x9e3779b97f4a7c15u + 1,
	};
}

void pace_next(struct pace *p)
{
	double gap_ns = p->mean_gap_ns;

	p->bursts++;
	if (p->gap == GAP_EXP)
		gap_ns *= -log(1.0 - uniform(p));
	else if (p->gap == GAP_BURSTY)
		gap_ns = p->bursts % TRAIN_BURSTS ? p->train_gap_ns : p->pause_ns;
	p->deadline_ns += (uint64_t)gap_ns;
}

bool pace_due(const struct pace *p)
{
	return p->mean_gap_ns <= 0 || pace_now_ns() >= p->deadline_ns;
}

void pace_wait(const struct pace *p, bool spin)
{
	struct timespec ts = {
		.tv_sec = (time_t)(p->deadline_ns / 1000000000u),
		.tv_nsec = (long)(p->deadline_ns % 1000000000u),
	};

	if (spin)
		while (!pace_due(p))
			;
	else if (p->mean_gap_ns > 0)
		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL) == EINTR)
			;
}
