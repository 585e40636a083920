// SPDX-License-Identifier: BSD-2-Clause
/* Knows which numbers tell one queue of many from the others: one line each. */
#include "render/text_parts.h"

#include "analyze/churn.h"
#include "render/number.h"
#include "render/table.h"

#include <stddef.h>

static enum style queue_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	report_queue_name(out, cell->thing);
	return STYLE_PLAIN;
}

static enum style batch_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	const struct report_queue *queue = cell->thing;

	number_mean(out, number_ratio(queue->chains, queue->runs));
	return STYLE_PLAIN;
}

static enum style churn_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	uint64_t duration_ns = cell->table->report->source.duration_ns;
	struct churn churn = churn_judge(cell->thing, duration_ns);

	number_share(out, churn.ratio);
	if (churn.verdict == CHURN_YES)
		return STYLE_BAD;
	return churn.verdict == CHURN_SOME ? STYLE_WARN : STYLE_PLAIN;
}

#define AT(field) offsetof(struct report_queue, field)

static const struct table_column columns[] = {
	{"VM", 0, 0, true, table_string, AT(vm_name), 0},
	{"device", 10, 0, true, table_string, AT(device), 0},
	{"queue", 6, 0, true, queue_cell, 0, 0},
	{"runs/s", 7, 0, false, table_rate, AT(runs), 0},
	{"kicks/s", 8, 110, false, table_rate, AT(doorbells), 0},
	{"calls/s", 8, 110, false, table_rate, AT(calls), 0},
	{"ch/run", 7, 0, false, batch_cell, 0, 0},
	{"wake p50", 9, 0, false, table_percentile, AT(wake), 0.5},
	{"wake p99", 9, 0, false, table_percentile, AT(wake), 0.99},
	{"run p50", 9, 0, false, table_percentile, AT(service), 0.5},
	{"run p99", 9, 100, false, table_percentile, AT(service), 0.99},
	{"churn", 8, 0, false, churn_cell, 0, 0},
	{NULL, 0, 0, false, NULL, 0, 0},
};

void text_summary(struct pen *pen, const struct report *report)
{
	struct table table = {.columns = columns, .report = report};

	vec_foreach (queue, &report->queues)
		table_measure(&table, pen, queue);
	table_begin(&table, pen);
	vec_foreach (queue, &report->queues)
		table_row(&table, pen, queue);
}
