// SPDX-License-Identifier: BSD-2-Clause
/* Knows how times without the tracer's share stand beside the raw ones. */
#include "render/text_parts.h"

#include "render/table.h"

#include <stddef.h>
#include <stdio.h>

#define NAME_COLUMNS 60

static enum style name_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	const struct report_function *function = cell->thing;

	pen_foreign(cell->pen, out, CELL_LEN, function->name, NAME_COLUMNS);
	return STYLE_PLAIN;
}

#define AT(field) offsetof(struct report_function, field)

static const struct table_column columns[] = {
	{"corrected function", 0, 0, true, name_cell, 0, 0},
	{"calls", 7, 0, false, table_count, AT(calls), 0},
	{"raw total", 10, 0, false, table_duration, AT(total_ns), 0},
	{"corrected", 10, 0, false, table_duration, AT(corrected_total_ns), 0},
	{"raw self", 10, 0, false, table_duration, AT(self_ns), 0},
	{"corrected", 10, 0, false, table_duration, AT(corrected_self_ns), 0},
	{NULL, 0, 0, false, NULL, 0, 0},
};

static void print_estimate(struct pen *pen, const struct report_correction *correction)
{
	char text[256];

	if (correction->child_ns < 0)
		snprintf(text, sizeof(text),
			 "What tracing added cannot be told: no function was called often enough "
			 "with different numbers of traced children.");
	else
		snprintf(text, sizeof(text),
			 "Each traced child adds %.0f ns (standard error %.0f ns) to the self time "
			 "of its caller, estimated from %llu calls of %u %s; the corrected times "
			 "are without it.",
			 correction->child_ns, correction->error_ns,
			 (unsigned long long)correction->calls, correction->functions,
			 correction->functions == 1 ? "function" : "functions");
	pen_paragraph(pen, STYLE_PLAIN, 0, text);
}

void text_corrected(struct pen *pen, const struct report *report)
{
	struct table table = {.columns = columns, .report = report};

	if (!report->correction.asked)
		return;
	pen_newline(pen);
	print_estimate(pen, &report->correction);
	if (report->correction.child_ns < 0)
		return;
	vec_foreach (function, &report->functions)
		table_measure(&table, pen, function);
	table_begin(&table, pen);
	vec_foreach (function, &report->functions)
		table_row(&table, pen, function);
}
