// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include <vhostprof/bucket.h>

#define LAST (VP_HIST_BUCKETS - 1)

static void log2_of_every_power(void **unused)
{
	uint32_t bit;

	(void)unused;
	assert_int_equal(vp_log2(1), 0);
	for (bit = 1; bit < 64; bit++) {
		assert_int_equal(vp_log2(1ull << bit), bit);
		assert_int_equal(vp_log2((1ull << bit) - 1), bit - 1);
	}
	assert_int_equal(vp_log2(UINT64_MAX), 63);
}

/* No value between two buckets, none in both. */
static void every_boundary_falls_right(void **unused)
{
	uint32_t i;

	(void)unused;
	for (i = 0; i < VP_HIST_BUCKETS; i++) {
		uint64_t low = vp_bucket_low(i), width = vp_bucket_width(i);

		assert_int_equal(vp_bucket_of(low), i);
		assert_int_equal(vp_bucket_of(low + width - 1), i);
		if (i)
			assert_int_equal(vp_bucket_of(low - 1), i - 1);
		if (i < LAST)
			assert_int_equal(vp_bucket_low(i + 1), low + width);
	}
}

static void no_bucket_is_wider_than_the_error(void **unused)
{
	uint32_t i;

	(void)unused;
	for (i = 1; i < VP_HIST_BUCKETS; i++) {
		if (vp_bucket_width(i) == 1)
			continue;
		assert_true((double)vp_bucket_width(i) <=
			    (double)vp_bucket_low(i) * VP_HIST_RELATIVE_ERROR);
	}
	assert_int_equal(vp_bucket_width(63), 1); /* exact up to here */
	assert_int_equal(vp_bucket_width(64), 2);
}

static void huge_values_share_the_last_bucket(void **unused)
{
	(void)unused;
	assert_int_equal(vp_bucket_of((1ull << 36) - 1), LAST);
	assert_int_equal(vp_bucket_low(LAST) + vp_bucket_width(LAST), 1ull << 36);
	assert_int_equal(vp_bucket_of(1ull << 36), LAST);
	assert_int_equal(vp_bucket_of(1ull << 40), LAST);
	assert_int_equal(vp_bucket_of(UINT64_MAX), LAST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(log2_of_every_power),
		cmocka_unit_test(every_boundary_falls_right),
		cmocka_unit_test(no_bucket_is_wider_than_the_error),
		cmocka_unit_test(huge_values_share_the_last_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
