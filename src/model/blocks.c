// SPDX-License-Identifier: BSD-2-Clause
#include "model/blocks.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

struct blocks *blocks_new(void)
{
	struct blocks *blocks = calloc(1, sizeof(*blocks));

	if (!blocks)
		return NULL;
	blocks->log = BLOCKS_SHORTEST_LOG;
	return blocks;
}

static void clear(struct time_block *block)
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

static int merge_block(struct time_block *into, const struct time_block *from)
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
		struct time_block *from = &blocks->items[i], *into = &blocks->items[i / 2];

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

static struct time_block *at(struct blocks *blocks, uint64_t now_ns)
{
	while (now_ns >> blocks->log >= BLOCKS_MAX)
		if (halve(blocks))
			return NULL;
	if (blocks->len <= now_ns >> blocks->log)
		blocks->len = (uint32_t)(now_ns >> blocks->log) + 1;
	return &blocks->items[now_ns >> blocks->log];
}

int blocks_add_run(struct blocks *blocks, uint64_t now_ns, const struct blocks_run *done)
{
	const struct vp_run *run = done->run;
	struct time_block *block = at(blocks, now_ns);
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
	error = add_cell(&block->time, vp_bucket_of(time_ns), 1);
	if (!error && run->wake_ns != VP_UNKNOWN) {
		uint64_t wake_ns = run->enter_ns > run->wake_ns ? run->enter_ns - run->wake_ns : 0;

		error = add_cell(&block->wake, vp_bucket_of(wake_ns), 1);
	}
	if (!error && done->gap_ns != VP_UNKNOWN)
		error = add_cell(&block->gap, vp_bucket_of(done->gap_ns), 1);
	return error;
}

int blocks_add_call(struct blocks *blocks, uint64_t now_ns, uint64_t time_ns)
{
	struct time_block *block = at(blocks, now_ns);

	if (!block)
		return -ENOMEM;
	block->events++;
	block->time_ns += time_ns;
	return add_cell(&block->time, vp_bucket_of(time_ns), 1);
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
