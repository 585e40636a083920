// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the columns of a run and of its stages, and what each is counted from. Refuses to know what they mean.
 */
#include "source/recfile_runs.h"

#include "source/recfile.h"
#include "source/recfile_column.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>

/* What a column's numbers stand for; all arithmetic is modulo 2^64, so nothing overflows. */
enum rule {
	RULE_PLAIN,
	RULE_PLUS_ONE, /* VP_UNKNOWN, the usual value, becomes 0 */
	RULE_STEP,  /* signed, from the run before; the first value stands in front of the column */
	RULE_ENTER, /* signed, from the same run's enter_ns */
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
	COLUMN(enter_ns, RULE_STEP),
	COLUMN(wake_ns, RULE_ENTER),
	COLUMN(leave_ns, RULE_ENTER),
	COLUMN(queue, RULE_STEP),
	COLUMN(generation, RULE_STEP),
	COLUMN(worker_tid, RULE_STEP),
	COLUMN(chains, RULE_PLAIN),
	COLUMN(bytes, RULE_PLUS_ONE),
	COLUMN(calls, RULE_PLAIN),
	COLUMN(coalesced, RULE_PLAIN),
	COLUMN(rearms, RULE_PLAIN),
	COLUMN(races, RULE_PLAIN),
	COLUMN(requeues, RULE_PLAIN),
	COLUMN(cpu, RULE_PLAIN),
	COLUMN(cause, RULE_PLAIN),
	COLUMN(end, RULE_PLAIN),
	COLUMN(waiting_enter, RULE_PLUS_ONE),
	COLUMN(waiting_leave, RULE_PLUS_ONE),
};

#define COLUMN_NR (sizeof(columns) / sizeof(columns[0]))
#define COLUMN_NR_0 \
	16 /* of the first minor version; those behind are unknown where they are missing */

#define PIECE COLUMN_PIECE

_Static_assert(COLUMN_NR *(1 + 8 * RECFILE_RUNS_MAX) + VP_STAGE_NR * (1 + 4 * RECFILE_RUNS_MAX) +
			       1 <
		       RECFILE_RAW_MAX,
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

/* What is unknown has all bits set at any width: it becomes 0. */
static uint64_t plus_one(uint64_t value, const struct column *column)
{
	return (value + 1) & (UINT64_MAX >> (64 - 8 * column->width));
}

static void apply(const struct column *column, const struct vp_run *runs, uint64_t *values,
		  uint32_t n)
{
	uint64_t before = load(&runs[0], column);
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint64_t value = load(&runs[i], column);

		if (column->rule == RULE_STEP)
			values[i] = fold(value - before);
		else if (column->rule == RULE_ENTER)
			values[i] = fold(value - runs[i].enter_ns);
		else
			values[i] = column->rule == RULE_PLUS_ONE ? plus_one(value, column) : value;
		before = value;
	}
}

static void put_base(struct sink *out, uint64_t base)
{
	uint8_t bytes[8];
	unsigned i;

	for (i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(base >> 8 * i);
	sink_write(out, bytes, sizeof(bytes));
}

static bool take_base(struct bytes *in, uint64_t *base)
{
	unsigned i;

	if (in->end - in->at < 8)
		return false;
	for (*base = 0, i = 0; i < 8; i++)
		*base |= (uint64_t)*in->at++ << 8 * i;
	return true;
}

void runs_pack(struct sink *out, const struct vp_run *runs, uint32_t n)
{
	uint64_t values[RECFILE_RUNS_MAX];
	size_t i;

	for (i = 0; i < COLUMN_NR; i++) {
		apply(&columns[i], runs, values, n);
		if (columns[i].rule == RULE_STEP)
			put_base(out, load(&runs[0], &columns[i]));
		column_put(out, values, n);
	}
}

static void undo(const struct column *column, uint64_t *last, const uint64_t *enter_ns,
		 uint64_t values[PIECE])
{
	uint64_t before = *last;
	uint32_t i;

	if (column->rule == RULE_STEP)
		for (i = 0; i < PIECE; i++)
			values[i] = before += unfold(values[i]);
	else if (column->rule == RULE_ENTER)
		for (i = 0; i < PIECE; i++)
			values[i] = unfold(values[i]) + enter_ns[i];
	else if (column->rule == RULE_PLUS_ONE)
		for (i = 0; i < PIECE; i++)
			values[i]--;
	*last = before;
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

/* The columns of one block as far as they were read. */
struct table {
	struct planes planes[COLUMN_NR];
	uint64_t before[COLUMN_NR]; /* the last value of the piece before; the base at first */
};

static void unpack_piece(struct table *table, struct vp_run *runs, uint32_t from, uint32_t n)
{
	uint64_t values[PIECE], enter_ns[PIECE];
	size_t i;

	for (i = 0; i < COLUMN_NR; i++) {
		if (!table->planes[i].count && columns[i].rule <= RULE_PLUS_ONE)
			continue; /* all are as in a blank run */
		column_take(&table->planes[i], from, values);
		undo(&columns[i], &table->before[i], enter_ns, values);
		store(&columns[i], runs + from, values, n);
		if (!i)
			memcpy(enter_ns, values, sizeof(enter_ns));
	}
}

static bool find_columns(struct bytes *in, struct table *table, uint32_t n)
{
	size_t i;

	for (i = 0; i < COLUMN_NR; i++) {
		if (i >= COLUMN_NR_0 && in->at == in->end)
			table->planes[i].count = 0;
		else if ((columns[i].rule == RULE_STEP && !take_base(in, &table->before[i])) ||
			 !column_find(in, &table->planes[i], n))
			return false;
	}
	return true;
}

int runs_unpack(struct bytes *in, struct vp_run *runs, uint32_t n)
{
	/* What a column whose numbers are all 0 says. */
	static const struct vp_run blank = {.bytes = VP_UNKNOWN,
					    .waiting_enter = VP_UNKNOWN_U16,
					    .waiting_leave = VP_UNKNOWN_U16};
	struct table table;
	uint32_t from, i;

	if (!find_columns(in, &table, n))
		return -EBADMSG;
	for (i = 0; i < n; i++)
		runs[i] = blank;
	for (from = 0; from < n; from += PIECE)
		unpack_piece(&table, runs, from, n - from < PIECE ? n - from : PIECE);
	return 0;
}

void stages_pack(struct sink *out, const struct vp_stages *stages, uint32_t n)
{
	uint8_t count = stages ? VP_STAGE_NR : 0;
	uint64_t values[RECFILE_RUNS_MAX];
	uint32_t i, stage;

	sink_write(out, &count, 1);
	for (stage = 0; stage < count; stage++) {
		for (i = 0; i < n; i++)
			values[i] = stages[i].ns[stage];
		column_put(out, values, n);
	}
}

static void unpack_stage(const struct planes *planes, uint32_t stage, struct vp_stages *stages,
			 uint32_t n)
{
	uint64_t values[PIECE];
	uint32_t from, i;

	for (from = 0; from < n; from += PIECE) {
		column_take(planes, from, values);
		for (i = 0; i < PIECE && from + i < n; i++)
			stages[from + i].ns[stage] = (uint32_t)values[i];
	}
}

int stages_unpack(struct bytes *in, struct vp_stages *stages, uint32_t n)
{
	uint32_t stage, count = in->at < in->end ? *in->at++ : 0;
	struct planes planes;

	if (!count)
		return 0;
	memset(stages, 0, n * sizeof(*stages));
	for (stage = 0; stage < count; stage++) {
		if (!column_find(in, &planes, n))
			return -EBADMSG;
		if (stage < VP_STAGE_NR)
			unpack_stage(&planes, stage, stages, n);
	}
	return 1;
}
