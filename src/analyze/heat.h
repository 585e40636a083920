/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How many latencies there were, time by latency, one grid per queue. Streaming: a bin of time doubles
 * whenever the source outgrows HEAT_BINS of them. Rows are logarithmic, four to each doubling. Pure.
 */
#ifndef ANALYZE_HEAT_H
#define ANALYZE_HEAT_H

#include "base/vec.h"

#include <stdint.h>

#define HEAT_BINS   2048u
#define HEAT_ROWS   144u /* up to 2^36 ns */
#define HEAT_QUEUES 64u	 /* 1.1 MiB each; others are counted */

struct heat {
	uint64_t begin_ns;     /* of the first bin */
	uint32_t log;	       /* a bin is 2^log ns */
	uint32_t bins;	       /* in use */
	uint64_t unplaced;     /* latencies of queues there was no room for */
	VEC(uint32_t *) grids; /* cell [bin * HEAT_ROWS + row] */
};

/* 0 or -ENOMEM. What was over before the first one counts as if it had been at the same time. */
int heat_add(struct heat *heat, size_t queue, uint64_t at_ns, uint64_t latency_ns);
void heat_free(struct heat *heat);

uint32_t heat_row(uint64_t latency_ns);
/* The smallest latency of the row. */
uint64_t heat_row_low(uint32_t row);

#endif
