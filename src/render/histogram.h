/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A histogram of durations as a dozen readable rows with bars. Knows which edges read well and how
 * fine buckets fall into them. Refuses to know what was measured.
 */
#ifndef RENDER_HISTOGRAM_H
#define RENDER_HISTOGRAM_H

#include "render/pen.h"

#define HISTOGRAM_ROWS 12

/* Values in [low_ns, high_ns). */
struct histogram_row {
	uint64_t low_ns;
	uint64_t high_ns;
	uint64_t count;
};

struct histogram {
	struct histogram_row rows[HISTOGRAM_ROWS];
	unsigned len;
	uint64_t largest; /* count of the fullest row */
};

/*
 * Cuts 1, 2, 5 a decade or finer where the bulk of the values allows it; rows beyond the limit are
 * merged at the thin ends. A fine bucket belongs to the row that holds its middle, so a value within
 * VP_HIST_RELATIVE_ERROR of an edge may count in the row next to its own. Empty gives no rows.
 */
void histogram_fold(struct histogram *out, const struct vp_hist *hist);

/* One row from the pen's column on, `width` columns: "  4 us – 5 us   310 ████". */
void histogram_print_row(struct pen *pen, const struct histogram *histogram, unsigned row,
			 unsigned width);

#endif
