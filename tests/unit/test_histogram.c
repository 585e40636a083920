// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "model/hist.h"
#include "render/histogram.h"

#include <string.h>

static struct vp_hist hist;
static struct histogram folded;

static int start(void **unused)
{
	(void)unused;
	memset(&hist, 0, sizeof(hist));
	memset(&folded, 0, sizeof(folded));
	return 0;
}

static uint64_t total(void)
{
	uint64_t sum = 0;
	unsigned i;

	for (i = 0; i < folded.len; i++)
		sum += folded.rows[i].count;
	return sum;
}

/* Every value in one row, no row missing between two, none empty at the ends. */
static void check_rows(void)
{
	unsigned i;

	assert_in_range(folded.len, 1, HISTOGRAM_ROWS);
	assert_int_equal(total(), hist.count);
	assert_true(folded.rows[0].count);
	assert_true(folded.rows[folded.len - 1].count);
	for (i = 0; i < folded.len; i++) {
		assert_true(folded.rows[i].low_ns < folded.rows[i].high_ns);
		assert_true(folded.rows[i].count <= folded.largest);
		if (i)
			assert_int_equal(folded.rows[i].low_ns, folded.rows[i - 1].high_ns);
	}
}

static void empty_has_no_rows(void **unused)
{
	(void)unused;
	folded.len = 5;
	histogram_fold(&folded, &hist);
	assert_int_equal(folded.len, 0);
	assert_int_equal(folded.largest, 0);
}

static void one_value_has_one_row(void **unused)
{
	(void)unused;
	hist_add(&hist, 4242);
	histogram_fold(&folded, &hist);
	check_rows();
	assert_int_equal(folded.len, 1);
	assert_int_equal(folded.rows[0].low_ns, 4000);
	assert_int_equal(folded.rows[0].high_ns, 4500);
}

static void zero_is_in_the_first_row(void **unused)
{
	(void)unused;
	hist_add(&hist, 0);
	histogram_fold(&folded, &hist);
	check_rows();
	assert_int_equal(folded.rows[0].low_ns, 0);
	assert_int_equal(folded.rows[0].high_ns, 10);
}

static void narrow_values_get_fine_rows(void **unused)
{
	uint64_t i;

	(void)unused;
	for (i = 5000; i < 8000; i++)
		hist_add(&hist, i);
	histogram_fold(&folded, &hist);
	check_rows();
	assert_in_range(folded.len, 3, 4);
	assert_int_equal(folded.rows[1].high_ns - folded.rows[1].low_ns, 1000);
}

static void wide_values_get_coarse_rows(void **unused)
{
	uint64_t i, value = 100;

	(void)unused;
	for (i = 0; i < 30; i++, value = value * 3 / 2)
		hist_add(&hist, value);
	histogram_fold(&folded, &hist);
	check_rows();
	assert_int_equal(folded.len, HISTOGRAM_ROWS);
}

/* The tail must not cost the bulk its shape: it is the tail's rows that are merged. */
static void a_thin_tail_is_merged(void **unused)
{
	uint64_t i;

	(void)unused;
	for (i = 0; i < 100000; i++)
		hist_add(&hist, 3000 + i % 4000);
	hist_add(&hist, 5000000000);
	histogram_fold(&folded, &hist);
	check_rows();
	assert_int_equal(folded.len, HISTOGRAM_ROWS);
	assert_int_equal(folded.rows[0].low_ns, 2500);
	assert_int_equal(folded.rows[HISTOGRAM_ROWS - 1].count, 1);
	assert_true(folded.rows[HISTOGRAM_ROWS - 1].high_ns > 5000000000);
}

static void values_without_an_upper_edge(void **unused)
{
	(void)unused;
	hist_add(&hist, 1);
	hist_add(&hist, UINT64_MAX - 1);
	histogram_fold(&folded, &hist);
	check_rows();
	assert_int_equal(folded.rows[folded.len - 1].high_ns, UINT64_MAX);
}

static void any_pair_of_values_folds(void **unused)
{
	uint32_t low, high;

	(void)unused;
	for (low = 0; low < VP_HIST_BUCKETS; low += 31) {
		for (high = low; high < VP_HIST_BUCKETS; high += 29) {
			memset(&hist, 0, sizeof(hist));
			hist_add(&hist, vp_bucket_low(low));
			hist_add(&hist, vp_bucket_low(high));
			histogram_fold(&folded, &hist);
			check_rows();
		}
	}
}

static void prints(unsigned row, bool unicode, const char *expected)
{
	struct render_options options = {.width = 80, .unicode = unicode};
	struct sink sink;
	struct pen pen;

	sink_open_memory(&sink);
	pen_open(&pen, &sink, &options, 80);
	histogram_print_row(&pen, &folded, row, 32);
	assert_string_equal(sink_text(&sink), expected);
	sink_close(&sink);
}

static void bars_are_relative_and_never_vanish(void **unused)
{
	(void)unused;
	folded.len = 5;
	folded.largest = 8000;
	folded.rows[0] = (struct histogram_row){0, 10, 0};
	folded.rows[1] = (struct histogram_row){10, 250, 1};
	folded.rows[2] = (struct histogram_row){1500, 40000, 3600};
	folded.rows[3] = (struct histogram_row){40000, 1000000000, 8000};
	folded.rows[4] = (struct histogram_row){1000000000, UINT64_MAX, 820};
	prints(0, true, "  0 ns –  10 ns     0");
	prints(1, true, " 10 ns – 250 ns     1 ▏");
	prints(2, true, "1.5 us –  40 us  3600 ████▌");
	prints(3, true, " 40 us –    1 s  8000 ██████████");
	prints(4, true, "   1 s –   more   820 █");
	prints(0, false, "  0 ns -  10 ns     0");
	prints(1, false, " 10 ns - 250 ns     1 #");
	prints(2, false, "1.5 us -  40 us  3600 #####");
	prints(3, false, " 40 us -    1 s  8000 ##########");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_has_no_rows, start),
		cmocka_unit_test_setup(one_value_has_one_row, start),
		cmocka_unit_test_setup(zero_is_in_the_first_row, start),
		cmocka_unit_test_setup(narrow_values_get_fine_rows, start),
		cmocka_unit_test_setup(wide_values_get_coarse_rows, start),
		cmocka_unit_test_setup(a_thin_tail_is_merged, start),
		cmocka_unit_test_setup(values_without_an_upper_edge, start),
		cmocka_unit_test_setup(any_pair_of_values_folds, start),
		cmocka_unit_test_setup(bars_are_relative_and_never_vanish, start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
