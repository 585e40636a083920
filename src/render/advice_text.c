// SPDX-License-Identifier: BSD-2-Clause
/* Advice for people: what to do first, then what it rests on. Knows the order and the layout. */
#include "render/advice.h"

#include "base/units.h"
#include "render/number.h"
#include "render/text_parts.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define WIDEST 110
#define INDENT 2
#define TEXT   6

/* Enough to see the curve; the recommended one is always shown. */
static const uint32_t shown[] = {1, 2, 5, 10, 20, 30, 50, 100, 200, 500};

static bool is_shown(const struct whatif *whatif, unsigned index)
{
	size_t i;

	for (i = 0; i < sizeof(shown) / sizeof(shown[0]); i++)
		if (shown[i] == whatif->points[index].poll_us)
			return true;
	return whatif->points[index].asked || (int)index == whatif->recommended;
}

static char *interval_text(char out[2 * NUMBER_LEN + 8], const struct whatif_point *point)
{
	char low[NUMBER_LEN], high[NUMBER_LEN];

	snprintf(out, 2 * NUMBER_LEN + 8, "%s to %s", number_share(low, point->absorbed_low),
		 number_share(high, point->absorbed_high));
	return out;
}

static char *rate_text(char out[NUMBER_LEN], double per_second)
{
	char rate[UNITS_LEN];

	snprintf(out, NUMBER_LEN, "%s",
		 isnan(per_second) ? "-"
		 : per_second > 0  ? units_rate(rate, per_second)
				   : "0");
	return out;
}

static char *cpu_text(char out[NUMBER_LEN], double cpus)
{
	return number_share(out, isnan(cpus) ? -1 : cpus);
}

static void print_point(struct pen *pen, const struct whatif_point *point, bool recommended)
{
	enum style style = recommended ? STYLE_GOOD : STYLE_PLAIN;
	char text[2 * NUMBER_LEN + 8], spin[UNITS_LEN];

	pen_to(pen, TEXT);
	snprintf(text, sizeof(text), "%u", point->poll_us);
	pen_right(pen, style, text, 7);
	pen_right(pen, style, number_share(text, point->absorbed), 10);
	pen_right(pen, STYLE_LABEL, interval_text(text, point), 20);
	pen_right(pen, style, rate_text(text, point->kicks_left), 9);
	pen_right(pen, style, cpu_text(text, point->cpu_added), 9);
	pen_right(pen, style,
		  isfinite(point->spin_per_kick_ns)
			  ? units_duration(spin, number_whole(point->spin_per_kick_ns))
			  : "-",
		  10);
	pen_text(pen, style, recommended ? " <--" : "");
	pen_newline(pen);
}

static void print_titles(struct pen *pen)
{
	pen_newline(pen);
	pen_to(pen, TEXT);
	pen_right(pen, STYLE_LABEL, "poll-us", 7);
	pen_right(pen, STYLE_LABEL, "absorbed", 10);
	pen_right(pen, STYLE_LABEL, "95 % interval", 20);
	pen_right(pen, STYLE_LABEL, "kicks/s", 9);
	pen_right(pen, STYLE_LABEL, "CPU +", 9);
	pen_right(pen, STYLE_LABEL, "per kick", 10);
	pen_newline(pen);
}

static void print_rx_cost(struct pen *pen, const struct advice_queue *row)
{
	const struct whatif *whatif = &row->whatif;
	double us = whatif->recommended < 0 ? 0 : whatif->points[whatif->recommended].poll_us;
	char text[200], cpu[NUMBER_LEN];

	if (!(row->rx_spins > 0) || us == 0)
		return;
	snprintf(
		text, sizeof(text),
		"poll-us holds for the rx queue as well: its runs that find the socket empty would add at "
		"most %s of a CPU.",
		number_share(cpu, row->rx_spins * us * WHATIF_UNIT_NS / 1e9));
	pen_paragraph(pen, STYLE_PLAIN, TEXT, text);
}

static void print_whatif(struct pen *pen, const struct advice *advice,
			 const struct advice_queue *row)
{
	char text[ADVICE_SENTENCE_LEN];
	unsigned i;

	if (!row->whatif.len || row->whatif.why == WHATIF_FEW_GAPS)
		return;
	print_titles(pen);
	for (i = 0; i < row->whatif.len; i++)
		if (is_shown(&row->whatif, i))
			print_point(pen, &row->whatif.points[i], (int)i == row->whatif.recommended);
	pen_newline(pen);
	print_rx_cost(pen, row);
	pen_paragraph(pen, STYLE_LABEL, TEXT, advice_assumption(text, &row->whatif));
	if (row->findings[ADVICE_BUSY_POLL].verdict == ADVICE_ACT && advice_hazard(text, advice)[0])
		pen_paragraph(pen, STYLE_WARN, TEXT, text);
}

static void print_finding(struct pen *pen, const struct advice *advice,
			  const struct advice_queue *row, enum advice_rule rule)
{
	bool act = row->findings[rule].verdict == ADVICE_ACT;
	char text[ADVICE_SENTENCE_LEN];

	if (!advice_sentence(text, advice, row, rule)[0])
		return;
	pen_newline(pen);
	pen_to(pen, INDENT);
	pen_text(pen, act ? STYLE_BAD : STYLE_LABEL, act ? "(!) " : "    ");
	pen_text(pen, act ? STYLE_TITLE : STYLE_LABEL, advice_rule_name(rule));
	pen_newline(pen);
	pen_paragraph(pen, STYLE_PLAIN, TEXT, text);
	if (advice_setting(text, row, rule)[0]) {
		pen_to(pen, TEXT);
		pen_text(pen, STYLE_GOOD, text);
		pen_newline(pen);
	}
	if (rule == ADVICE_BUSY_POLL)
		print_whatif(pen, advice, row);
}

/* Rules that found nothing, and rules that could not look, by name. */
static void print_rest(struct pen *pen, const struct advice_queue *row, enum advice_verdict verdict,
		       const char *label)
{
	bool any = false;
	int rule;

	for (rule = 0; rule < ADVICE_NR; rule++) {
		if (row->findings[rule].verdict != verdict)
			continue;
		if (!any) {
			pen_to(pen, INDENT);
			pen_left(pen, STYLE_LABEL, label, 14);
		}
		any = true;
		pen_item(pen, STYLE_PLAIN, INDENT + 14, ", ", advice_rule_name(rule));
	}
	if (any)
		pen_newline(pen);
}

static void print_title(struct pen *pen, const struct advice_queue *row)
{
	const struct report_queue *queue = row->queue;
	char label[VM_LABEL_LEN], safe[128], name[16], worker[192];

	pen_newline(pen);
	if (queue->vm_name || queue->vm_pid)
		pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen), text_vm(pen, label, queue, 30));
	if (queue->device)
		pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen),
			 pen_foreign(pen, safe, sizeof(safe), queue->device, 30));
	pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen), report_queue_name(name, queue));
	snprintf(worker, sizeof(worker), "worker %s (tid %u)",
		 pen_foreign(pen, safe, sizeof(safe), queue->worker_comm, 20), queue->worker_tid);
	pen_item(pen, STYLE_PLAIN, INDENT, pen_dot(pen), worker);
	pen_newline(pen);
}

static void print_queue(struct pen *pen, const struct advice *advice,
			const struct advice_queue *row)
{
	enum advice_rule rule;

	print_title(pen, row);
	if (!row->queue->runs) {
		pen_to(pen, INDENT);
		pen_text(pen, STYLE_LABEL, "no runs");
		pen_newline(pen);
		return;
	}
	for (rule = 0; rule < ADVICE_NR; rule++)
		print_finding(pen, advice, row, rule);
	pen_newline(pen);
	print_rest(pen, row, ADVICE_FINE, "fine");
	print_rest(pen, row, ADVICE_UNKNOWN, "not measured");
}

static void print_head(struct pen *pen, const struct advice *advice)
{
	const struct report_source *source = &advice->report->source;
	char safe[256], text[320], duration[UNITS_LEN];

	pen_text(pen, STYLE_TITLE, "vhostprof advise");
	pen_item(pen, STYLE_PLAIN, 0, pen_dot(pen), source->kind ? source->kind : "-");
	if (source->path)
		pen_item(pen, STYLE_PLAIN, 0, pen_dot(pen),
			 pen_foreign(pen, safe, sizeof(safe), source->path, 200));
	snprintf(text, sizeof(text), "Linux %s",
		 pen_foreign(pen, safe, sizeof(safe), source->kernel, 60));
	pen_item(pen, STYLE_PLAIN, 0, pen_dot(pen), text);
	snprintf(text, sizeof(text), "window %s", units_duration(duration, source->duration_ns));
	pen_item(pen, STYLE_PLAIN, 0, pen_dot(pen), text);
	pen_newline(pen);
	if (!advice->acts) {
		pen_newline(pen);
		pen_paragraph(pen, STYLE_GOOD, 0,
			      "Nothing to change, as far as this source can tell.");
	}
}

void advice_text(struct sink *sink, const struct advice *advice,
		 const struct render_options *options)
{
	struct pen pen;

	pen_open(&pen, sink, options, WIDEST);
	print_head(&pen, advice);
	vec_foreach (row, &advice->queues)
		print_queue(&pen, advice, row);
}
