// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "base/units.h"

#include <math.h>
#include <string.h>

static void durations(void **unused)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{0, "0 ns"},	       {940, "940 ns"},		{999, "999 ns"},
		{1000, "1.00 us"},     {9994, "9.99 us"},	{9995, "10.0 us"},
		{12449, "12.4 us"},    {99949, "99.9 us"},	{99950, "100 us"},
		{999499, "999 us"},    {999500, "1.00 ms"},	{1050000, "1.05 ms"},
		{999500000, "1.00 s"}, {68700000000, "68.7 s"}, {3600000000000, "3600 s"},
		{UINT64_MAX, "-"},
	};
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[UNITS_LEN];

		assert_ptr_equal(units_duration(out, rows[i].ns), out);
		assert_string_equal(out, rows[i].text);
	}
}

static void counts(void **unused)
{
	static const struct {
		uint64_t count;
		const char *text;
	} rows[] = {
		{0, "0"},	    {9999, "9999"},	   {10000, "10.0k"},
		{12449, "12.4k"},   {999499, "999k"},	   {999500, "1.00M"},
		{1050000, "1.05M"}, {2300000000, "2.30G"}, {UINT64_MAX, "-"},
	};
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char out[UNITS_LEN];

		assert_string_equal(units_count(out, rows[i].count), rows[i].text);
	}
}

static void rates(void **unused)
{
	char out[UNITS_LEN];

	(void)unused;
	assert_string_equal(units_rate(out, 0.2), "0.20");
	assert_string_equal(units_rate(out, 14.2), "14.2");
	assert_string_equal(units_rate(out, 5410), "5.41k");
	assert_string_equal(units_rate(out, 999.4), "999");
	assert_string_equal(units_rate(out, 999.6), "1.00k");
	assert_string_equal(units_rate(out, -1), "-");
	assert_string_equal(units_rate(out, NAN), "-");
}

static void bytes(void **unused)
{
	char out[UNITS_LEN];

	(void)unused;
	assert_string_equal(units_bytes(out, 0), "0 B");
	assert_string_equal(units_bytes(out, 512), "512 B");
	assert_string_equal(units_bytes(out, 1023), "1023 B");
	assert_string_equal(units_bytes(out, 1024), "1.00 KiB");
	assert_string_equal(units_bytes(out, 12698), "12.4 KiB");
	assert_string_equal(units_bytes(out, 1048576), "1.00 MiB");
	assert_string_equal(units_bytes(out, 1127428915), "1.05 GiB");
	assert_string_equal(units_bytes(out, UINT64_MAX), "-");
}

static void the_largest_numbers_fit(void **unused)
{
	char out[UNITS_LEN];

	(void)unused;
	assert_true(strlen(units_duration(out, UINT64_MAX - 1)) < UNITS_LEN - 1);
	assert_true(strlen(units_count(out, UINT64_MAX - 1)) < UNITS_LEN - 1);
	assert_true(strlen(units_bytes(out, UINT64_MAX - 1)) < UNITS_LEN - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(durations),
		cmocka_unit_test(counts),
		cmocka_unit_test(rates),
		cmocka_unit_test(bytes),
		cmocka_unit_test(the_largest_numbers_fit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
