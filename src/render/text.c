// SPDX-License-Identifier: BSD-2-Clause
/*
 * The report for people, fitted to the terminal. Knows the order of its parts: what was measured,
 * the queues, the functions, what is missing from it and how exact it is.
 */
#include "render/formats.h"

#include "base/units.h"
#include "render/number.h"
#include "render/text_parts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define WIDEST	      120
#define ITEM	      "  "
#define LABEL_COLUMNS 10

/* Up to so many queues each one is shown in full; of more, a table of all and the busiest in full. */
#define QUEUES_IN_FULL 8
#define QUEUES_BUSIEST 4

static void title_item(struct pen *pen, const char *before, const char *text)
{
	char name[256], part[300];

	if (!text)
		return;
	pen_foreign(pen, name, sizeof(name), text, 60);
	snprintf(part, sizeof(part), "%s%s", before, name);
	pen_item(pen, STYLE_PLAIN, 0, pen_dot(pen), part);
}

static void print_title(struct pen *pen, const struct report *report)
{
	const struct report_source *source = &report->source;
	char text[64], duration[UNITS_LEN];

	pen_text(pen, STYLE_TITLE, "vhostprof");
	title_item(pen, "", source->kind ? source->kind : "-");
	title_item(pen, "", source->path);
	title_item(pen, "Linux ", source->kernel ? source->kernel : "-");
	title_item(pen, "", source->machine);
	title_item(pen, "level ", source->level);
	snprintf(text, sizeof(text), "window %s", units_duration(duration, source->duration_ns));
	pen_item(pen, STYLE_PLAIN, 0, pen_dot(pen), text);
	pen_newline(pen);
}

static int busier_first(const void *left, const void *right)
{
	const struct report_queue *a = *(const struct report_queue *const *)left;
	const struct report_queue *b = *(const struct report_queue *const *)right;

	if (a->runs != b->runs)
		return a->runs < b->runs ? 1 : -1;
	return (a > b) - (a < b);
}

static void print_busiest(struct pen *pen, const struct report *report)
{
	const struct report_queue **order = calloc(report->queues.len, sizeof(*order));
	size_t i;

	if (!order) {
		pen_text(pen, STYLE_BAD, "out of memory: no queue is shown in full");
		pen_newline(pen);
		return;
	}
	for (i = 0; i < report->queues.len; i++)
		order[i] = &report->queues.items[i];
	qsort(order, report->queues.len, sizeof(*order), busier_first);
	for (i = 0; i < QUEUES_BUSIEST; i++) {
		pen_newline(pen);
		text_queue(pen, report, order[i]);
	}
	free(order);
}

static void print_many(struct pen *pen, const struct report *report)
{
	char text[160];

	pen_newline(pen);
	text_summary(pen, report);
	pen_newline(pen);
	snprintf(text, sizeof(text),
		 "%zu queues. The %d with the most runs follow in full; --format json has all of "
		 "them.",
		 report->queues.len, QUEUES_BUSIEST);
	pen_paragraph(pen, STYLE_LABEL, 0, text);
	print_busiest(pen, report);
}

static void print_queues(struct pen *pen, const struct report *report)
{
	if (!report->queues.len) {
		pen_newline(pen);
		pen_text(pen, STYLE_PLAIN, "no queues");
		pen_newline(pen);
	} else if (report->queues.len > QUEUES_IN_FULL) {
		print_many(pen, report);
	} else {
		vec_foreach (queue, &report->queues) {
			pen_newline(pen);
			text_queue(pen, report, queue);
		}
	}
}

static void label(struct pen *pen, const char *text)
{
	pen_left(pen, STYLE_LABEL, text, LABEL_COLUMNS);
}

static void loss_item(struct pen *pen, uint64_t count, const char *one, const char *many)
{
	enum style style = count && count != VP_UNKNOWN ? STYLE_BAD : STYLE_PLAIN;
	char text[96], exact[NUMBER_LEN];

	snprintf(text, sizeof(text), "%s %s", number_exact(exact, count), count == 1 ? one : many);
	pen_item(pen, style, LABEL_COLUMNS, ITEM, text);
}

static void print_probes_missing(struct pen *pen, const struct report_loss *loss)
{
	if (!loss->probes_missing.len) {
		pen_item(pen, STYLE_PLAIN, LABEL_COLUMNS, ITEM, "0 probes missing");
		return;
	}
	loss_item(pen, loss->probes_missing.len, "probe missing:", "probes missing:");
	vec_foreach (name, &loss->probes_missing) {
		char safe[256];

		pen_foreign(pen, safe, sizeof(safe), *name, 60);
		pen_item(pen, STYLE_BAD, LABEL_COLUMNS, " ", safe);
	}
}

static bool is_sampled(const struct report *report)
{
	vec_foreach (queue, &report->queues)
		for (int cause = 0; cause < VP_CAUSE_NR; cause++)
			if (queue->samples[cause])
				return true;
	return false;
}

/* Only where functions were measured. */
static void print_call_loss(struct pen *pen, const struct report *report)
{
	const struct report_loss *loss = &report->loss;

	if (report->functions.len)
		loss_item(pen, loss->calls_broken, "call broken", "calls broken");
	if (loss->calls_too_deep)
		loss_item(pen, loss->calls_too_deep, "call too deep", "calls too deep");
	if (loss->calls_unplaced)
		loss_item(pen, loss->calls_unplaced, "call unplaced", "calls unplaced");
	if (loss->events_lost)
		loss_item(pen, loss->events_lost, "event lost", "events lost");
	if (loss->samples_lost || is_sampled(report))
		loss_item(pen, loss->samples_lost, "sample lost", "samples lost");
}

/* Always there: a report that lost nothing says so. */
static void print_loss(struct pen *pen, const struct report *report)
{
	const struct report_loss *loss = &report->loss;

	pen_newline(pen);
	label(pen, "loss");
	loss_item(pen, loss->records_lost, "record lost", "records lost");
	loss_item(pen, loss->runs_broken, "run broken", "runs broken");
	loss_item(pen, loss->probe_misses, "probe miss", "probe misses");
	loss_item(pen, loss->queues_unplaced, "queue unplaced", "queues unplaced");
	if (loss->lines_unparsed)
		loss_item(pen, loss->lines_unparsed, "line unparsed", "lines unparsed");
	print_call_loss(pen, report);
	print_probes_missing(pen, loss);
	pen_newline(pen);
}

static void print_cost(struct pen *pen, const struct report_cost *cost)
{
	char text[160], window[UNITS_LEN], hits[UNITS_LEN];

	if (!cost->window_ns)
		return;
	label(pen, "cost");
	units_duration(window, cost->window_ns);
	units_count(hits, cost->hits);
	if (cost->worker_ns)
		snprintf(text, sizeof(text),
			 "the probes took %.1f %% of the workers' time (looked at for %s: %s hits)",
			 100.0 * (double)cost->probes_ns / (double)cost->worker_ns, window, hits);
	else
		snprintf(text, sizeof(text), "the workers did not run while it was looked at (%s)",
			 window);
	pen_paragraph(pen, STYLE_PLAIN, LABEL_COLUMNS, text);
}

static void print_accuracy(struct pen *pen)
{
	char text[160];

	label(pen, "accuracy");
	snprintf(text, sizeof(text),
		 "percentiles are accurate to 1/%u (%.1f %%); counts, max, mean are exact",
		 VP_HIST_SUB, VP_HIST_RELATIVE_ERROR * 100);
	pen_paragraph(pen, STYLE_PLAIN, LABEL_COLUMNS, text);
}

static void print_notes(struct pen *pen, const struct report *report)
{
	vec_foreach (note, &report->notes) {
		char safe[512];

		label(pen, "note");
		pen_foreign(pen, safe, sizeof(safe), *note, sizeof(safe));
		pen_paragraph(pen, STYLE_PLAIN, LABEL_COLUMNS, safe);
	}
}

void text_report(struct sink *sink, const struct report *report,
		 const struct render_options *options)
{
	struct pen pen;

	pen_open(&pen, sink, options, WIDEST);
	print_title(&pen, report);
	print_queues(&pen, report);
	text_functions(&pen, report);
	text_corrected(&pen, report);
	print_loss(&pen, report);
	print_cost(&pen, &report->cost);
	print_accuracy(&pen);
	print_notes(&pen, report);
}
