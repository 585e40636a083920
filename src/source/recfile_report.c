// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows what runs alone can tell and what they cannot. Refuses to know how they were stored.
 */
#include "source/recfile_report.h"

#include "model/counters.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct tally {
	struct vp_counters counters;
	struct counters_previous previous;
	struct blocks_pair blocks;
};

/* What the runs of a recording add up to; indexed like its queues. */
struct tallies {
	VEC(struct tally *) items;
	uint64_t churn_window_ns;
	uint64_t runs, unplaced_runs;
	uint64_t first_ns, last_ns;
	bool blocks;
};

static void tallies_free(struct tallies *tallies)
{
	vec_foreach (tally, &tallies->items) {
		if (*tally)
			blocks_pair_free(&(*tally)->blocks);
		free(*tally);
	}
	vec_free(&tallies->items);
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

/* No gap spans a hole. */
static void forget_previous(struct tallies *tallies)
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

static int add_run(struct tallies *tallies, struct recfile *file, const struct vp_run *run)
{
	int index = recfile_queue_of(file, run);
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
	if (!tallies->runs++ || run->enter_ns < tallies->first_ns)
		tallies->first_ns = run->enter_ns;
	if (run->leave_ns > tallies->last_ns)
		tallies->last_ns = run->leave_ns;
	return 0;
}

static int add_up(struct tallies *tallies, struct recfile *file, struct err *err)
{
	struct recfile_runs runs;
	int more;

	while ((more = recfile_next(file, &runs, err)) > 0) {
		uint32_t i;

		/* The first block is read by now. */
		tallies->churn_window_ns = recfile_meta(file)->churn_window_ns;
		if (runs.missing)
			forget_previous(tallies);
		for (i = 0; i < runs.len; i++)
			if (add_run(tallies, file, &runs.items[i]))
				return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	}
	return more;
}

static bool was_attached(const struct recfile_meta *meta, const char *name)
{
	vec_foreach (probe, &meta->probes)
		if (probe->name && probe->how && !strcmp(probe->name, name))
			return strcmp(probe->how, "-") != 0;
	return false;
}

/* What happens outside runs is not in them; what a probe would have seen is not there without it. */
static void forget_unmeasured(struct report_queue *queue, const struct recfile_meta *meta)
{
	int reason;

	queue->doorbells = queue->coalesced = queue->requeues = VP_UNKNOWN;
	for (reason = 0; reason < VP_REQUEUE_NR; reason++)
		queue->requeue_reasons[reason] = VP_UNKNOWN;
	if (!was_attached(meta, "call"))
		queue->calls = VP_UNKNOWN;
	if (!was_attached(meta, "enable_notify"))
		queue->rearms = queue->races = queue->churn_runs = VP_UNKNOWN;
}

static int add_queue(struct report *report, const struct recfile_queue *queue,
		     const struct vp_counters *counters, const struct recfile_meta *meta)
{
	struct report_queue *out = report_add_queue(report);

	if (!out)
		return -ENOMEM;
	report_queue_counters(out, counters, meta->churn_window_ns);
	forget_unmeasured(out, meta);
	out->dir = (enum vp_dir)queue->dir;
	out->vm_pid = queue->vm_pid;
	out->worker_tid = queue->worker_tid;
	out->queue_pair = queue->queue_pair;
	if (report_string(&out->vm_name, queue->vm_name) ||
	    report_string(&out->device, queue->device) ||
	    report_string(&out->worker_comm, queue->worker_comm))
		return -ENOMEM;
	return 0;
}

static int add_queues(struct report *report, const struct tallies *tallies,
		      const struct recfile *file)
{
	static const struct vp_counters none;
	size_t i;
	int error = 0;

	for (i = 0; !error && i < recfile_queue_count(file); i++) {
		const struct tally *tally = i < tallies->items.len ? tallies->items.items[i] : NULL;

		error = add_queue(report, recfile_queue(file, i), tally ? &tally->counters : &none,
				  recfile_meta(file));
	}
	return error;
}

/* From the start of the recording to the last thing known of it. */
static void set_window(struct report *report, const struct tallies *tallies,
		       const struct recfile *file)
{
	const struct recfile_mark *first = recfile_first_mark(file);
	const struct recfile_mark *last = recfile_last_mark(file);
	uint64_t start_ns = first ? first->time_ns : tallies->first_ns;
	uint64_t end_ns = last ? last->time_ns : 0;

	if (!first && !tallies->runs)
		return;
	if (tallies->last_ns > end_ns)
		end_ns = tallies->last_ns;
	report->source.start_ns = start_ns;
	report->source.duration_ns = end_ns > start_ns ? end_ns - start_ns : 0;
}

static uint64_t plus(uint64_t known, uint64_t more)
{
	return known == VP_UNKNOWN ? VP_UNKNOWN : known + more;
}

static void set_loss(struct report *report, const struct tallies *tallies,
		     const struct recfile *file)
{
	const struct recfile_mark *last = recfile_last_mark(file);
	struct report_loss *loss = &report->loss;

	loss->records_lost = plus(last ? last->records_lost : VP_UNKNOWN,
				  recfile_runs_missing(file) + tallies->unplaced_runs);
	loss->runs_broken = last ? last->runs_broken : VP_UNKNOWN;
	loss->probe_misses = last ? last->probe_misses : VP_UNKNOWN;
	loss->queues_unplaced = last ? last->queues_unplaced : VP_UNKNOWN;
}

static int note_rebuilt(struct report *report, const struct tallies *tallies)
{
	return report_note(
		report,
		"the exact counters at the file's end are missing: these are counts of the "
		"%" PRIu64 " runs that could be read; doorbells, coalesced wakeups, "
		"requeues and bytes are not known",
		tallies->runs);
}

static int rebuild(struct report *report, const struct tallies *tallies, const struct recfile *file)
{
	int error = add_queues(report, tallies, file);

	vec_foreach (probe, &recfile_meta(file)->probes)
		if (!error && probe->name && probe->how && !strcmp(probe->how, "-"))
			error = report_probe_missing(report, probe->name);
	set_window(report, tallies, file);
	set_loss(report, tallies, file);
	return error ? error : note_rebuilt(report, tallies);
}

static int describe(struct report *report, const struct recfile *file, const char *path)
{
	const struct recfile_meta *meta = recfile_meta(file);
	struct report_source *source = &report->source;

	if (report_string(&source->kind, "recording") || report_string(&source->path, path) ||
	    report_string(&source->kernel, meta->kernel) ||
	    report_string(&source->machine, meta->machine) ||
	    report_string(&source->level, meta->level))
		return -ENOMEM;
	if (*recfile_damage(file))
		return report_note(report, "%s", recfile_damage(file));
	return 0;
}

static bool is_queue(const struct report_queue *row, const struct recfile_queue *queue)
{
	return row->dir == (enum vp_dir)queue->dir && row->worker_tid == queue->worker_tid &&
	       row->vm_pid == queue->vm_pid && row->queue_pair == queue->queue_pair &&
	       !row->blocks.by_run;
}

/* The exact counters name their queues as the runs do. */
static void give_blocks(struct report *report, struct tallies *tallies, const struct recfile *file)
{
	size_t i;

	for (i = 0; i < tallies->items.len && i < recfile_queue_count(file); i++) {
		struct tally *tally = tallies->items.items[i];

		vec_foreach (row, &report->queues) {
			if (!tally || !is_queue(row, recfile_queue(file, i)))
				continue;
			row->blocks = tally->blocks;
			tally->blocks = (struct blocks_pair){NULL, NULL};
			break;
		}
	}
}

static int read_report(struct recfile *file, const char *path, bool blocks, struct report **report,
		       struct err *err)
{
	struct tallies tallies = {.blocks = blocks};
	struct report *made = NULL;
	int error = add_up(&tallies, file, err);

	if (error)
		goto out;
	made = recfile_take_totals(file);
	if (!made) {
		made = report_new();
		error = made ? rebuild(made, &tallies, file) : -ENOMEM;
	}
	if (!error)
		error = describe(made, file, path);
	if (error) {
		report_free(made);
		error = err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", path);
		goto out;
	}
	if (blocks)
		give_blocks(made, &tallies, file);
	report_sort(made);
	*report = made;
out:
	tallies_free(&tallies);
	return error;
}

int recfile_report(struct recfile *file, const char *path, struct report **report, struct err *err)
{
	return read_report(file, path, false, report, err);
}

int recfile_report_blocks(struct recfile *file, const char *path, struct report **report,
			  struct err *err)
{
	return read_report(file, path, true, report, err);
}
