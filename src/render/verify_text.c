// SPDX-License-Identifier: BSD-2-Clause
/* A verification for people: the verdict first, then what it rests on. Knows the order and the layout. */
#include "render/verify.h"

#include "base/units.h"
#include "render/number.h"
#include "render/text_parts.h"

#include <math.h>
#include <stdio.h>

#define WIDEST 110
#define INDENT 2
#define LABEL  24
#define VALUE  14
#define RANGE  22

static char *share_text(char out[NUMBER_LEN], double share)
{
	char positive[NUMBER_LEN];

	if (share < 0)
		snprintf(out, NUMBER_LEN, "-%.*s", NUMBER_LEN - 2, number_share(positive, -share));
	else
		number_share(out, isnan(share) ? -1 : share);
	return out;
}

static char *range_text(char out[2 * NUMBER_LEN + 8], const struct verify_share *share)
{
	char low[NUMBER_LEN], high[NUMBER_LEN];

	snprintf(out, 2 * NUMBER_LEN + 8, "%s to %s", share_text(low, share->low),
		 share_text(high, share->high));
	return out;
}

static char *rate_text(char out[NUMBER_LEN], double per_second)
{
	char rate[UNITS_LEN];

	snprintf(out, NUMBER_LEN, "%s", isnan(per_second) ? "-" : units_rate(rate, per_second));
	return out;
}

static char *time_text(char out[NUMBER_LEN], double ns)
{
	char text[UNITS_LEN];

	snprintf(out, NUMBER_LEN, "%s",
		 units_duration(text, isnan(ns) ? VP_UNKNOWN : number_whole(ns)));
	return out;
}

static void print_titles(struct pen *pen, const char *left, const char *right, bool ranges)
{
	pen_to(pen, INDENT + LABEL);
	pen_right(pen, STYLE_LABEL, left, VALUE);
	if (ranges)
		pen_right(pen, STYLE_LABEL, "95 % interval", RANGE);
	else
		pen_right(pen, STYLE_LABEL, right, VALUE);
	pen_newline(pen);
}

static void print_sides(struct pen *pen, const char *label, const char *before, const char *after)
{
	pen_to(pen, INDENT);
	pen_left(pen, STYLE_LABEL, label, LABEL);
	pen_right(pen, STYLE_PLAIN, before, VALUE);
	pen_right(pen, STYLE_PLAIN, after, VALUE);
	pen_newline(pen);
}

static void print_measured(struct pen *pen, const struct verify_queue *row)
{
	const struct verify_side *b = &row->sides[0], *a = &row->sides[1];
	char left[NUMBER_LEN], right[NUMBER_LEN];

	print_titles(pen, "before", "after", false);
	print_sides(pen, "poll-us", number_exact(left, row->poll_before),
		    number_exact(right, row->poll_after));
	print_sides(pen, "kicks after a re-arm", number_exact(left, b->kicks),
		    number_exact(right, a->kicks));
	print_sides(pen, "kicks per chain", number_mean(left, b->kicks_per_chain),
		    number_mean(right, a->kicks_per_chain));
	print_sides(pen, "chains/s", rate_text(left, b->chains_per_s),
		    rate_text(right, a->chains_per_s));
	print_sides(pen, "bytes per chain", number_mean(left, b->bytes_per_chain),
		    number_mean(right, a->bytes_per_chain));
	print_sides(pen, "wake latency, mean", time_text(left, b->wake_ns),
		    time_text(right, a->wake_ns));
	print_sides(pen, row->by_sched ? "worker on a CPU" : "worker inside runs",
		    share_text(left, b->cpu), share_text(right, a->cpu));
}

static void print_share(struct pen *pen, const char *label, const struct verify_share *share)
{
	char text[NUMBER_LEN], range[2 * NUMBER_LEN + 8];

	pen_to(pen, INDENT);
	pen_left(pen, STYLE_LABEL, label, LABEL);
	pen_right(pen, STYLE_TITLE, share_text(text, share->value), VALUE);
	pen_right(pen, STYLE_LABEL, range_text(range, share), RANGE);
	pen_newline(pen);
}

static void print_cpu(struct pen *pen, const char *label, double cpus, const char *note)
{
	char text[NUMBER_LEN];

	pen_to(pen, INDENT);
	pen_left(pen, STYLE_LABEL, label, LABEL);
	pen_right(pen, STYLE_PLAIN, share_text(text, cpus), VALUE);
	pen_text(pen, STYLE_LABEL, note);
	pen_newline(pen);
}

static void print_prediction(struct pen *pen, const struct verify_queue *row)
{
	char text[NUMBER_LEN], note[NUMBER_LEN + 40];

	pen_newline(pen);
	print_titles(pen, "absorbed", "", true);
	print_share(pen, "predicted", &row->predicted);
	print_share(pen, "measured", &row->measured);
	snprintf(note, sizeof(note), "  %s if the guest waits",
		 share_text(text, row->point.absorbed_waiting));
	pen_to(pen, INDENT + LABEL + VALUE);
	pen_text(pen, STYLE_LABEL, note);
	pen_newline(pen);
	print_cpu(pen, "CPU +, predicted", row->cpu_predicted, "  of spinning");
	print_cpu(pen, "CPU +, measured", row->cpu_measured, "  at the traffic before");
}

static enum style style_of(const struct verify_queue *row)
{
	switch (row->verdict) {
	case VERIFY_AGREES:
		return STYLE_GOOD;
	case VERIFY_DIFFERS:
		return STYLE_BAD;
	default:
		return STYLE_WARN;
	}
}

static void print_name(struct pen *pen, const struct report_queue *queue)
{
	char label[VM_LABEL_LEN], safe[128], name[16];

	if (queue->vm_name || queue->vm_pid)
		pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen), text_vm(pen, label, queue, 30));
	if (queue->device)
		pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen),
			 pen_foreign(pen, safe, sizeof(safe), queue->device, 30));
	pen_item(pen, STYLE_TITLE, INDENT, pen_dot(pen), report_queue_name(name, queue));
}

static void print_queue(struct pen *pen, const struct verify_queue *row)
{
	char text[VERIFY_SENTENCE_LEN];

	pen_newline(pen);
	pen_to(pen, INDENT);
	print_name(pen, row->before ? row->before : row->after);
	if (row->how == MATCH_ORDER)
		pen_item(pen, STYLE_WARN, INDENT, pen_dot(pen), "matched by order only");
	pen_newline(pen);
	pen_paragraph(pen, style_of(row), INDENT, verify_sentence(text, row));
	if (row->why == VERIFY_ONE_SIDE)
		return;
	pen_newline(pen);
	print_measured(pen, row);
	if (row->verdict != VERIFY_UNKNOWN)
		print_prediction(pen, row);
}

static void print_source(struct pen *pen, const char *label, const struct report *report)
{
	const struct report_source *source = &report->source;
	char safe[256], text[320], duration[UNITS_LEN];

	pen_left(pen, STYLE_LABEL, label, 8);
	pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen),
		 pen_foreign(pen, safe, sizeof(safe), source->path, 200));
	pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen), source->kind ? source->kind : "-");
	if (source->kernel) {
		snprintf(text, sizeof(text), "Linux %s",
			 pen_foreign(pen, safe, sizeof(safe), source->kernel, 60));
		pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen), text);
	}
	snprintf(text, sizeof(text), "window %s", units_duration(duration, source->duration_ns));
	pen_item(pen, STYLE_PLAIN, 8, pen_dot(pen), text);
	pen_newline(pen);
}

void verify_text(struct sink *sink, const struct verify *verify,
		 const struct render_options *options)
{
	struct pen pen;

	pen_open(&pen, sink, options, WIDEST);
	pen_text(&pen, STYLE_TITLE, "vhostprof advise --verify");
	pen_newline(&pen);
	print_source(&pen, "before", verify->before);
	print_source(&pen, "after", verify->after);
	vec_foreach (row, &verify->queues)
		print_queue(&pen, row);
	if (verify->queues.len)
		return;
	pen_newline(&pen);
	pen_paragraph(&pen, STYLE_WARN, 0, "No tx queue in either source.");
}
