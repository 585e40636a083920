// SPDX-License-Identifier: BSD-2-Clause
/* Advice for programs. Knows the field names, which are a promise. Refuses to know JSON's syntax. */
#include "render/advice.h"

#include "render/json_writer.h"

#include <assert.h>

static const char *const verdict_names[] = {
	[ADVICE_UNKNOWN] = "unknown",
	[ADVICE_FINE] = "fine",
	[ADVICE_ACT] = "act",
	[ADVICE_NOT_MEANT] = "not_applicable",
};

static const char *const why_names[] = {
	[WHATIF_RECOMMENDED] = "recommended", [WHATIF_NO_GAPS] = "no_gaps",
	[WHATIF_FEW_GAPS] = "few_gaps",	      [WHATIF_FEW_SHORT] = "few_short",
	[WHATIF_DEAR] = "too_dear",	      [WHATIF_OVER_BUDGET] = "over_budget",
};

static const char *const hazard_names[] = {
	[HAZARD_NONE] = "none",
	[HAZARD_UNKNOWN] = "unknown",
	[HAZARD_KNOWN] = "known",
	[HAZARD_ABSENT] = "absent",
};

static const char *or_null(const char *text)
{
	return text[0] ? text : NULL;
}

static void write_point(struct json_writer *json, const struct whatif_point *point)
{
	json_open_object(json, NULL);
	json_number(json, "poll_us", point->poll_us);
	json_fraction(json, "absorbed", point->absorbed);
	json_fraction(json, "absorbed_low", point->absorbed_low);
	json_fraction(json, "absorbed_high", point->absorbed_high);
	json_fraction(json, "absorbed_if_waiting", point->absorbed_waiting);
	json_fraction(json, "kicks_per_second_left", point->kicks_left);
	json_fraction(json, "cpu_added", point->cpu_added);
	json_signed(json, "spin_ns_per_kick", point->spin_per_kick_ns);
	json_close_object(json);
}

static void write_whatif(struct json_writer *json, const struct advice_queue *row)
{
	const struct whatif *whatif = &row->whatif;
	bool told = row->queue->dir == VP_TX && whatif->recommended >= 0;
	char text[ADVICE_SENTENCE_LEN];
	unsigned i;

	json_open_object(json, "busy_poll");
	json_string(json, "verdict", why_names[whatif->why]);
	json_number(json, "recommended_poll_us",
		    told ? whatif->points[whatif->recommended].poll_us : 0);
	json_number(json, "poll_us_now", whatif->poll_now_us);
	json_number(json, "gaps", whatif->gaps);
	json_number(json, "gap_p50_ns", whatif->gap_p50_ns);
	json_number(json, "gap_p90_ns", whatif->gap_p90_ns);
	json_string(json, "interval", whatif->by_blocks ? "blocks" : "binomial");
	json_fraction(json, "confidence", WHATIF_CONFIDENCE);
	json_signed(json, "rx_spins_per_second", row->rx_spins);
	json_string(json, "assumption", advice_assumption(text, whatif));
	json_open_array(json, "points");
	for (i = 0; i < whatif->len; i++)
		write_point(json, &whatif->points[i]);
	json_close_array(json);
	json_close_object(json);
}

static void write_finding(struct json_writer *json, const struct advice *advice,
			  const struct advice_queue *row, enum advice_rule rule)
{
	const struct advice_finding *finding = &row->findings[rule];
	char text[ADVICE_SENTENCE_LEN];

	json_open_object(json, NULL);
	json_string(json, "rule", advice_rule_name(rule));
	json_string(json, "verdict", verdict_names[finding->verdict]);
	json_signed(json, "share", finding->share);
	json_signed(json, "evidence", finding->evidence);
	json_string(json, "finding", or_null(advice_sentence(text, advice, row, rule)));
	json_string(json, "setting", or_null(advice_setting(text, row, rule)));
	json_close_object(json);
}

static void write_sched(struct json_writer *json, const struct report_sched *sched)
{
	json_open_object(json, "worker_sched");
	json_number(json, "run_ns", sched->run_ns);
	json_number(json, "wait_ns", sched->wait_ns);
	json_number(json, "slices", sched->slices);
	json_number(json, "looks", sched->samples);
	json_number(json, "looks_shared", sched->shared_cpu);
	json_number(json, "cpu", sched->cpu);
	json_close_object(json);
}

static void write_queue(struct json_writer *json, const struct advice *advice,
			const struct advice_queue *row)
{
	const struct report_queue *queue = row->queue;
	enum advice_rule rule;
	char name[16];

	json_open_object(json, NULL);
	json_number(json, "vm_pid", queue->vm_pid ? queue->vm_pid : VP_UNKNOWN);
	json_string(json, "vm_name", queue->vm_name);
	json_string(json, "device", queue->device);
	json_string(json, "queue", report_queue_name(name, queue));
	json_number(json, "worker_tid", queue->worker_tid ? queue->worker_tid : VP_UNKNOWN);
	json_number(json, "runs", queue->runs);
	json_open_array(json, "findings");
	for (rule = 0; rule < ADVICE_NR; rule++)
		write_finding(json, advice, row, rule);
	json_close_array(json);
	write_whatif(json, row);
	write_sched(json, &queue->sched);
	json_close_object(json);
}

static void write_source(struct json_writer *json, const struct report_source *source)
{
	json_open_object(json, "source");
	json_string(json, "kind", source->kind);
	json_string(json, "path", source->path);
	json_string(json, "kernel", source->kernel);
	json_number(json, "duration_ns", source->duration_ns);
	json_close_object(json);
}

void advice_json(struct sink *sink, const struct advice *advice)
{
	char text[ADVICE_SENTENCE_LEN];
	struct json_writer json;

	json_begin(&json, sink);
	json_open_object(&json, NULL);
	json_string(&json, "schema", "vhostprof.advice/1");
	write_source(&json, &advice->report->source);
	json_fraction(&json, "cpu_budget", advice->options.cpu_budget);
	json_fraction(&json, "spin_ns_per_kick_allowed", advice->options.worth_ns);
	json_open_object(&json, "hazards");
	json_string(&json, "busy_poll", hazard_names[advice->busy_poll]);
	json_string(&json, "busy_poll_warning", or_null(advice_hazard(text, advice)));
	json_string(&json, "rx_livelock", hazard_names[advice->rx_livelock]);
	json_close_object(&json);
	json_number(&json, "acts", advice->acts);
	json_open_array(&json, "queues");
	vec_foreach (row, &advice->queues)
		write_queue(&json, advice, row);
	json_close_array(&json);
	json_close_object(&json);
	json_end(&json);
}
