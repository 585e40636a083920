// SPDX-License-Identifier: BSD-2-Clause
/*
 * The report for programs: one document, schema vhostprof.report/1 (docs/report.schema.json).
 * Knows the field names, which are a promise. Refuses to know JSON's syntax.
 */
#include "render/formats.h"

#include "analyze/churn.h"
#include "model/hist.h"
#include "model/probe.h"
#include "model/sample_top.h"
#include "render/json_writer.h"
#include "render/sentence.h"

#include <assert.h>

static const char *const cause_names[] = {
	[VP_CAUSE_KICK] = "kick",
	[VP_CAUSE_NET] = "net",
	[VP_CAUSE_REQUEUE] = "requeue",
	[VP_CAUSE_UNKNOWN] = "unknown",
};
static_assert(sizeof(cause_names) / sizeof(cause_names[0]) == VP_CAUSE_NR, "one name per cause");

static const char *const end_names[] = {
	[VP_END_REARMED] = "rearmed",	    [VP_END_WEIGHT] = "weight",	  [VP_END_BUSY] = "busy",
	[VP_END_COMPLETION] = "completion", [VP_END_SOCKET] = "socket",	  [VP_END_WAIT] = "wait",
	[VP_END_NO_BACKEND] = "no_backend", [VP_END_UNKNOWN] = "unknown",
};
static_assert(sizeof(end_names) / sizeof(end_names[0]) == VP_END_NR, "one name per end");

static const char *const requeue_names[] = {
	[VP_REQUEUE_WEIGHT] = "weight",		[VP_REQUEUE_BUSY] = "busy",
	[VP_REQUEUE_COMPLETION] = "completion", [VP_REQUEUE_SOCKET] = "socket",
	[VP_REQUEUE_UNKNOWN] = "unknown",
};
static_assert(sizeof(requeue_names) / sizeof(requeue_names[0]) == VP_REQUEUE_NR,
	      "one name per reason");

static const char *const verdict_names[] = {
	[CHURN_YES] = "churn",
	[CHURN_SOME] = "some",
	[CHURN_NONE] = "none",
	[CHURN_UNKNOWN] = "unknown",
};
static_assert(sizeof(verdict_names) / sizeof(verdict_names[0]) == CHURN_VERDICT_NR,
	      "one name per verdict");

static uint64_t id_or_unknown(uint32_t id)
{
	return id ? id : VP_UNKNOWN;
}

static void write_source(struct json_writer *json, const struct report_source *source)
{
	json_open_object(json, "source");
	json_string(json, "kind", source->kind);
	json_string(json, "path", source->path);
	json_string(json, "kernel", source->kernel);
	json_string(json, "machine", source->machine);
	json_string(json, "level", source->level);
	json_number(json, "start_ns", source->start_ns);
	json_number(json, "duration_ns", source->duration_ns);
	json_close_object(json);
}

static void write_loss(struct json_writer *json, const struct report_loss *loss)
{
	json_open_object(json, "loss");
	json_number(json, "records_lost", loss->records_lost);
	json_number(json, "runs_broken", loss->runs_broken);
	json_number(json, "lines_unparsed", loss->lines_unparsed);
	json_number(json, "probe_misses", loss->probe_misses);
	json_number(json, "queues_unplaced", loss->queues_unplaced);
	json_number(json, "calls_broken", loss->calls_broken);
	json_number(json, "calls_too_deep", loss->calls_too_deep);
	json_number(json, "calls_unplaced", loss->calls_unplaced);
	json_number(json, "events_lost", loss->events_lost);
	json_number(json, "samples_lost", loss->samples_lost);
	json_open_array(json, "probes_missing");
	vec_foreach (name, &loss->probes_missing)
		json_string(json, NULL, *name);
	json_close_array(json);
	json_close_object(json);
}

/* What measuring itself took; all null where nobody looked. */
static void write_cost(struct json_writer *json, const struct report_cost *cost)
{
	bool looked = cost->window_ns != 0;

	json_open_object(json, "cost");
	json_number(json, "window_ns", looked ? cost->window_ns : VP_UNKNOWN);
	json_number(json, "probes_ns", looked ? cost->probes_ns : VP_UNKNOWN);
	json_number(json, "worker_ns", looked ? cost->worker_ns : VP_UNKNOWN);
	json_number(json, "hits", looked ? cost->hits : VP_UNKNOWN);
	json_close_object(json);
}

static void write_counts(struct json_writer *json, const char *key, const uint64_t *counts,
			 const char *const *names, size_t n)
{
	size_t i;

	json_open_object(json, key);
	for (i = 0; i < n; i++)
		json_number(json, names[i], counts[i]);
	json_close_object(json);
}

/* An empty histogram: count 0, everything else null. */
static void write_hist(struct json_writer *json, const char *key, const struct vp_hist *hist)
{
	json_open_object(json, key);
	json_number(json, "count", hist->count);
	json_number(json, "min", hist->count ? hist->min : VP_UNKNOWN);
	json_number(json, "p50", hist_percentile(hist, 0.5));
	json_number(json, "p90", hist_percentile(hist, 0.9));
	json_number(json, "p99", hist_percentile(hist, 0.99));
	json_number(json, "p999", hist_percentile(hist, 0.999));
	json_number(json, "max", hist->count ? hist->max : VP_UNKNOWN);
	json_number(json, "sum", hist->count ? hist->sum : VP_UNKNOWN);
	json_close_object(json);
}

static void write_churn(struct json_writer *json, const struct report *report,
			const struct report_queue *queue)
{
	struct churn churn = churn_judge(queue, report->source.duration_ns);
	char name[16], sentence[SENTENCE_LEN];

	json_open_object(json, "churn");
	json_number(json, "window_ns", churn.window_ns);
	json_number(json, "runs", churn.churn_runs);
	json_fraction(json, "ratio", churn.ratio);
	json_string(json, "verdict", verdict_names[churn.verdict]);
	json_string(json, "finding",
		    sentence_churn(sentence, report_queue_name(name, queue), &churn));
	json_close_object(json);
}

static void write_names(struct json_writer *json, const struct report_queue *queue)
{
	char name[16];

	json_open_object(json, "vm");
	json_number(json, "pid", id_or_unknown(queue->vm_pid));
	json_string(json, "name", queue->vm_name);
	json_close_object(json);
	json_string(json, "device", queue->device);
	json_open_object(json, "worker");
	json_number(json, "tid", id_or_unknown(queue->worker_tid));
	json_string(json, "comm", queue->worker_comm);
	json_close_object(json);
	json_string(json, "queue", report_queue_name(name, queue));
}

static void write_doorbells(struct json_writer *json, const struct report_queue *queue)
{
	json_number(json, "doorbells", queue->doorbells);
	json_open_object(json, "eventfd_doorbells");
	json_number(json, "min", queue->eventfd_min);
	json_number(json, "max", queue->eventfd_max);
	json_close_object(json);
	json_number(json, "coalesced", queue->coalesced);
}

static void write_queue_counts(struct json_writer *json, const struct report_queue *queue)
{
	json_number(json, "runs", queue->runs);
	write_counts(json, "causes", queue->causes, cause_names, VP_CAUSE_NR);
	write_counts(json, "ends", queue->ends, end_names, VP_END_NR);
	json_number(json, "chains", queue->chains);
	json_number(json, "bytes", queue->bytes);
	write_doorbells(json, queue);
	json_number(json, "calls", queue->calls);
	json_number(json, "rearms", queue->rearms);
	json_number(json, "races", queue->races);
	json_number(json, "requeues", queue->requeues);
	write_counts(json, "requeue_reasons", queue->requeue_reasons, requeue_names, VP_REQUEUE_NR);
}

static void write_sampled(struct json_writer *json, const struct symbol *symbol, uint64_t samples,
			  uint64_t all)
{
	json_open_object(json, NULL);
	json_string(json, "name", symbol->name);
	json_string(json, "module", symbol->module);
	json_number(json, "samples", samples);
	json_fraction(json, "ratio", (double)samples / (double)all);
	json_close_object(json);
}

/* Null where there are none, or no memory to add them up in. */
static void write_samples(struct json_writer *json, const struct report *report,
			  const struct report_queue *queue)
{
	struct sample_top top = {0};

	if (sample_top(report, queue, &top) || !top.samples) {
		json_string(json, "samples", NULL);
		return;
	}
	json_open_object(json, "samples");
	json_number(json, "count", top.samples);
	json_number(json, "period_ns", top.period_ns);
	json_open_array(json, "functions");
	for (uint32_t i = 0; i < top.len; i++)
		write_sampled(json, symbols_at(&report->symbols, top.rows[i].symbol),
			      top.rows[i].samples, top.samples);
	json_close_array(json);
	json_close_object(json);
}

/* Self time by stage over all functions of the queue's runs; null where functions were not measured. */
static void write_stages(struct json_writer *json, const struct report *report,
			 const struct report_queue *queue)
{
	uint64_t self_ns[VP_STAGE_NR];
	bool known = report_stages(report, queue, self_ns);
	int stage;

	json_open_object(json, "stages_ns");
	for (stage = 0; stage < VP_STAGE_NR; stage++)
		json_number(json, probe_stage_name((enum vp_stage)stage),
			    known ? self_ns[stage] : VP_UNKNOWN);
	json_close_object(json);
}

static void write_functions(struct json_writer *json, const struct report *report,
			    const struct report_function *functions, size_t len);

static void write_queue(struct json_writer *json, const struct report *report,
			const struct report_queue *queue)
{
	json_open_object(json, NULL);
	write_names(json, queue);
	write_queue_counts(json, queue);
	write_hist(json, "batch_chains", &queue->batch);
	write_hist(json, "wake_ns", &queue->wake);
	write_hist(json, "service_ns", &queue->service);
	write_hist(json, "gap_ns", &queue->gap);
	write_churn(json, report, queue);
	write_stages(json, report, queue);
	write_functions(json, report, queue->functions.items, queue->functions.len);
	write_samples(json, report, queue);
	json_close_object(json);
}

/* What tracing added, estimated from a trace itself; null where nobody asked or it cannot be told. */
static void write_correction(struct json_writer *json, const struct report_correction *correction)
{
	bool told = correction->asked && correction->child_ns >= 0;

	json_open_object(json, "correction");
	json_fraction(json, "child_ns", told ? correction->child_ns : -1);
	json_fraction(json, "error_ns", told ? correction->error_ns : -1);
	json_number(json, "functions", told ? correction->functions : VP_UNKNOWN);
	json_number(json, "calls", told ? correction->calls : VP_UNKNOWN);
	json_close_object(json);
}

static void write_function(struct json_writer *json, const struct report *report,
			   const struct report_function *function)
{
	bool told = report->correction.asked && report->correction.child_ns >= 0;
	const struct vp_hist *time = &function->time;

	json_open_object(json, NULL);
	json_string(json, "name", function->name);
	json_string(json, "module", function->module);
	json_string(json, "stage",
		    function->stage < VP_STAGE_NR ? probe_stage_name(function->stage) : NULL);
	json_number(json, "calls", function->calls);
	json_number(json, "total_ns", function->total_ns);
	json_number(json, "self_ns", function->self_ns);
	json_number(json, "corrected_total_ns", told ? function->corrected_total_ns : VP_UNKNOWN);
	json_number(json, "corrected_self_ns", told ? function->corrected_self_ns : VP_UNKNOWN);
	json_number(json, "p50_ns", hist_percentile(time, 0.5));
	json_number(json, "p90_ns", hist_percentile(time, 0.9));
	json_number(json, "p99_ns", hist_percentile(time, 0.99));
	json_number(json, "p999_ns", hist_percentile(time, 0.999));
	json_number(json, "max_ns", hist_percentile(time, 1));
	json_close_object(json);
}

static void write_functions(struct json_writer *json, const struct report *report,
			    const struct report_function *functions, size_t len)
{
	size_t i;

	json_open_array(json, "functions");
	for (i = 0; i < len; i++)
		write_function(json, report, &functions[i]);
	json_close_array(json);
}

static void write_lists(struct json_writer *json, const struct report *report)
{
	json_open_array(json, "queues");
	vec_foreach (queue, &report->queues)
		write_queue(json, report, queue);
	json_close_array(json);
	write_correction(json, &report->correction);
	write_functions(json, report, report->functions.items, report->functions.len);
	json_open_array(json, "notes");
	vec_foreach (note, &report->notes)
		json_string(json, NULL, *note);
	json_close_array(json);
}

void json_report(struct sink *sink, const struct report *report,
		 const struct render_options *options)
{
	struct json_writer json;

	(void)options;
	json_begin(&json, sink);
	json_open_object(&json, NULL);
	json_string(&json, "schema", "vhostprof.report/1");
	write_source(&json, &report->source);
	write_loss(&json, &report->loss);
	write_cost(&json, &report->cost);
	json_fraction(&json, "histogram_relative_error", VP_HIST_RELATIVE_ERROR);
	write_lists(&json, report);
	json_close_object(&json);
	json_end(&json);
}
