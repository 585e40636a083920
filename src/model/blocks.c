// SPDX-License-Identifier: BSD-2-Clause
#include "model/blocks.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct blocks *blocks_new(bool with_cells)
{
	struct blocks *blocks = calloc(1, sizeof(*blocks));

	if (blocks)
		blocks->with_cells = with_cells;
	return blocks;
}

static void clear(struct stretch *block)
{
	vec_free(&block->time);
	vec_free(&block->wake);
	vec_free(&block->gap);
	memset(block, 0, sizeof(*block));
}

void blocks_free(struct blocks *blocks)
{
	uint32_t i;

	for (i = 0; blocks && i < BLOCKS_MAX; i++)
		clear(&blocks->items[i]);
	free(blocks);
}

/* The first cell at or behind `bucket`. */
static size_t position(const blocks_cells *cells, uint32_t bucket)
{
	size_t low = 0, high = cells->len;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (cells->items[middle].bucket < bucket)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static int add_cell(blocks_cells *cells, uint32_t bucket, uint32_t count)
{
	size_t at = position(cells, bucket);

	if (at == cells->len || cells->items[at].bucket != bucket) {
		if (!vec_add(cells))
			return -ENOMEM;
		memmove(&cells->items[at + 1], &cells->items[at],
			(cells->len - 1 - at) * sizeof(*cells->items));
		cells->items[at] = (struct blocks_cell){.bucket = bucket};
	}
	cells->items[at].count += count;
	return 0;
}

static int merge_cells(blocks_cells *into, const blocks_cells *from)
{
	int error = 0;

	vec_foreach (cell, from)
		if (!error)
			error = add_cell(into, cell->bucket, cell->count);
	return error;
}

static int merge_block(struct stretch *into, const struct stretch *from)
{
	int error = merge_cells(&into->time, &from->time);

	if (!error)
		error = merge_cells(&into->wake, &from->wake);
	if (!error)
		error = merge_cells(&into->gap, &from->gap);
	into->events += from->events;
	into->time_ns += from->time_ns;
	into->chains += from->chains;
	into->kicks += from->kicks;
	into->rearmed += from->rearmed;
	into->churn_runs += from->churn_runs;
	return error;
}

static int halve(struct blocks *blocks)
{
	int error = 0;
	uint32_t i;

	for (i = 0; !error && i < blocks->len; i++) {
		struct stretch *from = &blocks->items[i], *into = &blocks->items[i / 2];

		if (i % 2) {
			error = merge_block(into, from);
			clear(from);
		} else if (from != into) {
			*into = *from;
			memset(from, 0, sizeof(*from));
		}
	}
	blocks->len = (blocks->len + 1) / 2;
	blocks->log++;
	return error;
}

int blocks_fold(struct blocks *blocks, uint32_t log)
{
	int error = 0;

	while (!error && blocks->log < log)
		error = halve(blocks);
	return error;
}

static struct stretch *at(struct blocks *blocks, uint64_t place)
{
	while (place >> blocks->log >= BLOCKS_MAX)
		if (halve(blocks))
			return NULL;
	if (blocks->len <= place >> blocks->log)
		blocks->len = (uint32_t)(place >> blocks->log) + 1;
	return &blocks->items[place >> blocks->log];
}

int blocks_add_run(struct blocks *blocks, uint64_t place, const struct blocks_run *done)
{
	const struct vp_run *run = done->run;
	struct stretch *block = at(blocks, place);
	uint64_t time_ns = run->leave_ns > run->enter_ns ? run->leave_ns - run->enter_ns : 0;
	int error = block ? 0 : -ENOMEM;

	if (error)
		return error;
	block->events++;
	block->time_ns += time_ns;
	block->chains += run->chains;
	block->kicks += run->cause == VP_CAUSE_KICK;
	block->rearmed += run->end == VP_END_REARMED;
	block->churn_runs += done->churned;
	if (!blocks->with_cells)
		return 0;
	error = add_cell(&block->time, vp_bucket_of(time_ns), 1);
	if (!error && run->wake_ns != VP_UNKNOWN) {
		uint64_t wake_ns = run->enter_ns > run->wake_ns ? run->enter_ns - run->wake_ns : 0;

		error = add_cell(&block->wake, vp_bucket_of(wake_ns), 1);
	}
	if (!error && done->gap_ns != VP_UNKNOWN)
		error = add_cell(&block->gap, vp_bucket_of(done->gap_ns), 1);
	return error;
}

int blocks_add_call(struct blocks *blocks, uint64_t place, uint64_t time_ns)
{
	struct stretch *block = at(blocks, place);

	if (!block)
		return -ENOMEM;
	block->events++;
	block->time_ns += time_ns;
	return blocks->with_cells ? add_cell(&block->time, vp_bucket_of(time_ns), 1) : 0;
}

int blocks_merge(struct blocks *into, struct blocks *from)
{
	int error = blocks_fold(into, from->log);
	uint32_t i;

	if (!error)
		error = blocks_fold(from, into->log);
	for (i = 0; !error && i < from->len; i++)
		error = merge_block(&into->items[i], &from->items[i]);
	if (from->len > into->len)
		into->len = from->len;
	return error;
}

static int prepare(struct blocks_pair *pair, const struct blocks_place *place)
{
	if (!pair->by_run)
		pair->by_run = blocks_new(true);
	if (!pair->by_time && place->time_ns != VP_UNKNOWN)
		pair->by_time = blocks_new(false);
	return pair->by_run && (pair->by_time || place->time_ns == VP_UNKNOWN) ? 0 : -ENOMEM;
}

int blocks_pair_add_run(struct blocks_pair *pair, const struct blocks_place *place,
			const struct blocks_run *run)
{
	int error = prepare(pair, place);

	if (!error)
		error = blocks_add_run(pair->by_run, place->runs, run);
	if (!error && place->time_ns != VP_UNKNOWN)
		error = blocks_add_run(pair->by_time, place->time_ns, run);
	return error;
}

int blocks_pair_add_call(struct blocks_pair *pair, const struct blocks_place *place,
			 uint64_t time_ns)
{
	int error = prepare(pair, place);

	if (!error)
		error = blocks_add_call(pair->by_run, place->runs, time_ns);
	if (!error && place->time_ns != VP_UNKNOWN)
		error = blocks_add_call(pair->by_time, place->time_ns, time_ns);
	return error;
}

static int merge_or_move(struct blocks **into, struct blocks **from)
{
	if (*into && *from)
		return blocks_merge(*into, *from);
	if (!*into) {
		*into = *from;
		*from = NULL;
	}
	return 0;
}

int blocks_pair_merge(struct blocks_pair *into, struct blocks_pair *from)
{
	int error = merge_or_move(&into->by_run, &from->by_run);

	return error ? error : merge_or_move(&into->by_time, &from->by_time);
}

void blocks_pair_free(struct blocks_pair *pair)
{
	blocks_free(pair->by_run);
	blocks_free(pair->by_time);
	*pair = (struct blocks_pair){NULL, NULL};
}

uint64_t blocks_above(const blocks_cells *cells, uint32_t bucket)
{
	uint64_t above = 0;
	size_t i;

	for (i = position(cells, bucket + 1); i < cells->len; i++)
		above += cells->items[i].count;
	return above;
}

uint64_t blocks_count(const blocks_cells *cells)
{
	uint64_t count = 0;

	vec_foreach (cell, cells)
		count += cell->count;
	return count;
}
