/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the probes themselves take: the time the kernel says their programs ran, beside the time the
 * workers were on a CPU. The kernel keeps that account only while asked to (BPF_ENABLE_STATS, 5.8,
 * commit d46edd671a14), at two readings of the clock for each program run. So it is asked for a moment
 * now and then, and the report says for how long it was looked at.
 *
 * Not in it: getting into and out of the programs (trampolines, breakpoints); docs/overhead.md has that.
 */
#ifndef SOURCE_COST_H
#define SOURCE_COST_H

#include "model/report.h"
#include "source/attach.h"
#include "source/queues.h"

#define COST_FIRST_LOOK_NS 200000000ull /* so that short profiles have one */
#define COST_LOOK_NS	   100000000ull
#define COST_PERIOD_NS	   2000000000ull

struct cost_worker {
	uint32_t tid;
	uint64_t run_ns; /* when the look began */
};

struct cost {
	int stats_fd; /* -1 = not looking */
	bool refused; /* the kernel does not tell */
	uint64_t next_ns;
	struct report_cost begin; /* sums when the look began; window_ns is the time */
	VEC(struct cost_worker) workers;
	struct report_cost total;
	struct report_cost last; /* the look that ended last */
};

void cost_init(struct cost *cost);

/* Begins or ends a look if it is time to. True when one has just ended: `last` is new. */
bool cost_tick(struct cost *cost, const struct attachment *attachment, const live_queue_vec *queues,
	       uint64_t now_ns);

/* Ends a look that is under way, so that nothing is left switched on. */
void cost_stop(struct cost *cost, const struct attachment *attachment, uint64_t now_ns);
void cost_free(struct cost *cost);

/* Programs' share of the workers' time in per cent; negative = cannot be told. */
double cost_percent(const struct report_cost *cost);

#endif
