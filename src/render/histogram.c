// SPDX-License-Identifier: BSD-2-Clause
#include "render/histogram.h"

#include "base/units.h"
#include "model/hist.h"
#include "render/number.h"

#include <stdio.h>
#include <string.h>

/* Edges of the decade from 10 to 99, finest last. */
struct scale {
	unsigned len;
	unsigned edges[16];
};

static const struct scale scales[] = {
	{3, {10, 20, 50}},
	{7, {10, 15, 20, 30, 40, 50, 70}},
	{16, {10, 12, 14, 16, 18, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90}},
};
#define SCALES (sizeof(scales) / sizeof(scales[0]))

/* Rows the bulk (1 % to 99 %) may take; what is left is for the thin ends. */
#define BULK_ROWS 9
/* Every edge of the finest scale from 10 ns to beyond the last bucket. */
#define MANY_ROWS (11 * 16)

/* The n-th edge of a scale, in ns: 0, 10, and so on by decades. */
static uint64_t edge(const struct scale *scale, unsigned n)
{
	uint64_t factor = 1;
	unsigned i;

	if (!n)
		return 0;
	for (i = (n - 1) / scale->len; i; i--)
		factor *= 10;
	return factor * scale->edges[(n - 1) % scale->len];
}

/* The row of a scale that holds a value: its low edge is the last at or below the value. */
static unsigned row_of(const struct scale *scale, uint64_t value)
{
	unsigned n = 0;

	while (n + 1 < MANY_ROWS && edge(scale, n + 1) <= value)
		n++;
	return n;
}

/* The finest scale that keeps the bulk of the values in a few rows. */
static const struct scale *choose_scale(const struct vp_hist *hist)
{
	uint64_t low = hist_percentile(hist, 0.01), high = hist_percentile(hist, 0.99);
	unsigned i = SCALES;

	while (--i && row_of(&scales[i], high) - row_of(&scales[i], low) >= BULK_ROWS)
		;
	return &scales[i];
}

static uint64_t middle_of(uint32_t bucket)
{
	return vp_bucket_low(bucket) + (vp_bucket_width(bucket) - 1) / 2;
}

/* Fills `rows`, which is indexed by the scale's row number. */
static void fill(struct histogram_row *rows, const struct scale *scale, const struct vp_hist *hist)
{
	unsigned n = 0;
	uint32_t i;

	for (i = 0; i < VP_HIST_BUCKETS; i++) {
		if (!hist->buckets[i])
			continue;
		while (n + 1 < MANY_ROWS && edge(scale, n + 1) <= middle_of(i))
			n++;
		rows[n].count += hist->buckets[i];
	}
	for (n = 0; n < MANY_ROWS - 1; n++) {
		rows[n].low_ns = edge(scale, n);
		rows[n].high_ns = edge(scale, n + 1);
	}
	/* The last bucket has no upper edge. */
	if (hist->buckets[VP_HIST_BUCKETS - 1])
		rows[row_of(scale, middle_of(VP_HIST_BUCKETS - 1))].high_ns = UINT64_MAX;
}

/* Drops the lighter of the two ends into its neighbour. */
static void merge_an_end(struct histogram_row **first, struct histogram_row **last)
{
	uint64_t at_start = (*first)[0].count + (*first)[1].count;
	uint64_t at_end = (*last)[0].count + (*last)[-1].count;

	if (at_start < at_end) {
		(*first)[1].low_ns = (*first)[0].low_ns;
		(*first)[1].count = at_start;
		(*first)++;
	} else {
		(*last)[-1].high_ns = (*last)[0].high_ns;
		(*last)[-1].count = at_end;
		(*last)--;
	}
}

void histogram_fold(struct histogram *out, const struct vp_hist *hist)
{
	struct histogram_row rows[MANY_ROWS] = {{0}}, *first = rows, *last = rows + MANY_ROWS - 2;

	memset(out, 0, sizeof(*out));
	if (!hist->count)
		return;
	fill(rows, choose_scale(hist), hist);
	while (first < last && !first->count)
		first++;
	while (last > first && !last->count)
		last--;
	while (last - first + 1 > HISTOGRAM_ROWS)
		merge_an_end(&first, &last);
	for (; first <= last; first++) {
		out->rows[out->len++] = *first;
		out->largest = first->count > out->largest ? first->count : out->largest;
	}
}

/* An edge has two digits at most: 250 ns, 1.5 us, 40 ms. */
static char *edge_text(char out[UNITS_LEN], uint64_t ns)
{
	static const char *const unit[] = {"ns", "us", "ms", "s"};
	unsigned i = 0, tenths;
	uint64_t factor = 1;

	if (ns == UINT64_MAX) {
		memcpy(out, "more", 5);
		return out;
	}
	while (i < 3 && ns >= factor * 1000) {
		factor *= 1000;
		i++;
	}
	tenths = (unsigned)(ns * 10 / factor);
	if (tenths % 10)
		snprintf(out, UNITS_LEN, "%u.%u %s", tenths / 10, tenths % 10, unit[i]);
	else
		snprintf(out, UNITS_LEN, "%u %s", tenths / 10, unit[i]);
	return out;
}

/* Whole blocks and one of eight partial ones; any count above 0 leaves a mark. */
static void print_bar(struct pen *pen, uint64_t count, uint64_t largest, unsigned width)
{
	static const char *const partial[] = {"", "▏", "▎", "▍", "▌", "▋", "▊", "▉"};
	unsigned steps = pen->unicode ? 8 : 1, i;
	unsigned length = (unsigned)((double)count / (double)largest * width * steps + 0.5);

	if (count && !length)
		length = 1;
	for (i = 0; i < length / steps; i++)
		pen_text(pen, STYLE_BAR, pen->unicode ? "█" : "#");
	if (length % steps)
		pen_text(pen, STYLE_BAR, partial[length % steps]);
}

void histogram_print_row(struct pen *pen, const struct histogram *histogram, unsigned row,
			 unsigned width)
{
	const struct histogram_row *this = &histogram->rows[row];
	char low[UNITS_LEN], high[UNITS_LEN], count[UNITS_LEN];
	unsigned start = pen->column;

	pen_right(pen, STYLE_PLAIN, edge_text(low, this->low_ns), 6);
	pen_text(pen, STYLE_LABEL, pen_dash(pen));
	pen_right(pen, STYLE_PLAIN, edge_text(high, this->high_ns), 6);
	pen_right(pen, STYLE_PLAIN, units_count(count, this->count), 6);
	pen_to(pen, pen->column + 1);
	print_bar(pen, this->count, histogram->largest, start + width - pen->column);
}
