// SPDX-License-Identifier: BSD-2-Clause
/* Knows how the time inside runs is laid out, function by function. */
#include "render/text_parts.h"

#include "base/utf8.h"
#include "render/table.h"

#include <stddef.h>
#include <stdio.h>

#define NAME_COLUMNS 60

static enum style name_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	const struct report_function *function = cell->thing;
	char name[CELL_LEN / 2], module[CELL_LEN / 4];
	unsigned room = cell->table->first_width; /* 0 while measuring */

	pen_foreign(cell->pen, name, sizeof(name), function->name, NAME_COLUMNS);
	pen_foreign(cell->pen, module, sizeof(module), function->module, NAME_COLUMNS / 3);
	if (function->module)
		snprintf(out, CELL_LEN, "%s [%s]", name, module);
	/* Where both do not fit, half a module says less than the whole name. */
	if (!function->module || (room && utf8_columns(out) > room))
		snprintf(out, CELL_LEN, "%s", name);
	return STYLE_PLAIN;
}

#define AT(field) offsetof(struct report_function, field)

static const struct table_column columns[] = {
	{"function", 0, 0, true, name_cell, 0, 0},
	{"calls", 7, 0, false, table_count, AT(calls), 0},
	{"total", 8, 0, false, table_duration, AT(total_ns), 0},
	{"self", 8, 0, false, table_duration, AT(self_ns), 0},
	{"p50", 8, 0, false, table_percentile, AT(time), 0.5},
	{"p90", 8, 90, false, table_percentile, AT(time), 0.9},
	{"p99", 8, 0, false, table_percentile, AT(time), 0.99},
	{"max", 8, 0, false, table_percentile, AT(time), 1},
	{NULL, 0, 0, false, NULL, 0, 0},
};

void text_functions(struct pen *pen, const struct report *report)
{
	struct table table = {.columns = columns, .report = report};

	if (!report->functions.len)
		return;
	pen_newline(pen);
	vec_foreach (function, &report->functions)
		table_measure(&table, pen, function);
	table_begin(&table, pen);
	vec_foreach (function, &report->functions)
		table_row(&table, pen, function);
}
