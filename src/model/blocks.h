/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was counted in each of a few dozen equal stretches of a source: the spread between them says how
 * much a number moves by itself. A stretch is so much time, or so many runs. Streaming: the length of a
 * block doubles, and neighbours are merged, whenever the source outgrows BLOCKS_MAX of them, so memory
 * does not grow with it.
 *
 * Knows runs and calls as numbers. Refuses to know what is made of them. Pure.
 */
#ifndef MODEL_BLOCKS_H
#define MODEL_BLOCKS_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/wire.h>

#define BLOCKS_MAX 64u

/* The part of a histogram that is not empty, in order of buckets. */
struct blocks_cell {
	uint32_t bucket;
	uint32_t count;
};
typedef VEC(struct blocks_cell) blocks_cells;

struct stretch {
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
	uint32_t log;	 /* a block is 2^log long */
	uint32_t len;	 /* blocks in use */
	bool with_cells; /* the histograms are kept, too */
	struct stretch items[BLOCKS_MAX];
};

struct blocks_run {
	const struct vp_run *run;
	uint64_t gap_ns; /* that it closed; VP_UNKNOWN if none */
	bool churned;
};

struct blocks *blocks_new(bool with_cells); /* NULL when out of memory */
void blocks_free(struct blocks *blocks);    /* NULL is fine */

/* Both count into the block that holds `place`, counted from where the first one begins. */
int blocks_add_run(struct blocks *blocks, uint64_t place, const struct blocks_run *run);
int blocks_add_call(struct blocks *blocks, uint64_t place, uint64_t time_ns);

/* Makes blocks longer until one is 2^log; -ENOMEM. */
int blocks_fold(struct blocks *blocks, uint32_t log);
/* Adds what `from` counted to `into`, which may then have longer blocks; -ENOMEM. */
int blocks_merge(struct blocks *into, struct blocks *from);

/* The same things along both measures of a source. Either may be NULL: nothing happened, or nobody asked. */
struct blocks_pair {
	struct blocks *by_run;	/* of any queue; with histograms */
	struct blocks *by_time; /* since the start, in ns; NULL without absolute time */
};

/* Where in the source something happened. */
struct blocks_place {
	uint64_t runs;	  /* of any queue, before it */
	uint64_t time_ns; /* VP_UNKNOWN without absolute time */
};

int blocks_pair_add_run(struct blocks_pair *pair, const struct blocks_place *place,
			const struct blocks_run *run);
int blocks_pair_add_call(struct blocks_pair *pair, const struct blocks_place *place,
			 uint64_t time_ns);
int blocks_pair_merge(struct blocks_pair *into, struct blocks_pair *from);
void blocks_pair_free(struct blocks_pair *pair);

/* How many values of `cells` lie in buckets above `bucket`. */
uint64_t blocks_above(const blocks_cells *cells, uint32_t bucket);
uint64_t blocks_count(const blocks_cells *cells);

#endif
