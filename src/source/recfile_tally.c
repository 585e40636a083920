// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows what is counted from runs alone. Refuses to know what a report makes of the counts.
 */
#include "source/recfile_tally.h"

#include <errno.h>
#include <stdlib.h>

void tallies_free(struct tallies *tallies)
{
	vec_foreach (tally, &tallies->items) {
		if (*tally)
			blocks_pair_free(&(*tally)->blocks);
		free(*tally);
	}
	vec_free(&tallies->items);
}

struct tally *tallies_find(const struct tallies *tallies, size_t index)
{
	return index < tallies->items.len ? tallies->items.items[index] : NULL;
}

static struct tally *tally_at(struct tallies *tallies, size_t index)
{
	while (tallies->items.len <= index)
		if (!vec_add(&tallies->items))
			return NULL;
	if (!tallies->items.items[index])
		tallies->items.items[index] = calloc(1, sizeof(struct tally));
	return tallies->items.items[index];
}

void tallies_hole(struct tallies *tallies)
{
	vec_foreach (tally, &tallies->items)
		if (*tally)
			(*tally)->previous = (struct counters_previous){0};
}

/* Blocks begin with the recording: with its first mark, which comes before all runs. */
static int add_to_blocks(struct tallies *tallies, struct tally *tally, const struct recfile *file,
			 const struct vp_run *run)
{
	const struct recfile_mark *first = recfile_first_mark(file);
	uint64_t start_ns = first ? first->time_ns : tallies->first_ns;
	uint64_t gap_ns = counters_gap_ns(&tally->previous, run, GAP_ENDS_AT_WAKE);
	struct blocks_place place = {
		.runs = tallies->runs,
		.time_ns = run->leave_ns > start_ns && tallies->runs ? run->leave_ns - start_ns : 0,
	};
	struct blocks_run done = {
		.run = run,
		.gap_ns = gap_ns,
		.churned = gap_ns != VP_UNKNOWN && gap_ns <= tallies->churn_window_ns,
	};

	return blocks_pair_add_run(&tally->blocks, &place, &done);
}

static void add_time(struct tally *tally, const struct vp_run *run)
{
	unsigned cause = run->cause < VP_CAUSE_NR ? run->cause : VP_CAUSE_UNKNOWN;

	if (run->leave_ns > run->enter_ns)
		tally->service_ns[cause] += run->leave_ns - run->enter_ns;
}

int tallies_add(struct tallies *tallies, int index, const struct recfile *file,
		const struct vp_run *run)
{
	struct tally *tally = index < 0 ? NULL : tally_at(tallies, (size_t)index);

	if (index >= 0 && !tally)
		return -ENOMEM;
	if (!tally) {
		tallies->unplaced_runs++;
		return 0;
	}
	if (tallies->blocks && add_to_blocks(tallies, tally, file, run))
		return -ENOMEM;
	counters_add_run(&tally->counters, &tally->previous, run, GAP_ENDS_AT_WAKE,
			 tallies->churn_window_ns);
	add_time(tally, run);
	if (!tallies->runs++ || run->enter_ns < tallies->first_ns)
		tallies->first_ns = run->enter_ns;
	if (run->leave_ns > tallies->last_ns)
		tallies->last_ns = run->leave_ns;
	return 0;
}
