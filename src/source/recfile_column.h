/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A column of numbers as bytes and back: a mask says which of their eight bytes are ever used, then come all
 * their first bytes, all their second bytes, … What hardly changes from one to the next then costs next to
 * nothing after compression, and is read without a branch. Pure.
 */
#ifndef SOURCE_RECFILE_COLUMN_H
#define SOURCE_RECFILE_COLUMN_H

#include "base/sink.h"
#include "source/recfile_field.h"

/* Numbers decoded at a time: few enough to stay in the first cache until they are used. */
#define COLUMN_PIECE 128u

/* At most RECFILE_RUNS_MAX numbers. */
void column_put(struct sink *out, const uint64_t *values, uint32_t n);

/* Where the bytes of one column are. */
struct planes {
	const uint8_t *at[8];
	uint8_t byte[8];
	unsigned count; /* 0 = all numbers are 0 */
};

/* False when `in` does not hold a column of n numbers; else it is taken off its front. */
bool column_find(struct bytes *in, struct planes *planes, uint32_t n);

/*
 * Numbers `from` and on, always a whole piece, so that the compiler knows how often its loops turn: up to
 * COLUMN_PIECE bytes behind a plane are read, and numbers behind the last mean nothing.
 */
void column_take(const struct planes *planes, uint32_t from, uint64_t values[COLUMN_PIECE]);

#endif
