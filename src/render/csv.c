// SPDX-License-Identifier: BSD-2-Clause
/*
 * A report as a table for spreadsheets and scripts: one row per queue. Knows the columns, whose names are a
 * promise and say their units. Refuses to know CSV's syntax.
 */
#include "render/formats.h"

#include "model/hist.h"
#include "render/csv_writer.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

/* A number at this offset of the queue. */
struct column {
	const char *name;
	size_t offset;
};

#define COUNT(field)                                         \
	{                                                    \
#field, offsetof(struct report_queue, field) \
	}
#define NAMED(title, array, index)                                        \
	{                                                                 \
		title, offsetof(struct report_queue, array) + 8 * (index) \
	}

static const struct column counts[] = {
	COUNT(runs),
	NAMED("cause_kick", causes, VP_CAUSE_KICK),
	NAMED("cause_net", causes, VP_CAUSE_NET),
	NAMED("cause_requeue", causes, VP_CAUSE_REQUEUE),
	NAMED("cause_unknown", causes, VP_CAUSE_UNKNOWN),
	NAMED("end_rearmed", ends, VP_END_REARMED),
	NAMED("end_weight", ends, VP_END_WEIGHT),
	NAMED("end_busy", ends, VP_END_BUSY),
	NAMED("end_completion", ends, VP_END_COMPLETION),
	NAMED("end_socket", ends, VP_END_SOCKET),
	NAMED("end_wait", ends, VP_END_WAIT),
	NAMED("end_no_backend", ends, VP_END_NO_BACKEND),
	NAMED("end_unknown", ends, VP_END_UNKNOWN),
	COUNT(chains),
	COUNT(bytes),
	COUNT(doorbells),
	COUNT(coalesced),
	COUNT(calls),
	COUNT(rearms),
	COUNT(races),
	COUNT(requeues),
	NAMED("requeue_weight", requeue_reasons, VP_REQUEUE_WEIGHT),
	NAMED("requeue_busy", requeue_reasons, VP_REQUEUE_BUSY),
	NAMED("requeue_completion", requeue_reasons, VP_REQUEUE_COMPLETION),
	NAMED("requeue_socket", requeue_reasons, VP_REQUEUE_SOCKET),
	NAMED("requeue_unknown", requeue_reasons, VP_REQUEUE_UNKNOWN),
	COUNT(eventfd_min),
	COUNT(eventfd_max),
	COUNT(churn_window_ns),
	COUNT(churn_runs),
};
static_assert(VP_CAUSE_NR == 4 && VP_END_NR == 8 && VP_REQUEUE_NR == 5, "a column for each");

static const struct column hists[] = {
	{"wake_ns", offsetof(struct report_queue, wake)},
	{"service_ns", offsetof(struct report_queue, service)},
	{"gap_ns", offsetof(struct report_queue, gap)},
	{"batch_chains", offsetof(struct report_queue, batch)},
};

static const char *const texts[] = {"source",	  "vm_pid",	 "vm_name", "device",
				    "worker_tid", "worker_comm", "queue"};
static const char *const ends_of_row[] = {"window_ns", "loss_records", "loss_runs", "loss_lines"};
static const char *const hist_parts[] = {"count", "sum", "min", "p50", "p90", "p99", "p999", "max"};

#define LEN(array) (sizeof(array) / sizeof((array)[0]))

static void write_titles(struct csv_writer *csv)
{
	size_t i, part;

	for (i = 0; i < LEN(texts); i++)
		csv_text(csv, texts[i]);
	for (i = 0; i < LEN(counts); i++)
		csv_text(csv, counts[i].name);
	for (i = 0; i < LEN(hists); i++)
		for (part = 0; part < LEN(hist_parts); part++) {
			char title[64];

			snprintf(title, sizeof(title), "%s_%s", hists[i].name, hist_parts[part]);
			csv_text(csv, title);
		}
	for (i = 0; i < LEN(ends_of_row); i++)
		csv_text(csv, ends_of_row[i]);
	csv_end_row(csv);
}

static void write_hist(struct csv_writer *csv, const struct vp_hist *hist)
{
	csv_number(csv, hist->count);
	csv_number(csv, hist->count ? hist->sum : VP_UNKNOWN);
	csv_number(csv, hist->count ? hist->min : VP_UNKNOWN);
	csv_number(csv, hist_percentile(hist, 0.5));
	csv_number(csv, hist_percentile(hist, 0.9));
	csv_number(csv, hist_percentile(hist, 0.99));
	csv_number(csv, hist_percentile(hist, 0.999));
	csv_number(csv, hist->count ? hist->max : VP_UNKNOWN);
}

static const void *field(const struct report_queue *queue, const struct column *column)
{
	return (const char *)queue + column->offset;
}

static void write_queue(struct csv_writer *csv, const struct report *report,
			const struct report_queue *queue)
{
	char name[16];
	size_t i;

	csv_text(csv, report->source.path ? report->source.path : report->source.kind);
	csv_number(csv, queue->vm_pid ? queue->vm_pid : VP_UNKNOWN);
	csv_text(csv, queue->vm_name);
	csv_text(csv, queue->device);
	csv_number(csv, queue->worker_tid ? queue->worker_tid : VP_UNKNOWN);
	csv_text(csv, queue->worker_comm);
	csv_text(csv, report_queue_name(name, queue));
	for (i = 0; i < LEN(counts); i++)
		csv_number(csv, *(const uint64_t *)field(queue, &counts[i]));
	for (i = 0; i < LEN(hists); i++)
		write_hist(csv, field(queue, &hists[i]));
	csv_number(csv, report->source.duration_ns);
	csv_number(csv, report->loss.records_lost);
	csv_number(csv, report->loss.runs_broken);
	csv_number(csv, report->loss.lines_unparsed);
	csv_end_row(csv);
}

void csv_report(struct sink *sink, const struct report *report,
		const struct render_options *options)
{
	struct csv_writer csv = {.sink = sink};

	(void)options;
	write_titles(&csv);
	vec_foreach (queue, &report->queues)
		write_queue(&csv, report, queue);
}
