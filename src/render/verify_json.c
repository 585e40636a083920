// SPDX-License-Identifier: BSD-2-Clause
/* A verification for programs. Knows the field names, which are a promise. Refuses to know JSON's syntax. */
#include "render/verify.h"

#include "render/json_writer.h"

#include <assert.h>
#include <math.h>

static const char *const verdict_names[] = {
	[VERIFY_UNKNOWN] = "unknown",
	[VERIFY_AGREES] = "agrees",
	[VERIFY_UNSURE] = "unsure",
	[VERIFY_DIFFERS] = "differs",
};

static const char *const why_names[] = {
	[VERIFY_NO_REASON] = NULL,
	[VERIFY_ONE_SIDE] = "one_side",
	[VERIFY_NO_POLL_US] = "no_poll_us",
	[VERIFY_NOT_MORE] = "not_more",
	[VERIFY_FEW_KICKS] = "few_kicks",
	[VERIFY_NO_CHAINS] = "no_chains",
	[VERIFY_OTHER_SIZE] = "size_changed",
	[VERIFY_INTERRUPTED] = "interrupted",
	[VERIFY_WAITS] = "guest_waits",
	[VERIFY_OTHER_RATE] = "rate_changed",
	[VERIFY_OTHER_WAKE] = "wake_changed",
};
static_assert(sizeof(why_names) / sizeof(why_names[0]) == VERIFY_NR, "every reason has a name");

static const char *const match_names[] = {
	[MATCH_NONE] = NULL,
	[MATCH_NAME] = "name",
	[MATCH_WORKER] = "worker",
	[MATCH_ORDER] = "order",
};

static void write_source(struct json_writer *json, const char *key, const struct report *report)
{
	json_open_object(json, key);
	json_string(json, "kind", report->source.kind);
	json_string(json, "path", report->source.path);
	json_string(json, "kernel", report->source.kernel);
	json_number(json, "duration_ns", report->source.duration_ns);
	json_close_object(json);
}

static void write_side(struct json_writer *json, const char *key, const struct report_queue *queue,
		       const struct verify_side *side, uint64_t poll_us)
{
	char name[16];

	json_open_object(json, key);
	json_number(json, "vm_pid", queue && queue->vm_pid ? queue->vm_pid : VP_UNKNOWN);
	json_string(json, "vm_name", queue ? queue->vm_name : NULL);
	json_string(json, "device", queue ? queue->device : NULL);
	json_string(json, "queue", queue ? report_queue_name(name, queue) : NULL);
	json_number(json, "worker_tid",
		    queue && queue->worker_tid ? queue->worker_tid : VP_UNKNOWN);
	json_number(json, "poll_us", poll_us);
	json_number(json, "kicks", side->kicks);
	json_number(json, "chains", side->chains);
	json_signed(json, "kicks_per_chain", side->kicks_per_chain);
	json_signed(json, "chains_per_second", side->chains_per_s);
	json_signed(json, "bytes_per_chain", side->bytes_per_chain);
	json_signed(json, "wake_mean_ns", side->wake_ns);
	json_signed(json, "cpu", side->cpu);
	json_close_object(json);
}

static void write_share(struct json_writer *json, const char *key, const struct verify_share *share)
{
	json_open_object(json, key);
	json_signed(json, "share", share->value);
	json_signed(json, "low", share->low);
	json_signed(json, "high", share->high);
	json_close_object(json);
}

static void write_absorbed(struct json_writer *json, const struct verify_queue *row)
{
	json_open_object(json, "absorbed");
	write_share(json, "predicted", &row->predicted);
	write_share(json, "measured", &row->measured);
	json_signed(json, "predicted_if_waiting", row->verdict ? row->point.absorbed_waiting : NAN);
	json_close_object(json);
}

static void write_cpu(struct json_writer *json, const struct verify_queue *row)
{
	json_open_object(json, "cpu_added");
	json_signed(json, "predicted", row->cpu_predicted);
	json_signed(json, "measured", row->cpu_measured);
	json_string(json, "measured_by", row->by_sched ? "scheduler" : "service time");
	json_close_object(json);
}

static void write_queue(struct json_writer *json, const struct verify_queue *row)
{
	char text[VERIFY_SENTENCE_LEN];

	json_open_object(json, NULL);
	write_side(json, "before", row->before, &row->sides[0], row->poll_before);
	write_side(json, "after", row->after, &row->sides[1], row->poll_after);
	json_string(json, "matched_by", match_names[row->how]);
	write_absorbed(json, row);
	write_cpu(json, row);
	json_signed(json, "rate_change", row->rate_change);
	json_signed(json, "size_change", row->size_change);
	json_signed(json, "wake_ratio", row->wake_change);
	json_signed(json, "runs_interrupted", row->cut);
	json_string(json, "verdict", verdict_names[row->verdict]);
	json_string(json, "why", why_names[row->why]);
	json_string(json, "finding", verify_sentence(text, row));
	json_close_object(json);
}

void verify_json(struct sink *sink, const struct verify *verify)
{
	struct json_writer json;

	json_begin(&json, sink);
	json_open_object(&json, NULL);
	json_string(&json, "schema", "vhostprof.verify/1");
	write_source(&json, "before", verify->before);
	write_source(&json, "after", verify->after);
	json_fraction(&json, "close", VERIFY_CLOSE);
	json_fraction(&json, "confidence", WHATIF_CONFIDENCE);
	json_open_array(&json, "queues");
	vec_foreach (row, &verify->queues)
		write_queue(&json, row);
	json_close_array(&json);
	json_close_object(&json);
	json_end(&json);
}
