// SPDX-License-Identifier: BSD-2-Clause
/* A diff for programs. Knows the field names, which are a promise. Refuses to know JSON's syntax. */
#include "render/diff.h"

#include "render/json_writer.h"

#include <assert.h>

static const char *const measure_names[] = {
	[DIFF_RATE] = "per_second",
	[DIFF_KICK_RATE] = "kick_runs_per_second",
	[DIFF_CHAIN_RATE] = "chains_per_second",
	[DIFF_CHURN] = "churn_ratio",
	[DIFF_WAKE_P50] = "wake_p50_ns",
	[DIFF_WAKE_P99] = "wake_p99_ns",
	[DIFF_PER_EVENT] = "mean_ns",
	[DIFF_PER_RUN] = "ns_per_run",
	[DIFF_PER_CHAIN] = "ns_per_chain",
	[DIFF_P50] = "p50_ns",
	[DIFF_P99] = "p99_ns",
};
static_assert(sizeof(measure_names) / sizeof(measure_names[0]) == DIFF_NR,
	      "every measure has a name");

static const char *const verdict_names[] = {
	[DIFF_UNKNOWN] = "unknown", [DIFF_TOO_SHORT] = "too_short", [DIFF_NOISE] = "noise",
	[DIFF_MORE] = "more",	    [DIFF_LESS] = "less",
};

static const char *const match_names[] = {
	[MATCH_NONE] = NULL,
	[MATCH_NAME] = "name",
	[MATCH_WORKER] = "worker",
	[MATCH_ORDER] = "order",
};

static void write_side(struct json_writer *json, const char *key, const struct report *report,
		       const struct diff_blocks *blocks)
{
	uint64_t runs = 0;

	vec_foreach (queue, &report->queues)
		runs += queue->runs;
	json_open_object(json, key);
	json_string(json, "kind", report->source.kind);
	json_string(json, "path", report->source.path);
	json_string(json, "kernel", report->source.kernel);
	json_number(json, "duration_ns", report->source.duration_ns);
	json_number(json, "runs", runs);
	json_number(json, "blocks_by_run", blocks->by_run);
	json_number(json, "block_runs", blocks->runs);
	json_number(json, "blocks_by_time", blocks->by_time);
	json_number(json, "block_ns", blocks->time_ns);
	json_close_object(json);
}

static void write_test(struct json_writer *json, const struct diff *diff)
{
	json_open_object(json, "test");
	json_string(json, "method", "Welch's t over effective blocks, Holm's procedure");
	json_fraction(json, "error_rate", DIFF_ERROR_RATE);
	json_fraction(json, "confidence", DIFF_CONFIDENCE);
	json_number(json, "judged", diff->judged);
	json_number(json, "changed", diff->changed);
	json_signed(json, "worst_cost_change", diff_worst(diff));
	json_close_object(json);
}

static void write_value(struct json_writer *json, const char *key, const struct diff_value *value)
{
	json_open_object(json, key);
	json_signed(json, "before", value->before);
	json_signed(json, "after", value->after);
	json_signed(json, "change", value->change);
	json_signed(json, "change_low", value->change_low);
	json_signed(json, "change_high", value->change_high);
	json_signed(json, "p", value->p);
	json_string(json, "verdict", verdict_names[value->verdict]);
	json_close_object(json);
}

static void write_values(struct json_writer *json, const struct diff_value values[DIFF_NR],
			 bool is_queue)
{
	enum diff_measure measure;

	json_open_object(json, "values");
	for (measure = 0; measure < DIFF_NR; measure++) {
		bool queues_only = measure >= DIFF_KICK_RATE && measure <= DIFF_WAKE_P99;

		if (is_queue ? measure == DIFF_PER_RUN : queues_only)
			continue;
		write_value(json, measure_names[measure], &values[measure]);
	}
	json_close_object(json);
}

static void write_name(struct json_writer *json, const char *key, const struct report_queue *queue)
{
	char name[16];

	json_open_object(json, key);
	json_number(json, "vm_pid", queue && queue->vm_pid ? queue->vm_pid : VP_UNKNOWN);
	json_string(json, "vm_name", queue ? queue->vm_name : NULL);
	json_string(json, "device", queue ? queue->device : NULL);
	json_string(json, "queue", queue ? report_queue_name(name, queue) : NULL);
	json_number(json, "worker_tid",
		    queue && queue->worker_tid ? queue->worker_tid : VP_UNKNOWN);
	json_close_object(json);
}

static void write_queue(struct json_writer *json, const struct diff_queue *row)
{
	json_open_object(json, NULL);
	write_name(json, "before", row->before);
	write_name(json, "after", row->after);
	json_string(json, "matched_by", match_names[row->how]);
	write_values(json, row->values, true);
	json_close_object(json);
}

static void write_function(struct json_writer *json, const struct diff_function *row)
{
	const struct report_function *function = row->before ? row->before : row->after;

	json_open_object(json, NULL);
	json_string(json, "name", function->name);
	json_string(json, "module", function->module);
	json_number(json, "calls_before", row->before ? row->before->calls : 0);
	json_number(json, "calls_after", row->after ? row->after->calls : 0);
	write_values(json, row->values, false);
	json_close_object(json);
}

void diff_json(struct sink *sink, const struct diff *diff)
{
	struct json_writer json;

	json_begin(&json, sink);
	json_open_object(&json, NULL);
	json_string(&json, "schema", "vhostprof.diff/1");
	write_side(&json, "before", diff->before, &diff->blocks_before);
	write_side(&json, "after", diff->after, &diff->blocks_after);
	write_test(&json, diff);
	json_open_array(&json, "queues");
	vec_foreach (row, &diff->queues)
		write_queue(&json, row);
	json_close_array(&json);
	json_open_array(&json, "functions");
	vec_foreach (row, &diff->functions)
		write_function(&json, row);
	json_close_array(&json);
	json_close_object(&json);
	json_end(&json);
}
