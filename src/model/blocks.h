/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was counted in each of a few dozen equal stretches of time: the spread between them says how
 * much a number moves by itself. Streaming: the length of a block doubles, and neighbours are merged,
 * whenever the time outgrows BLOCKS_MAX of them, so memory does not grow with the length of a source.
 *
 * Knows runs and calls as numbers. Refuses to know what is made of them. Pure.
 */
#ifndef MODEL_BLOCKS_H
#define MODEL_BLOCKS_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/wire.h>

#define BLOCKS_MAX	    64u
#define BLOCKS_SHORTEST_LOG 10u /* of the length in ns, at first */

/* The part of a histogram that is not empty, in order of buckets. */
struct blocks_cell {
	uint32_t bucket;
	uint32_t count;
};
typedef VEC(struct blocks_cell) blocks_cells;

struct time_block {
	uint64_t events;  /* runs of a queue, calls of a function */
	uint64_t time_ns; /* service time of runs, total time of calls */
	uint64_t chains;
	uint64_t kicks;	  /* runs caused by a kick */
	uint64_t rearmed; /* runs that ended re-armed */
	uint64_t churn_runs;
	blocks_cells time;
	blocks_cells wake;
	blocks_cells gap;
};

struct blocks {
	uint32_t log; /* a block is 2^log ns long */
	uint32_t len; /* blocks in use */
	struct time_block items[BLOCKS_MAX];
};

struct blocks_run {
	const struct vp_run *run;
	uint64_t gap_ns; /* that it closed; VP_UNKNOWN if none */
	bool churned;
};

struct blocks *blocks_new(void);	 /* NULL when out of memory */
void blocks_free(struct blocks *blocks); /* NULL is fine */

/* Both count into the block that holds `now_ns`, counted from where the first block begins. */
int blocks_add_run(struct blocks *blocks, uint64_t now_ns, const struct blocks_run *run);
int blocks_add_call(struct blocks *blocks, uint64_t now_ns, uint64_t time_ns);

/* Makes blocks longer until one is 2^log ns; -ENOMEM. */
int blocks_fold(struct blocks *blocks, uint32_t log);
/* Adds what `from` counted to `into`, which may then have longer blocks; -ENOMEM. */
int blocks_merge(struct blocks *into, struct blocks *from);

/* How many values of `cells` lie in buckets above `bucket`. */
uint64_t blocks_above(const blocks_cells *cells, uint32_t bucket);
uint64_t blocks_count(const blocks_cells *cells);

#endif
