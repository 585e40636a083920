// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows which tag holds which number of a report. Refuses to know what the numbers say.
 */
#include "source/recfile_totals.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define NOTES_MAX 256

enum { TAG_QUEUES = 16, TAG_PROBE_MISSING = 17, TAG_NOTE = 18 };

#define QUEUE(tag, kind, count, field)                                 \
	{                                                              \
		tag, kind, count, offsetof(struct report_queue, field) \
	}
#define REPORT(tag, field)                                        \
	{                                                         \
		tag, FIELD_U64, 1, offsetof(struct report, field) \
	}

/* Tags 3 to 9 are those of the queue's entry in the queue table. */
static const struct field_row queue_rows[] = {
	QUEUE(3, FIELD_U32, 1, dir),
	QUEUE(4, FIELD_U32, 1, vm_pid),
	QUEUE(5, FIELD_TEXT, 1, vm_name),
	QUEUE(6, FIELD_TEXT, 1, device),
	QUEUE(7, FIELD_U32, 1, queue_pair),
	QUEUE(8, FIELD_U32, 1, worker_tid),
	QUEUE(9, FIELD_TEXT, 1, worker_comm),
	QUEUE(16, FIELD_U64, 1, runs),
	QUEUE(17, FIELD_U64, VP_CAUSE_NR, causes),
	QUEUE(18, FIELD_U64, VP_END_NR, ends),
	QUEUE(19, FIELD_U64, 1, chains),
	QUEUE(20, FIELD_U64, 1, bytes),
	QUEUE(21, FIELD_U64, 1, doorbells),
	QUEUE(22, FIELD_U64, 1, coalesced),
	QUEUE(23, FIELD_U64, 1, calls),
	QUEUE(24, FIELD_U64, 1, rearms),
	QUEUE(25, FIELD_U64, 1, races),
	QUEUE(26, FIELD_U64, 1, requeues),
	QUEUE(27, FIELD_U64, VP_REQUEUE_NR, requeue_reasons),
	QUEUE(28, FIELD_U64, 1, eventfd_min),
	QUEUE(29, FIELD_U64, 1, eventfd_max),
	QUEUE(30, FIELD_U64, 1, churn_window_ns),
	QUEUE(31, FIELD_U64, 1, churn_runs),
	QUEUE(32, FIELD_HIST, 1, wake),
	QUEUE(33, FIELD_HIST, 1, service),
	QUEUE(34, FIELD_HIST, 1, gap),
	QUEUE(35, FIELD_HIST, 1, batch),
	QUEUE(36, FIELD_U64, 1, features),
	QUEUE(37, FIELD_U64, 1, poll_us),
	QUEUE(38, FIELD_U64, 1, sched.run_ns),
	QUEUE(39, FIELD_U64, 1, sched.wait_ns),
	QUEUE(40, FIELD_U64, 1, sched.slices),
	QUEUE(41, FIELD_U64, 1, sched.samples),
	QUEUE(42, FIELD_U64, 1, sched.shared_cpu),
	QUEUE(43, FIELD_U64, 1, sched.cpu),
	{0},
};

static const struct field_row close_rows[] = {
	REPORT(1, source.start_ns),	REPORT(2, source.duration_ns),
	REPORT(3, loss.records_lost),	REPORT(4, loss.runs_broken),
	REPORT(5, loss.probe_misses),	REPORT(6, loss.queues_unplaced),
	REPORT(7, loss.calls_broken),	REPORT(8, loss.calls_too_deep),
	REPORT(9, loss.calls_unplaced), REPORT(10, loss.events_lost),
	REPORT(11, loss.samples_lost),	REPORT(12, cost.window_ns),
	REPORT(13, cost.probes_ns),	REPORT(14, cost.worker_ns),
	REPORT(15, cost.hits),		{0},
};

_Static_assert(sizeof(enum vp_dir) == sizeof(uint32_t), "read and written as FIELD_U32");

void totals_write(struct sink *out, const struct report_queue *queue)
{
	fields_write(out, queue_rows, queue);
}

void close_write(struct sink *out, const struct report *report)
{
	uint8_t queues[NUMBER_BYTES_MAX];

	fields_write(out, close_rows, report);
	field_put(out, TAG_QUEUES, queues, number_put(queues, report->queues.len));
	vec_foreach (name, &report->loss.probes_missing)
		field_put_text(out, TAG_PROBE_MISSING, *name);
	vec_foreach (note, &report->notes)
		field_put_text(out, TAG_NOTE, *note);
}

int totals_read(struct bytes in, struct report *report)
{
	struct report_queue *queue = report_add_queue(report);
	int error;

	if (!queue)
		return -ENOMEM;
	error = fields_read(in, queue_rows, queue);
	return error || queue->dir < VP_DIR_NR ? error : -EBADMSG;
}

static int read_text(const struct field *field, struct report *report)
{
	char *text = NULL;
	int error = field_text(&field->value, &text);

	if (error)
		return error;
	error = field->tag == TAG_NOTE ? report_note(report, "%s", text)
				       : report_probe_missing(report, text);
	free(text);
	return error;
}

static size_t texts_of(const struct report *report)
{
	return report->notes.len + report->loss.probes_missing.len;
}

int close_read(struct bytes in, struct report *report, uint64_t *queues)
{
	int error = fields_read(in, close_rows, report);
	struct field field;

	while (!error && field_take(&in, &field)) {
		if (field.tag == TAG_QUEUES)
			error = number_take(&field.value, queues) ? 0 : -EBADMSG;
		else if (field.tag == TAG_NOTE || field.tag == TAG_PROBE_MISSING)
			error = texts_of(report) < NOTES_MAX ? read_text(&field, report) : -EBADMSG;
	}
	return error;
}
