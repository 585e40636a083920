// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "render/number.h"

#include <math.h>
#include <vhostprof/wire.h>

static void exact(void **unused)
{
	char out[NUMBER_LEN];

	(void)unused;
	assert_string_equal(number_exact(out, 0), "0");
	assert_string_equal(number_exact(out, UINT64_MAX - 1), "18446744073709551614");
	assert_string_equal(number_exact(out, VP_UNKNOWN), "-");
}

static void grouped(void **unused)
{
	char out[NUMBER_LEN];

	(void)unused;
	assert_string_equal(number_grouped(out, 0), "0");
	assert_string_equal(number_grouped(out, 999), "999");
	assert_string_equal(number_grouped(out, 1000), "1,000");
	assert_string_equal(number_grouped(out, 1234567), "1,234,567");
	assert_string_equal(number_grouped(out, UINT64_MAX - 1), "18,446,744,073,709,551,614");
	assert_string_equal(number_grouped(out, VP_UNKNOWN), "-");
}

static void shares_never_round_to_none_or_all(void **unused)
{
	static const struct {
		double ratio;
		const char *text;
	} rows[] = {
		{0, "0 %"},	  {1e-9, "<0.1 %"},  {0.00049, "<0.1 %"}, {0.0006, "0.1 %"},
		{0.022, "2.2 %"}, {0.0994, "9.9 %"}, {0.0996, "10 %"},	  {0.5, "50 %"},
		{0.9706, "97 %"}, {0.992, "99.2 %"}, {0.9996, ">99.9 %"}, {1 - 1e-9, ">99.9 %"},
		{0.984, "98 %"},  {1, "100 %"},	     {1.25, "125 %"},	  {-1, "-"},
		{NAN, "-"},
	};
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[NUMBER_LEN];

		assert_string_equal(number_share(out, rows[i].ratio), rows[i].text);
	}
}

static void means(void **unused)
{
	char out[NUMBER_LEN];

	(void)unused;
	assert_string_equal(number_mean(out, 0), "0");
	assert_string_equal(number_mean(out, 1.018), "1.02");
	assert_string_equal(number_mean(out, 9.996), "10.0");
	assert_string_equal(number_mean(out, 99.96), "100");
	assert_string_equal(number_mean(out, 1514), "1514");
	assert_string_equal(number_mean(out, -1), "-");
	assert_string_equal(number_mean(out, NAN), "-");
}

static void rates(void **unused)
{
	char out[NUMBER_LEN];

	(void)unused;
	assert_string_equal(number_rate(out, 0, 1000000000), "0/s");
	assert_string_equal(number_rate(out, 2, 10000000000), "0.20/s");
	assert_string_equal(number_rate(out, 68024, 10000000000), "6.80k/s");
	assert_string_equal(number_rate(out, 1, VP_UNKNOWN), "-");
	assert_string_equal(number_rate(out, VP_UNKNOWN, 1), "-");
	assert_string_equal(number_rate(out, 1, 0), "-");
	assert_string_equal(number_byte_rate(out, 10240, 10000000000), "1.00 KiB/s");
	assert_string_equal(number_byte_rate(out, 0, 10000000000), "0 B/s");
	assert_string_equal(number_byte_rate(out, VP_UNKNOWN, 10000000000), "-");
	assert_int_equal(number_whole(1.5), 2);
	assert_int_equal(number_whole(-1), 0);
	assert_true(number_whole(1e300) == 1ull << 63);
	assert_non_null(number_byte_rate(out, VP_UNKNOWN - 1, 1));
}

static void ratios(void **unused)
{
	(void)unused;
	assert_true(number_ratio(1, 4) == 0.25);
	assert_true(number_ratio(0, 4) == 0);
	assert_true(number_ratio(1, 0) < 0);
	assert_true(number_ratio(VP_UNKNOWN, 4) < 0);
	assert_true(number_ratio(4, VP_UNKNOWN) < 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact),  cmocka_unit_test(shares_never_round_to_none_or_all),
		cmocka_unit_test(means),  cmocka_unit_test(rates),
		cmocka_unit_test(ratios), cmocka_unit_test(grouped),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
