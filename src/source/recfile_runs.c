// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the columns of a run and what each is counted from. Refuses to know what they mean.
 */
#include "source/recfile_runs.h"

#include "source/recfile.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* What a column's numbers stand for; all arithmetic is modulo 2^64, so nothing overflows. */
enum rule {
	RULE_PLAIN,
	RULE_PLUS_ONE, /* VP_UNKNOWN, the usual value, becomes 0 */
	RULE_STEP,     /* signed, from the run before in the block; the first from 0 */
	RULE_ENTER,    /* signed, from the same run's enter_ns */
};

struct column {
	uint8_t offset;
	uint8_t width;
	uint8_t rule;
};

#define COLUMN(field, rule)                                                               \
	{                                                                                 \
		offsetof(struct vp_run, field), sizeof(((struct vp_run *)0)->field), rule \
	}

/* In the order of the file. New ones go to the end: older readers skip them. enter_ns comes first. */
static const struct column columns[] = {
	COLUMN(enter_ns, RULE_STEP),   COLUMN(wake_ns, RULE_ENTER),   COLUMN(leave_ns, RULE_ENTER),
	COLUMN(queue, RULE_STEP),      COLUMN(generation, RULE_STEP), COLUMN(worker_tid, RULE_STEP),
	COLUMN(chains, RULE_PLAIN),    COLUMN(bytes, RULE_PLUS_ONE),  COLUMN(calls, RULE_PLAIN),
	COLUMN(coalesced, RULE_PLAIN), COLUMN(rearms, RULE_PLAIN),    COLUMN(races, RULE_PLAIN),
	COLUMN(requeues, RULE_PLAIN),  COLUMN(cpu, RULE_PLAIN),	      COLUMN(cause, RULE_PLAIN),
	COLUMN(end, RULE_PLAIN),
};

#define COLUMN_NR (sizeof(columns) / sizeof(columns[0]))

_Static_assert(COLUMN_NR *RECFILE_RUNS_MAX *NUMBER_BYTES_MAX < RECFILE_RAW_MAX,
	       "any runs fit a block");

/* Small numbers of either sign become small numbers. */
static uint64_t fold(uint64_t value)
{
	return value << 1 ^ (0 - (value >> 63));
}

static uint64_t unfold(uint64_t value)
{
	return value >> 1 ^ (0 - (value & 1));
}

static uint64_t load(const struct vp_run *run, const struct column *column)
{
	const char *at = (const char *)run + column->offset;

	switch (column->width) {
	case 8:
		return *(const __u64 *)(const void *)at;
	case 4:
		return *(const uint32_t *)(const void *)at;
	case 2:
		return *(const uint16_t *)(const void *)at;
	default:
		return *(const uint8_t *)at;
	}
}

static void apply(const struct column *column, const struct vp_run *runs, uint64_t *values,
		  uint32_t n)
{
	uint64_t before = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t value = load(&runs[i], column);

		if (column->rule == RULE_STEP)
			values[i] = fold(value - before);
		else if (column->rule == RULE_ENTER)
			values[i] = fold(value - runs[i].enter_ns);
		else
			values[i] = value + (column->rule == RULE_PLUS_ONE);
		before = value;
	}
}

/* A column of zeros only is an empty one. */
static void put_column(struct sink *out, const uint64_t *values, uint32_t n)
{
	uint8_t packed[RECFILE_RUNS_MAX * NUMBER_BYTES_MAX], head[NUMBER_BYTES_MAX];
	uint64_t any = 0;
	size_t used = 0;
	uint32_t i;

	for (i = 0; i < n; i++) {
		any |= values[i];
		used += number_put(packed + used, values[i]);
	}
	used = any ? used : 0;
	sink_write(out, head, number_put(head, used));
	sink_write(out, packed, used);
}

void runs_pack(struct sink *out, const struct vp_run *runs, uint32_t n)
{
	uint64_t values[RECFILE_RUNS_MAX];
	size_t i;

	for (i = 0; i < COLUMN_NR; i++) {
		apply(&columns[i], runs, values, n);
		put_column(out, values, n);
	}
}

/* Eight numbers below 128 in a row are the usual case: one look at all of them. */
static uint32_t take_small(struct bytes *in, uint64_t *values, uint32_t n)
{
	uint32_t done = 0, i;

	while (n - done >= 8 && in->end - in->at >= 8) {
		uint64_t word;

		memcpy(&word, in->at, sizeof(word));
		if (word & 0x8080808080808080ull)
			break;
		for (i = 0; i < 8; i++)
			values[done + i] = in->at[i];
		in->at += 8;
		done += 8;
	}
	return done;
}

/* The same for a number of two bytes, without a loop. */
static bool take_one(struct bytes *in, uint64_t *value)
{
	if (in->end - in->at >= 2 && in->at[1] < 0x80) {
		uint64_t first = in->at[0], is_two = first >> 7;

		*value = (first & 0x7f) | (is_two ? (uint64_t)in->at[1] << 7 : 0);
		in->at += 1 + is_two;
		return true;
	}
	return number_take(in, value);
}

static int take_column(struct bytes in, uint64_t *values, uint32_t n)
{
	uint32_t i = 0;

	if (in.at == in.end) {
		memset(values, 0, n * sizeof(*values));
		return 0;
	}
	while (i < n) {
		i += take_small(&in, values + i, n - i);
		if (i < n && !take_one(&in, &values[i++]))
			return -EBADMSG;
	}
	return in.at == in.end ? 0 : -EBADMSG;
}

static void undo(const struct column *column, const struct vp_run *runs, uint64_t *values,
		 uint32_t n)
{
	uint64_t before = 0;
	uint32_t i;

	if (column->rule == RULE_STEP)
		for (i = 0; i < n; i++)
			values[i] = before += unfold(values[i]);
	else if (column->rule == RULE_ENTER)
		for (i = 0; i < n; i++)
			values[i] = unfold(values[i]) + runs[i].enter_ns;
	else if (column->rule == RULE_PLUS_ONE)
		for (i = 0; i < n; i++)
			values[i]--;
}

#define STORE(type)             \
	for (i = 0; i < n; i++) \
	*(type *)(void *)((char *)&runs[i] + column->offset) = (type)values[i]

static void store(const struct column *column, struct vp_run *runs, const uint64_t *values,
		  uint32_t n)
{
	uint32_t i;

	switch (column->width) {
	case 8:
		STORE(__u64);
		break;
	case 4:
		STORE(uint32_t);
		break;
	case 2:
		STORE(uint16_t);
		break;
	default:
		STORE(uint8_t);
	}
}

int runs_unpack(struct bytes in, struct vp_run *runs, uint32_t n)
{
	uint64_t values[RECFILE_RUNS_MAX], len;
	size_t i;

	memset(runs, 0, n * sizeof(*runs));
	for (i = 0; i < COLUMN_NR; i++) {
		struct bytes column;

		if (!number_take(&in, &len) || len > (uint64_t)(in.end - in.at))
			return -EBADMSG;
		column = (struct bytes){in.at, in.at + len};
		in.at += len;
		if (take_column(column, values, n))
			return -EBADMSG;
		undo(&columns[i], runs, values, n);
		store(&columns[i], runs, values, n);
	}
	return 0;
}
