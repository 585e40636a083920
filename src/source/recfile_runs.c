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
	COLUMN(enter_ns, RULE_STEP),   COLUMN(wake_ns, RULE_ENTER),   COLUMN(leave_ns, RULE_ENTER),
	COLUMN(queue, RULE_STEP),      COLUMN(generation, RULE_STEP), COLUMN(worker_tid, RULE_STEP),
	COLUMN(chains, RULE_PLAIN),    COLUMN(bytes, RULE_PLUS_ONE),  COLUMN(calls, RULE_PLAIN),
	COLUMN(coalesced, RULE_PLAIN), COLUMN(rearms, RULE_PLAIN),    COLUMN(races, RULE_PLAIN),
	COLUMN(requeues, RULE_PLAIN),  COLUMN(cpu, RULE_PLAIN),	      COLUMN(cause, RULE_PLAIN),
	COLUMN(end, RULE_PLAIN),
};

#define COLUMN_NR (sizeof(columns) / sizeof(columns[0]))

/* Runs decoded at a time: few enough to stay in the first cache until they are whole. */
#define PIECE RUNS_OVERREAD

_Static_assert(COLUMN_NR *(1 + 8 * RECFILE_RUNS_MAX) < RECFILE_RAW_MAX, "any runs fit a block");

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
	uint64_t before = load(&runs[0], column);
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

/* Says which bytes of the numbers are ever used, then all their first bytes, second bytes, … */
static void put_column(struct sink *out, const uint64_t *values, uint32_t n)
{
	uint8_t plane[RECFILE_RUNS_MAX], mask = 0;
	uint64_t any = 0;
	unsigned byte;
	uint32_t i;

	for (i = 0; i < n; i++)
		any |= values[i];
	for (byte = 0; byte < 8; byte++)
		mask |= (uint8_t)(((any >> 8 * byte & 0xff) != 0) << byte);
	sink_write(out, &mask, 1);
	for (byte = 0; byte < 8; byte++) {
		if (!(mask >> byte & 1))
			continue;
		for (i = 0; i < n; i++)
			plane[i] = (uint8_t)(values[i] >> 8 * byte);
		sink_write(out, plane, n);
	}
}

void runs_pack(struct sink *out, const struct vp_run *runs, uint32_t n)
{
	uint64_t values[RECFILE_RUNS_MAX];
	size_t i;

	for (i = 0; i < COLUMN_NR; i++) {
		apply(&columns[i], runs, values, n);
		if (columns[i].rule == RULE_STEP)
			put_base(out, load(&runs[0], &columns[i]));
		put_column(out, values, n);
	}
}

/* Where the bytes of one column are. */
struct planes {
	const uint8_t *at[8];
	uint8_t byte[8];
	unsigned count;
	uint64_t before; /* the last value of the piece before; the base at first */
};

static bool find_planes(struct bytes *in, struct planes *planes, uint32_t n)
{
	unsigned byte, mask;

	planes->count = 0;
	if (in->at == in->end)
		return false;
	mask = *in->at++;
	for (byte = 0; byte < 8; byte++) {
		if (!(mask >> byte & 1))
			continue;
		if ((size_t)(in->end - in->at) < n)
			return false;
		planes->at[planes->count] = in->at;
		planes->byte[planes->count++] = (uint8_t)byte;
		in->at += n;
	}
	return true;
}

/* A whole piece each time, so that the compiler knows how often its loops turn. */
static void take_piece(const struct planes *planes, uint32_t from, uint64_t values[PIECE])
{
	unsigned p;
	uint32_t i;

	memset(values, 0, PIECE * sizeof(*values));
	for (p = 0; p < planes->count; p++) {
		const uint8_t *plane = planes->at[p] + from;
		unsigned shift = 8u * planes->byte[p];

		for (i = 0; i < PIECE; i++)
			values[i] |= (uint64_t)plane[i] << shift;
	}
}

static void undo(const struct column *column, struct planes *planes, const uint64_t *enter_ns,
		 uint64_t values[PIECE])
{
	uint64_t before = planes->before;
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
	planes->before = before;
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

static void unpack_piece(struct planes planes[COLUMN_NR], struct vp_run *runs, uint32_t from,
			 uint32_t n)
{
	uint64_t values[PIECE], enter_ns[PIECE];
	size_t i;

	for (i = 0; i < COLUMN_NR; i++) {
		if (!planes[i].count && columns[i].rule == RULE_PLAIN)
			continue; /* they are zeros already */
		take_piece(&planes[i], from, values);
		undo(&columns[i], &planes[i], enter_ns, values);
		store(&columns[i], runs + from, values, n);
		if (!i)
			memcpy(enter_ns, values, sizeof(enter_ns));
	}
}

int runs_unpack(struct bytes in, struct vp_run *runs, uint32_t n)
{
	struct planes planes[COLUMN_NR];
	uint32_t from;
	size_t i;

	for (i = 0; i < COLUMN_NR; i++) {
		if (columns[i].rule == RULE_STEP && !take_base(&in, &planes[i].before))
			return -EBADMSG;
		if (!find_planes(&in, &planes[i], n))
			return -EBADMSG;
	}
	memset(runs, 0, n * sizeof(*runs));
	for (from = 0; from < n; from += PIECE)
		unpack_piece(planes, runs, from, n - from < PIECE ? n - from : PIECE);
	return 0;
}
