// SPDX-License-Identifier: BSD-2-Clause
/* Knows how the times of one queue are shown: percentiles in rows, histograms side by side. */
#include "render/text_parts.h"

#include "base/units.h"
#include "model/hist.h"
#include "render/histogram.h"

#define INDENT	      2
#define LABEL_COLUMNS 13
#define TIME_COLUMNS  9

static void print_times_row(struct pen *pen, const char *label, const struct vp_hist *hist)
{
	static const double shares[] = {0.5, 0.9, 0.99, 0.999, 1};
	char text[UNITS_LEN];
	size_t i;

	pen_to(pen, INDENT);
	pen_left(pen, STYLE_LABEL, label, LABEL_COLUMNS);
	pen_right(pen, STYLE_PLAIN, units_count(text, hist->count), 7);
	for (i = 0; i < sizeof(shares) / sizeof(shares[0]); i++)
		pen_right(pen, STYLE_PLAIN, units_duration(text, hist_percentile(hist, shares[i])),
			  TIME_COLUMNS);
	pen_right(pen, STYLE_PLAIN, units_duration(text, hist_mean(hist)), TIME_COLUMNS);
	pen_newline(pen);
}

static void print_times(struct pen *pen, const struct report_queue *queue)
{
	static const char *const titles[] = {"p50", "p90", "p99", "p99.9", "max", "mean"};
	size_t i;

	pen_newline(pen);
	pen_to(pen, INDENT + LABEL_COLUMNS);
	pen_right(pen, STYLE_LABEL, "count", 7);
	for (i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		pen_right(pen, STYLE_LABEL, titles[i], TIME_COLUMNS);
	pen_newline(pen);
	print_times_row(pen, "wake latency", &queue->wake);
	print_times_row(pen, "service time", &queue->service);
	print_times_row(pen, "gap to kick", &queue->gap);
}

struct panel {
	const char *label;
	struct histogram histogram;
};

static void print_panel_row(struct pen *pen, const struct panel *panel, unsigned row,
			    unsigned column, unsigned width)
{
	if (row >= panel->histogram.len)
		return;
	pen_to(pen, column);
	histogram_print_row(pen, &panel->histogram, row, width);
}

/* Side by side, or the only one there is over the whole line. */
static void print_panels(struct pen *pen, const struct panel *panels, unsigned n)
{
	unsigned step = n == 1 ? pen->width : pen->width / n - 1, row, i;

	for (i = 0; i < n; i++) {
		pen_to(pen, INDENT + i * step);
		pen_text(pen, STYLE_LABEL, panels[i].label);
	}
	pen_newline(pen);
	for (row = 0; row < HISTOGRAM_ROWS; row++) {
		for (i = 0; i < n; i++)
			print_panel_row(pen, &panels[i], row, INDENT + i * step, step - INDENT);
		if (pen->column)
			pen_newline(pen);
	}
}

/* Wake latency and service time: the two halves of what a packet waits for. */
static void print_histograms(struct pen *pen, const struct report_queue *queue)
{
	struct panel panels[2] = {{.label = "wake latency"}, {.label = "service time"}};
	bool wake = queue->wake.count, service = queue->service.count;

	if (!wake && !service)
		return;
	histogram_fold(&panels[0].histogram, &queue->wake);
	histogram_fold(&panels[1].histogram, &queue->service);
	pen_newline(pen);
	print_panels(pen, wake ? panels : panels + 1, wake && service ? 2 : 1);
}

void text_times(struct pen *pen, const struct report_queue *queue)
{
	print_times(pen, queue);
	print_histograms(pen, queue);
}
