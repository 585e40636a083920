// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "model/hist.h"

#include <string.h>

static struct vp_hist hist;

static int empty_hist(void **unused)
{
	(void)unused;
	memset(&hist, 0, sizeof(hist));
	return 0;
}

static void empty_knows_nothing(void **unused)
{
	(void)unused;
	assert_int_equal(hist_percentile(&hist, 0.5), VP_UNKNOWN);
	assert_int_equal(hist_percentile(&hist, 1), VP_UNKNOWN);
	assert_int_equal(hist_mean(&hist), VP_UNKNOWN);
	assert_int_equal(hist_count_upto(&hist, UINT64_MAX), 0);
}

static void one_value_is_every_percentile(void **unused)
{
	(void)unused;
	hist_add(&hist, 123457);
	assert_int_equal(hist_percentile(&hist, 0), 123457);
	assert_int_equal(hist_percentile(&hist, 0.5), 123457);
	assert_int_equal(hist_percentile(&hist, 1), 123457);
	assert_int_equal(hist_mean(&hist), 123457);
}

/* 0 … 63 are counted one to a bucket: there nearest rank is exact. */
static void nearest_rank(void **unused)
{
	uint64_t i;

	(void)unused;
	for (i = 1; i <= 10; i++)
		hist_add(&hist, i);
	assert_int_equal(hist_percentile(&hist, 0.5), 5);
	assert_int_equal(hist_percentile(&hist, 0.51), 6);
	assert_int_equal(hist_percentile(&hist, 0.9), 9);
	assert_int_equal(hist_percentile(&hist, 0.99), 10);
	assert_int_equal(hist_percentile(&hist, 0), 1);
	assert_int_equal(hist_percentile(&hist, -1), 1);
	assert_int_equal(hist_percentile(&hist, 2), 10);
}

/* 0.07 * 100 is 7.000000000000001 in binary: the rank must not slip to 8. */
static void ranks_survive_binary_fractions(void **unused)
{
	uint64_t i;

	(void)unused;
	for (i = 1; i <= 50; i++) {
		hist_add(&hist, i);
		hist_add(&hist, i);
	}
	assert_int_equal(hist_percentile(&hist, 0.07), 4);
	assert_int_equal(hist_percentile(&hist, 0.14), 7);
	assert_int_equal(hist_percentile(&hist, 0.28), 14);
	assert_int_equal(hist_percentile(&hist, 0.56), 28);
}

static void extremes_are_exact(void **unused)
{
	(void)unused;
	hist_add(&hist, 1000001);
	hist_add(&hist, 1000003);
	hist_add(&hist, 9999999);
	assert_int_equal(hist.min, 1000001);
	assert_int_equal(hist.max, 9999999);
	assert_int_equal(hist.sum, 12000003);
	assert_int_equal(hist_percentile(&hist, 0), 1000001);
	assert_int_equal(hist_percentile(&hist, 1), 9999999);
	assert_int_equal(hist_mean(&hist), 4000001);
}

static void last_bucket_reads_as_the_maximum(void **unused)
{
	(void)unused;
	hist_add(&hist, 1);
	hist_add(&hist, 1ull << 37);
	hist_add(&hist, 1ull << 38);
	hist_add(&hist, 1ull << 39);
	assert_int_equal(hist_percentile(&hist, 0.5), 1ull << 39);
	assert_int_equal(hist_percentile(&hist, 0.25), 1);
}

static void zero_is_a_value(void **unused)
{
	(void)unused;
	hist_add(&hist, 0);
	hist_add(&hist, 5);
	assert_int_equal(hist.min, 0);
	assert_int_equal(hist_percentile(&hist, 0.5), 0);
	assert_int_equal(hist_count_upto(&hist, 0), 1);
}

static void counts_upto(void **unused)
{
	(void)unused;
	hist_add(&hist, 10);
	hist_add(&hist, 20);
	hist_add(&hist, 20);
	hist_add(&hist, 50000);
	assert_int_equal(hist_count_upto(&hist, 9), 0);
	assert_int_equal(hist_count_upto(&hist, 10), 1);
	assert_int_equal(hist_count_upto(&hist, 19), 1);
	assert_int_equal(hist_count_upto(&hist, 20), 3);
	assert_int_equal(hist_count_upto(&hist, 40000), 3);
	assert_int_equal(hist_count_upto(&hist, 50000), 4);
	assert_int_equal(hist_count_upto(&hist, UINT64_MAX), 4);
}

static void merges_like_one(void **unused)
{
	static struct vp_hist left, right;
	uint64_t i;

	(void)unused;
	memset(&left, 0, sizeof(left));
	memset(&right, 0, sizeof(right));
	for (i = 0; i < 1000; i++) {
		hist_add(&hist, i * i + 3);
		hist_add(i % 3 ? &left : &right, i * i + 3);
	}
	hist_merge(&left, &right);
	assert_memory_equal(&left, &hist, sizeof(hist));
}

static void merging_empty_changes_nothing(void **unused)
{
	static struct vp_hist empty, before;

	(void)unused;
	hist_add(&hist, 7);
	before = hist;
	hist_merge(&hist, &empty);
	assert_memory_equal(&hist, &before, sizeof(hist));
	hist_merge(&empty, &hist);
	assert_memory_equal(&empty, &hist, sizeof(hist));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_knows_nothing, empty_hist),
		cmocka_unit_test_setup(one_value_is_every_percentile, empty_hist),
		cmocka_unit_test_setup(nearest_rank, empty_hist),
		cmocka_unit_test_setup(ranks_survive_binary_fractions, empty_hist),
		cmocka_unit_test_setup(extremes_are_exact, empty_hist),
		cmocka_unit_test_setup(last_bucket_reads_as_the_maximum, empty_hist),
		cmocka_unit_test_setup(zero_is_a_value, empty_hist),
		cmocka_unit_test_setup(counts_upto, empty_hist),
		cmocka_unit_test_setup(merges_like_one, empty_hist),
		cmocka_unit_test_setup(merging_empty_changes_nothing, empty_hist),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
