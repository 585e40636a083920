/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One row per thing, one row of columns per table. Knows widths, titles, that the first column takes
 * what the others leave, and the cells that show one field of a thing. Refuses to know what things
 * there are.
 */
#ifndef RENDER_TABLE_H
#define RENDER_TABLE_H

#include "render/pen.h"

#define CELL_LEN 512

struct table;
struct table_column;

/* What a cell is made from. */
struct table_cell {
	const struct table *table;
	const struct pen *pen;
	const struct table_column *column;
	const void *thing;
};

struct table_column {
	const char *title;
	unsigned width;	     /* with the space before it; 0: the first column, what is left */
	unsigned from_width; /* shown on lines at least that wide */
	bool left;
	/* Fills `out` and returns how it looks. */
	enum style (*fill)(char out[CELL_LEN], const struct table_cell *cell);
	size_t offset; /* of the field shown, for the cells below */
	double share;
};

struct table {
	const struct table_column *columns; /* ended by one without a title */
	const struct report *report;
	unsigned longest;     /* in the first column, of what was measured */
	unsigned first_width; /* set by table_begin */
};

/* Once for each thing that will have a row; then the titles; then the rows. */
void table_measure(struct table *table, const struct pen *pen, const void *thing);
void table_begin(struct table *table, struct pen *pen);
void table_row(const struct table *table, struct pen *pen, const void *thing);

/* Cells for a field at `offset`: a string from outside, a count, a count per second, a duration, and
 * of a struct vp_hist the percentile `share`. */
enum style table_string(char out[CELL_LEN], const struct table_cell *cell);
enum style table_count(char out[CELL_LEN], const struct table_cell *cell);
enum style table_rate(char out[CELL_LEN], const struct table_cell *cell);
enum style table_duration(char out[CELL_LEN], const struct table_cell *cell);
enum style table_percentile(char out[CELL_LEN], const struct table_cell *cell);

#endif
