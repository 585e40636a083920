// SPDX-License-Identifier: BSD-2-Clause
/*
 * One queue as a block: the finding first, then the counts it rests on, then the times
 * (text_times.c). Knows the order a reader asks in. Refuses to know about other queues.
 */
#include "render/text_parts.h"

#include "base/units.h"
#include "model/hist.h"
#include "render/number.h"
#include "render/sentence.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#define INDENT	      2
#define LABEL_COLUMNS 10
#define RATE_COLUMNS  11
#define ITEM	      "  " /* between the parts of a detail */
#define NAME_COLUMNS  40

static const char *const cause_names[] = {
	[VP_CAUSE_KICK] = "kick",
	[VP_CAUSE_NET] = "net",
	[VP_CAUSE_REQUEUE] = "requeue",
	[VP_CAUSE_UNKNOWN] = "unknown",
};
static_assert(sizeof(cause_names) / sizeof(cause_names[0]) == VP_CAUSE_NR, "one name per cause");

static const char *const end_names[] = {
	[VP_END_REARMED] = "re-armed",	    [VP_END_WEIGHT] = "weight used up",
	[VP_END_BUSY] = "busy loop left",   [VP_END_COMPLETION] = "completion",
	[VP_END_SOCKET] = "socket ready",   [VP_END_WAIT] = "waits for the socket",
	[VP_END_NO_BACKEND] = "no backend", [VP_END_UNKNOWN] = "unknown",
};
static_assert(sizeof(end_names) / sizeof(end_names[0]) == VP_END_NR, "one name per end");

static const char *const requeue_names[] = {
	[VP_REQUEUE_WEIGHT] = "weight",		[VP_REQUEUE_BUSY] = "busy loop",
	[VP_REQUEUE_COMPLETION] = "completion", [VP_REQUEUE_SOCKET] = "socket",
	[VP_REQUEUE_UNKNOWN] = "unknown",
};
static_assert(sizeof(requeue_names) / sizeof(requeue_names[0]) == VP_REQUEUE_NR,
	      "one name per reason");

/* What every line of the block needs. */
struct block {
	struct pen *pen;
	const struct report *report;
	const struct report_queue *queue;
	unsigned count_columns;
	unsigned detail; /* column the details start in */
};

char *text_vm(const struct pen *pen, char out[VM_LABEL_LEN], const struct report_queue *queue,
	      unsigned columns)
{
	char name[VM_LABEL_LEN - 32];

	pen_foreign(pen, name, sizeof(name), queue->vm_name, columns);
	if (queue->vm_pid)
		snprintf(out, VM_LABEL_LEN, "VM %s (pid %u)", name, queue->vm_pid);
	else
		snprintf(out, VM_LABEL_LEN, "VM %s", name);
	return out;
}

static void print_worker(struct pen *pen, const struct report_queue *queue)
{
	char comm[128], text[160];

	pen_foreign(pen, comm, sizeof(comm), queue->worker_comm, NAME_COLUMNS);
	if (queue->worker_tid)
		snprintf(text, sizeof(text), "worker %s (tid %u)", comm, queue->worker_tid);
	else
		snprintf(text, sizeof(text), "worker %s", comm);
	pen_item(pen, STYLE_PLAIN, INDENT + 2, pen_dot(pen), text);
}

static void print_title(struct pen *pen, const struct report_queue *queue)
{
	char vm[VM_LABEL_LEN], device[128], name[16];

	pen_text(pen, STYLE_TITLE, text_vm(pen, vm, queue, NAME_COLUMNS));
	pen_foreign(pen, device, sizeof(device), queue->device, NAME_COLUMNS);
	pen_item(pen, STYLE_TITLE, INDENT + 2, pen_dot(pen), device);
	pen_item(pen, STYLE_TITLE, INDENT + 2, pen_dot(pen), report_queue_name(name, queue));
	print_worker(pen, queue);
}

static void print_churn(const struct block *block)
{
	static const enum style styles[] = {
		[CHURN_UNKNOWN] = STYLE_LABEL,
		[CHURN_NONE] = STYLE_GOOD,
		[CHURN_SOME] = STYLE_WARN,
		[CHURN_YES] = STYLE_BAD,
	};
	struct churn churn = churn_judge(block->queue, block->report->source.duration_ns);
	char name[16], sentence[SENTENCE_LEN];

	sentence_churn(sentence, report_queue_name(name, block->queue), &churn);
	pen_paragraph(block->pen, styles[churn.verdict], INDENT, sentence);
}

/* Label, count and rate; the details follow on the same line. */
static void begin_line(const struct block *block, const char *label, const char *count,
		       const char *rate)
{
	struct pen *pen = block->pen;

	pen_to(pen, INDENT);
	pen_left(pen, STYLE_LABEL, label, LABEL_COLUMNS);
	pen_right(pen, STYLE_PLAIN, count, block->count_columns);
	pen_right(pen, STYLE_PLAIN, rate, RATE_COLUMNS);
}

static void begin_count(const struct block *block, const char *label, uint64_t count)
{
	char exact[NUMBER_LEN], rate[NUMBER_LEN];

	number_rate(rate, count, block->report->source.duration_ns);
	begin_line(block, label, number_exact(exact, count), rate);
}

static void item(const struct block *block, enum style style, const char *text)
{
	pen_item(block->pen, style, block->detail, ITEM, text);
}

/* The index that follows `last` when counts are taken from the largest down; n when none is left. */
static size_t next_largest(const uint64_t *counts, size_t n, size_t last)
{
	size_t best = n, i;

	for (i = 0; i < n; i++) {
		bool later = last == n || counts[i] < counts[last] ||
			     (counts[i] == counts[last] && i > last);

		if (counts[i] && later && (best == n || counts[i] > counts[best]))
			best = i;
	}
	return best;
}

/*
 * "kick 660 (97 %)" for every count above 0, the largest first. Nothing when the whole is unknown:
 * the line says so already.
 */
static void split(const struct block *block, const uint64_t *counts, const char *const *names,
		  size_t n, uint64_t whole)
{
	size_t i;

	if (whole == VP_UNKNOWN)
		return;
	for (i = next_largest(counts, n, n); i < n; i = next_largest(counts, n, i)) {
		char text[96], count[UNITS_LEN], share[NUMBER_LEN];

		units_count(count, counts[i]);
		number_share(share, number_ratio(counts[i], whole));
		if (counts[i] == VP_UNKNOWN)
			snprintf(text, sizeof(text), "%s -", names[i]);
		else
			snprintf(text, sizeof(text), "%s %s (%s)", names[i], count, share);
		item(block, STYLE_PLAIN, text);
	}
}

static void print_runs(const struct block *block)
{
	const struct report_queue *queue = block->queue;

	begin_count(block, "runs", queue->runs);
	split(block, queue->causes, cause_names, VP_CAUSE_NR, queue->runs);
	pen_newline(block->pen);
	begin_line(block, "ended", "", "");
	split(block, queue->ends, end_names, VP_END_NR, queue->runs);
	pen_newline(block->pen);
}

static void print_chains(const struct block *block)
{
	const struct vp_hist *batch = &block->queue->batch;
	char text[96], mean[NUMBER_LEN], p50[UNITS_LEN], p99[UNITS_LEN], max[UNITS_LEN];

	begin_count(block, "chains", block->queue->chains);
	snprintf(text, sizeof(text), "per run: mean %s",
		 number_mean(mean, number_ratio(block->queue->chains, block->queue->runs)));
	item(block, STYLE_PLAIN, text);
	snprintf(text, sizeof(text), "p50 %s  p99 %s  max %s",
		 units_count(p50, hist_percentile(batch, 0.5)),
		 units_count(p99, hist_percentile(batch, 0.99)),
		 units_count(max, hist_percentile(batch, 1)));
	item(block, STYLE_PLAIN, text);
	pen_newline(block->pen);
}

static void print_bytes(const struct block *block)
{
	const struct report_queue *queue = block->queue;
	char bytes[UNITS_LEN], rate[NUMBER_LEN], mean[NUMBER_LEN], text[64];

	begin_line(block, "bytes", units_bytes(bytes, queue->bytes),
		   number_byte_rate(rate, queue->bytes, block->report->source.duration_ns));
	if (queue->bytes != VP_UNKNOWN && queue->chains) {
		number_mean(mean, number_ratio(queue->bytes, queue->chains));
		snprintf(text, sizeof(text), "%s B per chain", mean);
		item(block, STYLE_PLAIN, text);
	}
	pen_newline(block->pen);
}

/* The kick eventfd counts on its own: does it agree with what the probes saw? */
static void print_eventfd(const struct block *block)
{
	const struct report_queue *queue = block->queue;
	uint64_t min = queue->eventfd_min, max = queue->eventfd_max, seen = queue->doorbells;
	char text[160], range[64];

	if (min == VP_UNKNOWN || max == VP_UNKNOWN || seen == VP_UNKNOWN) {
		item(block, STYLE_PLAIN, "eventfd -");
		return;
	}
	if (seen >= min && seen <= max) {
		item(block, STYLE_PLAIN, "eventfd agrees");
		return;
	}
	snprintf(range, sizeof(range), min == max ? "%llu" : "%llu to %llu",
		 (unsigned long long)min, (unsigned long long)max);
	snprintf(text, sizeof(text), "kick eventfd counted %s, we saw %llu doorbells: %llu %s",
		 range, (unsigned long long)seen,
		 (unsigned long long)(seen < min ? min - seen : seen - max),
		 seen < min ? "missed" : "too many");
	pen_newline(block->pen);
	pen_paragraph(block->pen, STYLE_BAD, block->detail, text);
}

static void print_doorbells(const struct block *block)
{
	char text[64], count[UNITS_LEN];

	begin_count(block, "doorbells", block->queue->doorbells);
	snprintf(text, sizeof(text), "%s coalesced", units_count(count, block->queue->coalesced));
	item(block, STYLE_PLAIN, text);
	print_eventfd(block);
	if (block->pen->column)
		pen_newline(block->pen);
}

static void print_calls(const struct block *block)
{
	char text[64], mean[NUMBER_LEN];

	begin_count(block, "calls", block->queue->calls);
	number_mean(mean, number_ratio(block->queue->calls, block->queue->runs));
	snprintf(text, sizeof(text), "%s per run", mean);
	item(block, STYLE_PLAIN, text);
	pen_newline(block->pen);
}

static void print_rearms(const struct block *block)
{
	char text[64], count[UNITS_LEN];

	begin_count(block, "re-arms", block->queue->rearms);
	snprintf(text, sizeof(text), "%s more found the ring refilled",
		 units_count(count, block->queue->races));
	item(block, STYLE_PLAIN, text);
	pen_newline(block->pen);
}

static void print_requeues(const struct block *block)
{
	const struct report_queue *queue = block->queue;

	begin_count(block, "requeues", queue->requeues);
	split(block, queue->requeue_reasons, requeue_names, VP_REQUEUE_NR, queue->requeues);
	pen_newline(block->pen);
}

/* Wide enough for the largest count of the block, so that they line up. */
static unsigned widest_count(const struct report_queue *queue)
{
	const uint64_t counts[] = {queue->runs,	 queue->chains, queue->doorbells,
				   queue->calls, queue->rearms, queue->requeues};
	unsigned widest = 8; /* "1.05 KiB" */
	char text[NUMBER_LEN];
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		unsigned columns = (unsigned)strlen(number_exact(text, counts[i]));

		widest = columns > widest ? columns : widest;
	}
	return widest;
}

static void print_idle(struct pen *pen, const struct report_queue *queue)
{
	char text[64], count[UNITS_LEN];

	pen_item(pen, STYLE_PLAIN, INDENT + 2, pen_dot(pen), "no runs");
	if (queue->doorbells && queue->doorbells != VP_UNKNOWN) {
		units_count(count, queue->doorbells);
		snprintf(text, sizeof(text), "%s doorbells", count);
		pen_item(pen, STYLE_WARN, INDENT + 2, pen_dot(pen), text);
	}
	pen_newline(pen);
}

void text_queue(struct pen *pen, const struct report *report, const struct report_queue *queue)
{
	struct block block = {pen, report, queue, widest_count(queue), 0};

	block.detail = INDENT + LABEL_COLUMNS + block.count_columns + RATE_COLUMNS + 2;
	print_title(pen, queue);
	if (!queue->runs) {
		print_idle(pen, queue);
		return;
	}
	pen_newline(pen);
	print_churn(&block);
	pen_newline(pen);
	print_runs(&block);
	print_chains(&block);
	print_bytes(&block);
	print_doorbells(&block);
	print_calls(&block);
	print_rearms(&block);
	print_requeues(&block);
	text_stages(pen, report, queue);
	text_times(pen, queue);
	text_samples(pen, report, queue);
}
