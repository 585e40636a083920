// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows what runs alone can tell and what they cannot. Refuses to know how they were stored.
 */
#include "source/recfile_report.h"

#include "source/recfile_counted.h"
#include "source/recfile_give.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* What the reading of one recording needs. */
struct reading {
	struct recfile *file;
	const struct recfile_options *options;
	struct tallies tallies;
	bool stopped; /* the sink wants no more */
};

static void describe_owner(const struct recfile_queue *queue, struct run_owner *owner)
{
	*owner = (struct run_owner){
		.vm_pid = queue->vm_pid,
		.worker_tid = queue->worker_tid,
		.queue_pair = queue->queue_pair,
		.dir = (enum vp_dir)queue->dir,
		.vm_name = queue->vm_name,
		.device = queue->device,
		.worker_comm = queue->worker_comm,
	};
}

static void hand_on(struct reading *reading, int index, const struct recfile_runs *runs, uint32_t i)
{
	const struct vp_run *run = &runs->items[i];
	const struct run_sink *sink = reading->options->sink;
	struct run_owner owner;
	struct run_trace trace = {
		.owner = &owner,
		.run = run,
		.service_ns = run->leave_ns - run->enter_ns,
		.stage_ns = runs->stages ? runs->stages[i].ns : NULL,
		.symbols = &recfile_counted(reading->file)->symbols,
	};

	describe_owner(recfile_queue(reading->file, (size_t)index), &owner);
	recfile_calls_of(reading->file, run, &trace.calls, &trace.calls_len);
	reading->stopped = sink->run(sink->context, &trace) != 0;
}

static int add_runs(struct reading *reading, const struct recfile_runs *runs)
{
	uint32_t i;

	for (i = 0; i < runs->len && !reading->stopped; i++) {
		const struct vp_run *run = &runs->items[i];
		int index = recfile_queue_of(reading->file, run);

		if (tallies_add(&reading->tallies, index, reading->file, run))
			return -ENOMEM;
		if (reading->options->sink && index >= 0)
			hand_on(reading, index, runs, i);
	}
	return 0;
}

static int read_all(struct reading *reading, struct err *err)
{
	struct recfile_runs runs;
	int more = 0;

	while (!reading->stopped && (more = recfile_next(reading->file, &runs, err)) > 0) {
		/* The first block is read by now. */
		reading->tallies.churn_window_ns = recfile_meta(reading->file)->churn_window_ns;
		if (runs.missing)
			tallies_hole(&reading->tallies);
		if (add_runs(reading, &runs))
			return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	}
	return more < 0 ? more : 0;
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
		const struct tally *tally = tallies_find(tallies, i);

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
	loss->calls_broken = last ? last->calls_broken : VP_UNKNOWN;
	loss->calls_too_deep = last ? last->calls_too_deep : VP_UNKNOWN;
	loss->calls_unplaced = last ? last->calls_unplaced : VP_UNKNOWN;
	loss->events_lost = last ? last->events_lost : VP_UNKNOWN;
	loss->samples_lost = last ? last->samples_lost : VP_UNKNOWN;
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

/* What is only known when everything was read, and concerns totals and rebuilt reports alike. */
static int complete(struct reading *reading, const char *path, struct report *report)
{
	uint64_t unplaced = recfile_counted(reading->file)->unplaced;
	int error = describe(report, reading->file, path);

	report->loss.calls_unplaced = plus(report->loss.calls_unplaced, unplaced);
	return error ? error : recfile_give(reading->file, &reading->tallies, report);
}

static int make_report(struct reading *reading, const char *path, struct report **report)
{
	struct report *made = recfile_take_totals(reading->file);
	int error = 0;

	if (!made) {
		made = report_new();
		error = made ? rebuild(made, &reading->tallies, reading->file) : -ENOMEM;
	}
	if (!error)
		error = complete(reading, path, made);
	if (error) {
		report_free(made);
		return error;
	}
	report_sort(made);
	*report = made;
	return 0;
}

int recfile_report(struct recfile *file, const char *path, const struct recfile_options *options,
		   struct report **report, struct err *err)
{
	static const struct recfile_options none;
	struct reading reading = {.file = file, .options = options ? options : &none};
	int error;

	reading.tallies.blocks = reading.options->blocks;
	if (reading.options->sink && recfile_want_traces(file))
		return err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", path);
	error = read_all(&reading, err);
	if (!error && make_report(&reading, path, report))
		error = err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", path);
	tallies_free(&reading.tallies);
	return error;
}
