// SPDX-License-Identifier: BSD-2-Clause
#include "render/table.h"

#include "base/units.h"
#include "base/utf8.h"
#include "model/hist.h"
#include "render/number.h"

#include <stdio.h>
#include <string.h>

#define STRING_COLUMNS 40

static bool shown(const struct table_column *column, const struct pen *pen)
{
	return column->from_width <= pen->width;
}

static void print(const struct table *table, struct pen *pen, const struct table_column *column,
		  enum style style, const char *text)
{
	unsigned width = column->width ? column->width : table->first_width;

	if (!column->left) {
		pen_right(pen, style, text, width);
		return;
	}
	if (column->width) {
		pen_text(pen, STYLE_PLAIN, " ");
		width--;
	}
	pen_left(pen, style, text, width);
}

void table_measure(struct table *table, const struct pen *pen, const void *thing)
{
	struct table_cell cell = {table, pen, &table->columns[0], thing};
	char text[CELL_LEN];
	unsigned wanted;

	table->columns[0].fill(text, &cell);
	wanted = (unsigned)utf8_columns(text);
	table->longest = wanted > table->longest ? wanted : table->longest;
}

void table_begin(struct table *table, struct pen *pen)
{
	const struct table_column *column;
	unsigned left = pen->width, title = (unsigned)strlen(table->columns[0].title);
	unsigned wanted = table->longest > title ? table->longest : title;

	for (column = table->columns; column->title; column++)
		left -= shown(column, pen) ? column->width : 0;
	table->first_width = wanted < left ? wanted : left;
	for (column = table->columns; column->title; column++)
		if (shown(column, pen))
			print(table, pen, column, STYLE_LABEL, column->title);
	pen_newline(pen);
}

void table_row(const struct table *table, struct pen *pen, const void *thing)
{
	const struct table_column *column;

	for (column = table->columns; column->title; column++) {
		struct table_cell cell = {table, pen, column, thing};
		char text[CELL_LEN];

		if (shown(column, pen))
			print(table, pen, column, column->fill(text, &cell), text);
	}
	pen_newline(pen);
}

static const void *field(const struct table_cell *cell)
{
	return (const char *)cell->thing + cell->column->offset;
}

enum style table_string(char out[CELL_LEN], const struct table_cell *cell)
{
	pen_foreign(cell->pen, out, CELL_LEN, *(char *const *)field(cell), STRING_COLUMNS);
	return STYLE_PLAIN;
}

enum style table_count(char out[CELL_LEN], const struct table_cell *cell)
{
	units_count(out, *(const uint64_t *)field(cell));
	return STYLE_PLAIN;
}

enum style table_rate(char out[CELL_LEN], const struct table_cell *cell)
{
	uint64_t duration_ns = cell->table->report->source.duration_ns;
	double per_second = number_ratio(*(const uint64_t *)field(cell), duration_ns) * 1e9;

	if (per_second == 0)
		snprintf(out, CELL_LEN, "0");
	else
		units_rate(out, per_second);
	return STYLE_PLAIN;
}

enum style table_duration(char out[CELL_LEN], const struct table_cell *cell)
{
	units_duration(out, *(const uint64_t *)field(cell));
	return STYLE_PLAIN;
}

enum style table_percentile(char out[CELL_LEN], const struct table_cell *cell)
{
	units_duration(out, hist_percentile(field(cell), cell->column->share));
	return STYLE_PLAIN;
}
