// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/summary.h"

#include "model/hist.h"
#include "render/number.h"
#include "render/table.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define WIDEST	     120
#define PATH_COLUMNS 60

static void add_queue(struct summary_row *row, const struct report_queue *queue)
{
	row->workers++;
	row->runs += queue->runs;
	row->requeues += queue->requeues;
	if (queue->churn_runs == VP_UNKNOWN || row->churn_runs == VP_UNKNOWN)
		row->churn_runs = VP_UNKNOWN;
	else
		row->churn_runs += queue->churn_runs;
	hist_merge(&row->service, &queue->service);
	hist_merge(&row->gap, &queue->gap);
}

static int add_row(struct summary *summary, const struct report *report, enum vp_dir dir)
{
	struct summary_row *row = vec_add(&summary->rows);

	if (!row || report_string(&row->path, report->source.path))
		return -ENOMEM;
	row->dir = dir;
	row->broken = report->loss.runs_broken;
	vec_foreach (queue, &report->queues)
		if (queue->dir == dir)
			add_queue(row, queue);
	return 0;
}

int summary_add(struct summary *summary, const struct report *report)
{
	int error = add_row(summary, report, VP_RX);

	return error ? error : add_row(summary, report, VP_TX);
}

static enum style path_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	const struct summary_row *row = cell->thing;

	pen_foreign(cell->pen, out, CELL_LEN, row->path, PATH_COLUMNS);
	return STYLE_PLAIN;
}

static enum style dir_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	const struct summary_row *row = cell->thing;

	snprintf(out, CELL_LEN, "%s", row->dir == VP_TX ? "tx" : "rx");
	return STYLE_PLAIN;
}

static enum style churn_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	const struct summary_row *row = cell->thing;

	number_share(out, number_ratio(row->churn_runs, row->runs));
	return STYLE_PLAIN;
}

#define AT(field) offsetof(struct summary_row, field)

static const struct table_column columns[] = {
	{"file", 0, 0, true, path_cell, 0, 0},
	{"dir", 4, 0, true, dir_cell, 0, 0},
	{"workers", 8, 0, false, table_count, AT(workers), 0},
	{"runs", 7, 0, false, table_count, AT(runs), 0},
	{"broken", 7, 110, false, table_count, AT(broken), 0},
	{"requeues", 9, 0, false, table_count, AT(requeues), 0},
	{"run p50", 9, 0, false, table_percentile, AT(service), 0.5},
	{"run p99", 9, 100, false, table_percentile, AT(service), 0.99},
	{"churn", 8, 0, false, churn_cell, 0, 0},
	{"gap p50", 9, 0, false, table_percentile, AT(gap), 0.5},
	{NULL, 0, 0, false, NULL, 0, 0},
};

void summary_print(const struct summary *summary, const struct render_options *options)
{
	struct table table = {.columns = columns};
	struct sink sink;
	struct pen pen;

	sink_open_fd(&sink, STDOUT_FILENO);
	pen_open(&pen, &sink, options, WIDEST);
	pen_newline(&pen);
	vec_foreach (row, &summary->rows)
		table_measure(&table, &pen, row);
	table_begin(&table, &pen);
	vec_foreach (row, &summary->rows)
		table_row(&table, &pen, row);
	sink_close(&sink);
}

void summary_free(struct summary *summary)
{
	vec_foreach (row, &summary->rows)
		free(row->path);
	vec_free(&summary->rows);
}
