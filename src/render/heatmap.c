// SPDX-License-Identifier: BSD-2-Clause
/*
 * Heat maps on the terminal, one per queue: a column is a stretch of time, a line a range of latency, a
 * shade how many runs.
 */
#include "render/run_stream.h"

#include "analyze/heat.h"
#include "base/units.h"
#include "render/loss_text.h"
#include "render/pen.h"

#include <math.h>
#include <stdio.h>

#define WIDEST	     200u
#define LINES_MAX    20u
#define AXIS_COLUMNS 11u /* label and bar */
#define SHADES	     4u

struct heatmap {
	struct run_gaps gaps;
	struct heat heat;
};

/* One queue's map, folded to what the terminal has room for. */
struct canvas {
	unsigned columns, lines;
	uint32_t first_row; /* of the lowest line */
	uint32_t rows_per_line;
	uint64_t largest;
	uint64_t *cells;       /* [line * columns + column], line 0 is the lowest */
	uint64_t from[SHADES]; /* the smallest count of each shade */
};

static int run(struct run_stream *stream, const struct run_trace *trace)
{
	struct heatmap *map = stream->state;
	struct run_latency latency;
	int error = run_metric(&map->gaps, stream->options.metric, trace, &latency);

	if (error || latency.latency_ns == VP_UNKNOWN)
		return error;
	return heat_add(&map->heat, latency.queue, latency.at_ns, latency.latency_ns);
}

/* The rows in use; false when there are none. */
static bool find_rows(const struct heat *heat, const uint32_t *grid, uint32_t *first,
		      uint32_t *last)
{
	uint32_t i, row;

	*first = HEAT_ROWS;
	*last = 0;
	for (i = 0; i < heat->bins * HEAT_ROWS; i++) {
		row = i % HEAT_ROWS;
		if (!grid[i])
			continue;
		*first = row < *first ? row : *first;
		*last = row > *last ? row : *last;
	}
	return *first < HEAT_ROWS;
}

/* Each shade stands for as many doublings as the others. */
static void set_shades(struct canvas *canvas)
{
	unsigned i;

	for (i = 0; i < SHADES; i++)
		canvas->from[i] =
			(uint64_t)ceil(pow((double)canvas->largest, i / (double)SHADES) - 1e-9);
}

static bool fold(struct canvas *canvas, const struct heat *heat, const uint32_t *grid)
{
	uint32_t last, bin, row;

	if (!find_rows(heat, grid, &canvas->first_row, &last))
		return false;
	canvas->rows_per_line = (last - canvas->first_row) / LINES_MAX + 1;
	canvas->lines = (last - canvas->first_row) / canvas->rows_per_line + 1;
	canvas->cells = calloc((size_t)canvas->lines * canvas->columns, sizeof(*canvas->cells));
	if (!canvas->cells)
		return false;
	for (bin = 0; bin < heat->bins; bin++)
		for (row = canvas->first_row; row <= last; row++) {
			unsigned column = (unsigned)((uint64_t)bin * canvas->columns / heat->bins);
			unsigned line = (row - canvas->first_row) / canvas->rows_per_line;
			uint64_t *cell = &canvas->cells[line * canvas->columns + column];

			*cell += grid[bin * HEAT_ROWS + row];
			canvas->largest = *cell > canvas->largest ? *cell : canvas->largest;
		}
	set_shades(canvas);
	return true;
}

static const char *shade_text(const struct pen *pen, unsigned shade)
{
	static const char *const blocks[] = {"░", "▒", "▓", "█"};
	static const char *const letters[] = {".", "o", "O", "#"};

	return pen->unicode ? blocks[shade] : letters[shade];
}

static enum style shade_style(unsigned shade)
{
	static const enum style styles[] = {STYLE_LABEL, STYLE_BAR, STYLE_WARN, STYLE_BAD};

	return styles[shade];
}

static void draw_cell(struct pen *pen, const struct canvas *canvas, uint64_t count)
{
	unsigned shade = SHADES;

	while (shade && count < canvas->from[shade - 1])
		shade--;
	if (!count || !shade)
		pen_to(pen, pen->column + 1);
	else
		pen_text(pen, shade_style(shade - 1), shade_text(pen, shade - 1));
}

static void draw_line(struct pen *pen, const struct canvas *canvas, unsigned line)
{
	char low[UNITS_LEN];
	unsigned column;

	units_duration(low, heat_row_low(canvas->first_row + line * canvas->rows_per_line));
	pen_right(pen, STYLE_LABEL, low, AXIS_COLUMNS - 2);
	pen_text(pen, STYLE_LABEL, pen->unicode ? " │" : " |");
	for (column = 0; column < canvas->columns; column++)
		draw_cell(pen, canvas, canvas->cells[line * canvas->columns + column]);
	pen_newline(pen);
}

/* Where the map begins and ends, and what a column is. */
static void draw_axis(struct pen *pen, const struct heat *heat, const struct canvas *canvas)
{
	uint64_t whole_ns = (uint64_t)heat->bins << heat->log;
	char whole[UNITS_LEN], each[UNITS_LEN], text[64];

	units_duration(whole, whole_ns);
	units_duration(each, whole_ns / canvas->columns);
	snprintf(text, sizeof(text), "a column is %s", each);
	pen_to(pen, AXIS_COLUMNS);
	pen_left(pen, STYLE_LABEL, "0 s", canvas->columns / 3);
	pen_left(pen, STYLE_LABEL, text, canvas->columns - canvas->columns / 3 - UNITS_LEN);
	pen_right(pen, STYLE_LABEL, whole, UNITS_LEN);
	pen_newline(pen);
}

static void draw_legend(struct pen *pen, const struct canvas *canvas)
{
	char text[64];
	unsigned i;

	pen_to(pen, AXIS_COLUMNS);
	for (i = 0; i < SHADES; i++) {
		uint64_t to = i + 1 < SHADES ? canvas->from[i + 1] - 1 : canvas->largest;

		if (to < canvas->from[i])
			continue;
		pen_text(pen, shade_style(i), shade_text(pen, i));
		snprintf(text, sizeof(text), to > canvas->from[i] ? " %llu to %llu  " : " %llu  ",
			 (unsigned long long)canvas->from[i], (unsigned long long)to);
		pen_text(pen, STYLE_LABEL, text);
	}
	pen_text(pen, STYLE_LABEL, "runs");
	pen_newline(pen);
}

static void draw_title(struct pen *pen, const struct run_owner *owner, const char *metric)
{
	char foreign[128], name[16], text[160];

	snprintf(text, sizeof(text), "VM %s",
		 pen_foreign(pen, foreign, sizeof(foreign), owner->vm_name, 40));
	pen_item(pen, STYLE_TITLE, 0, "", text);
	pen_item(pen, STYLE_TITLE, 2, pen_dot(pen),
		 pen_foreign(pen, foreign, sizeof(foreign), owner->device, 16));
	pen_item(pen, STYLE_TITLE, 2, pen_dot(pen), run_owner_queue(name, owner));
	snprintf(text, sizeof(text), "worker %s: %s time",
		 pen_foreign(pen, foreign, sizeof(foreign), owner->worker_comm, 16), metric);
	pen_item(pen, STYLE_TITLE, 2, pen_dot(pen), text);
	pen_newline(pen);
}

static void draw_queue(struct pen *pen, const struct heatmap *map, size_t queue, const char *metric)
{
	struct canvas canvas = {.columns = pen->width - AXIS_COLUMNS - 1};
	unsigned line;

	draw_title(pen, &map->gaps.queues.items[queue].owner, metric);
	if (queue >= map->heat.grids.len || !map->heat.grids.items[queue] ||
	    !fold(&canvas, &map->heat, map->heat.grids.items[queue])) {
		pen_text(pen, STYLE_LABEL, queue < HEAT_QUEUES ? "  not measured" : "  not drawn");
		pen_newline(pen);
		return;
	}
	for (line = canvas.lines; line--;)
		draw_line(pen, &canvas, line);
	draw_axis(pen, &map->heat, &canvas);
	draw_legend(pen, &canvas);
	free(canvas.cells);
}

static void write_loss(struct pen *pen, const struct report_loss *loss)
{
	struct sink text;

	sink_open_memory(&text);
	loss_text(&text, loss);
	pen_paragraph(pen, STYLE_PLAIN, 0, sink_text(&text));
	sink_close(&text);
}

static void end(struct run_stream *stream, const struct report *report)
{
	const struct heatmap *map = stream->state;
	struct pen pen;
	size_t i;

	pen_open(&pen, stream->sink, &stream->options.render, WIDEST);
	for (i = 0; i < map->gaps.queues.len; i++) {
		draw_queue(&pen, map, i, run_metric_name(stream->options.metric));
		pen_newline(&pen);
	}
	if (!map->gaps.queues.len)
		sink_puts(stream->sink, "no whole run\n");
	if (report)
		write_loss(&pen, &report->loss);
}

static void release(struct run_stream *stream)
{
	struct heatmap *map = stream->state;

	run_gaps_free(&map->gaps);
	heat_free(&map->heat);
}

const struct stream_renderer heatmap_stream = {
	.name = "heatmap",
	.help = "time by latency, on the terminal; see --metric",
	.timed = true,
	.loss_inside = true,
	.state_bytes = sizeof(struct heatmap),
	.run = run,
	.end = end,
	.free = release,
};
