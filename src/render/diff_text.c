// SPDX-License-Identifier: BSD-2-Clause
/*
 * A diff for people: each queue's numbers before and after, the functions that changed, and how change
 * was told from noise. Knows how numbers are laid out and worded. Refuses to judge them.
 */
#include "render/diff.h"

#include "base/units.h"
#include "render/number.h"
#include "render/text_parts.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define WIDEST	       110
#define INDENT	       2
#define LABEL_COLUMNS  12
#define VALUE_COLUMNS  11
#define RANGE_COLUMNS  20
#define CHANGE_COLUMNS 9

enum unit { UNIT_TIME, UNIT_RATE, UNIT_SHARE };

static const struct {
	const char *name; /* of a queue's row; NULL: none */
	enum unit unit;
} measures[] = {
	[DIFF_RATE] = {"runs/s", UNIT_RATE},	     [DIFF_KICK_RATE] = {"kick runs/s", UNIT_RATE},
	[DIFF_CHAIN_RATE] = {"chains/s", UNIT_RATE}, [DIFF_CHURN] = {"churn", UNIT_SHARE},
	[DIFF_WAKE_P50] = {"wake p50", UNIT_TIME},   [DIFF_WAKE_P99] = {"wake p99", UNIT_TIME},
	[DIFF_PER_EVENT] = {"per run", UNIT_TIME},   [DIFF_PER_RUN] = {NULL, UNIT_TIME},
	[DIFF_PER_CHAIN] = {"per chain", UNIT_TIME}, [DIFF_P50] = {"run p50", UNIT_TIME},
	[DIFF_P99] = {"run p99", UNIT_TIME},
};
static_assert(sizeof(measures) / sizeof(measures[0]) == DIFF_NR, "every measure has a row");

static char *value_text(char out[NUMBER_LEN], double value, enum unit unit)
{
	char text[UNITS_LEN];

	if (unit == UNIT_SHARE)
		return number_share(out, isnan(value) ? -1 : value);
	if (isnan(value))
		snprintf(out, NUMBER_LEN, "-");
	else if (value == 0)
		snprintf(out, NUMBER_LEN, "0");
	else if (unit == UNIT_RATE)
		snprintf(out, NUMBER_LEN, "%s", units_rate(text, value));
	else
		snprintf(out, NUMBER_LEN, "%s", units_duration(text, number_whole(value)));
	return out;
}

/* "+12 %", "-86 %", "x14": a percentage nobody can picture is said as a factor. */
static char *change_text(char out[NUMBER_LEN], double change)
{
	if (isnan(change))
		snprintf(out, NUMBER_LEN, "-");
	else if (change >= 9.995)
		snprintf(out, NUMBER_LEN, "x%.0f", change + 1);
	else
		snprintf(out, NUMBER_LEN, "%+.*f %%", fabs(change) < 0.0995 ? 1 : 0, change * 100);
	return out;
}

static char *range_text(char out[2 * NUMBER_LEN + 8], const struct diff_value *value)
{
	char low[NUMBER_LEN], high[NUMBER_LEN];

	if (isnan(value->change_low))
		snprintf(out, 2 * NUMBER_LEN + 8, "-");
	else
		snprintf(out, 2 * NUMBER_LEN + 8, "%s to %s", change_text(low, value->change_low),
			 change_text(high, value->change_high));
	return out;
}

static enum style style_of(const struct diff_value *value, enum diff_measure measure)
{
	switch (value->verdict) {
	case DIFF_MORE:
		return diff_is_cost(measure) ? STYLE_BAD : STYLE_TITLE;
	case DIFF_LESS:
		return diff_is_cost(measure) ? STYLE_GOOD : STYLE_TITLE;
	default:
		return STYLE_LABEL;
	}
}

static const char *verdict_text(const struct diff_value *value, enum diff_measure measure)
{
	switch (value->verdict) {
	case DIFF_MORE:
		return diff_is_cost(measure) ? "worse" : "more";
	case DIFF_LESS:
		return diff_is_cost(measure) ? "better" : "less";
	case DIFF_NOISE:
		return "noise";
	case DIFF_TOO_SHORT:
		return "too few";
	default:
		return "";
	}
}

static void print_side(struct pen *pen, const char *label, const struct report *report)
{
	const struct report_source *source = &report->source;
	char safe[256], text[320], duration[UNITS_LEN], count[UNITS_LEN];
	uint64_t runs = 0;

	vec_foreach (queue, &report->queues)
		runs += queue->runs;
	pen_left(pen, STYLE_LABEL, label, 8);
	pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen),
		 pen_foreign(pen, safe, sizeof(safe), source->path, 200));
	pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen), source->kind ? source->kind : "-");
	if (source->kernel) {
		snprintf(text, sizeof(text), "Linux %s",
			 pen_foreign(pen, safe, sizeof(safe), source->kernel, 60));
		pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen), text);
	}
	snprintf(text, sizeof(text), "%s runs in %s", units_count(count, runs),
		 units_duration(duration, source->duration_ns));
	pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen), text);
	pen_newline(pen);
}

static void queue_item(struct pen *pen, const struct report_queue *queue)
{
	char label[VM_LABEL_LEN], safe[128], name[16], text[192];

	if (queue->vm_name || queue->vm_pid)
		pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen), text_vm(pen, label, queue, 30));
	if (queue->device)
		pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen),
			 pen_foreign(pen, safe, sizeof(safe), queue->device, 30));
	pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen), report_queue_name(name, queue));
	if (queue->worker_comm) {
		snprintf(text, sizeof(text), "%s (tid %u)",
			 pen_foreign(pen, safe, sizeof(safe), queue->worker_comm, 20),
			 queue->worker_tid);
		pen_item(pen, STYLE_PLAIN, INDENT, pen_dot(pen), text);
	}
}

static void print_match(struct pen *pen, const struct diff_queue *row)
{
	if (!row->before || !row->after) {
		pen_item(pen, STYLE_WARN, INDENT, pen_dot(pen),
			 row->before ? "only before" : "only after");
	} else if (row->how == MATCH_ORDER) {
		pen_item(pen, STYLE_PLAIN, INDENT, pen_dot(pen), "compared, by order, with");
		pen->inked = false;
		pen_newline(pen);
		pen_to(pen, INDENT);
		queue_item(pen, row->after);
	}
	pen_newline(pen);
}

static void print_value(struct pen *pen, const struct diff_value *value, enum diff_measure measure)
{
	enum unit unit = measures[measure].unit;
	enum style style = style_of(value, measure);
	char text[NUMBER_LEN], range[2 * NUMBER_LEN + 8];

	pen_to(pen, INDENT);
	pen_left(pen, STYLE_LABEL, measures[measure].name, LABEL_COLUMNS);
	pen_right(pen, STYLE_PLAIN, value_text(text, value->before, unit), VALUE_COLUMNS);
	pen_right(pen, STYLE_PLAIN, value_text(text, value->after, unit), VALUE_COLUMNS);
	pen_right(pen, style, change_text(text, value->change), CHANGE_COLUMNS);
	pen_right(pen, STYLE_LABEL, range_text(range, value), RANGE_COLUMNS);
	pen_text(pen, STYLE_PLAIN, "   ");
	pen_text(pen, style, verdict_text(value, measure));
	pen_newline(pen);
}

static void print_queue_titles(struct pen *pen)
{
	pen_to(pen, INDENT + LABEL_COLUMNS);
	pen_right(pen, STYLE_LABEL, "before", VALUE_COLUMNS);
	pen_right(pen, STYLE_LABEL, "after", VALUE_COLUMNS);
	pen_right(pen, STYLE_LABEL, "change", CHANGE_COLUMNS);
	pen_right(pen, STYLE_LABEL, "95 % interval", RANGE_COLUMNS);
	pen_newline(pen);
}

static void print_queue(struct pen *pen, const struct diff_queue *row)
{
	enum diff_measure measure;

	pen_newline(pen);
	queue_item(pen, row->before ? row->before : row->after);
	print_match(pen, row);
	if (!row->before || !row->after)
		return;
	print_queue_titles(pen);
	for (measure = 0; measure < DIFF_NR; measure++)
		if (measures[measure].name && row->values[measure].verdict != DIFF_UNKNOWN)
			print_value(pen, &row->values[measure], measure);
}

static bool has_changed(const struct diff_function *row)
{
	int i;

	for (i = 0; i < DIFF_NR; i++)
		if (row->values[i].verdict == DIFF_MORE || row->values[i].verdict == DIFF_LESS)
			return true;
	return false;
}

/* Noise is marked where there is no colour to show it. */
static void print_change(struct pen *pen, const struct diff_function *row,
			 enum diff_measure measure)
{
	const struct diff_value *value = &row->values[measure];
	char text[NUMBER_LEN], marked[NUMBER_LEN + 4];
	const char *mark = value->verdict == DIFF_NOISE	      ? "~"
			   : value->verdict == DIFF_TOO_SHORT ? "?"
							      : "";

	snprintf(marked, sizeof(marked), "%s%s", mark, change_text(text, value->change));
	pen_right(pen, style_of(value, measure), marked, CHANGE_COLUMNS);
}

static void function_name(char *out, size_t size, const struct pen *pen,
			  const struct diff_function *row)
{
	const struct report_function *function = row->before ? row->before : row->after;

	pen_foreign(pen, out, size, function->name, 60);
}

static void print_function(struct pen *pen, const struct diff_function *row)
{
	const struct diff_value *cost = &row->values[DIFF_PER_RUN];
	char text[NUMBER_LEN], name[256];

	function_name(name, sizeof(name), pen, row);
	pen_left(pen, STYLE_PLAIN, name, pen->width - 54);
	print_change(pen, row, DIFF_RATE);
	pen_right(pen, STYLE_PLAIN, value_text(text, cost->before, UNIT_TIME), 9);
	pen_right(pen, STYLE_PLAIN, value_text(text, cost->after, UNIT_TIME), 9);
	print_change(pen, row, DIFF_PER_RUN);
	print_change(pen, row, DIFF_P50);
	print_change(pen, row, DIFF_P99);
	pen_newline(pen);
}

static void print_function_titles(struct pen *pen)
{
	static const char *const titles[] = {"calls/s", "per run", "after", "change", "p50", "p99"};
	size_t i;

	pen_newline(pen);
	pen_left(pen, STYLE_LABEL, "function", pen->width - 54);
	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		pen_right(pen, STYLE_LABEL, titles[i], CHANGE_COLUMNS);
	pen_newline(pen);
}

static void print_one_sided(struct pen *pen, const struct diff *diff, bool before)
{
	char name[256];
	bool any = false;

	vec_foreach (row, &diff->functions) {
		if (before ? row->after != NULL : row->before != NULL)
			continue;
		if (!any) {
			pen_newline(pen);
			pen_left(pen, STYLE_LABEL, before ? "only before" : "only after", 14);
		}
		any = true;
		function_name(name, sizeof(name), pen, row);
		pen_item(pen, STYLE_PLAIN, 14, "  ", name);
	}
	if (any)
		pen_newline(pen);
}

static void print_functions(struct pen *pen, const struct diff *diff, bool all)
{
	size_t shown = 0, both = 0;
	char text[200];

	vec_foreach (row, &diff->functions) {
		if (!row->before || !row->after)
			continue;
		both++;
		if (!all && !has_changed(row))
			continue;
		if (!shown++)
			print_function_titles(pen);
		print_function(pen, row);
	}
	if (!both)
		return;
	if (shown < both) {
		pen_newline(pen);
		snprintf(text, sizeof(text),
			 "%zu of %zu functions in both changed; --all shows the rest.", shown,
			 both);
		pen_paragraph(pen, STYLE_LABEL, 0, text);
	}
	print_one_sided(pen, diff, true);
	print_one_sided(pen, diff, false);
}

/* How the verdicts came about, and what they do not cover. */
static void print_test(struct pen *pen, const struct diff *diff)
{
	char text[640];

	pen_newline(pen);
	if (!diff->judged) {
		pen_paragraph(
			pen, STYLE_WARN, 0,
			"Too short to judge: nothing here happened often enough to tell a change "
			"from noise.");
		return;
	}
	snprintf(
		text, sizeof(text),
		"%u of %u numbers changed. Noise (~) is what Welch's t over blocks (%u and %u of runs, %u "
		"and %u of time) cannot tell from no change; by Holm's procedure over all numbers, of two "
		"sources that behave alike at most %.0f %% show any change. What varies from one "
		"measurement to the next is not in it: measure twice.",
		diff->changed, diff->judged, diff->blocks_before.by_run, diff->blocks_after.by_run,
		diff->blocks_before.by_time, diff->blocks_after.by_time, DIFF_ERROR_RATE * 100);
	pen_paragraph(pen, STYLE_LABEL, 0, text);
}

void diff_text(struct sink *sink, const struct diff *diff, const struct render_options *options,
	       const struct diff_options *wanted)
{
	struct pen pen;

	pen_open(&pen, sink, options, WIDEST);
	pen_text(&pen, STYLE_TITLE, "vhostprof diff");
	pen_newline(&pen);
	print_side(&pen, "before", diff->before);
	print_side(&pen, "after", diff->after);
	vec_foreach (row, &diff->queues)
		print_queue(&pen, row);
	print_functions(&pen, diff, wanted->all);
	print_test(&pen, diff);
}
