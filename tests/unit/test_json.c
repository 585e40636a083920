// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "render/json_writer.h"

#include <math.h>

static struct sink sink;
static struct json_writer json;

static int start(void **unused)
{
	(void)unused;
	sink_open_memory(&sink);
	json_begin(&json, &sink);
	return 0;
}

static int stop(void **unused)
{
	(void)unused;
	return sink_close(&sink);
}

#define wrote(text) assert_string_equal(sink_text(&sink), text)

static void commas_and_lines_place_themselves(void **unused)
{
	(void)unused;
	json_open_object(&json, NULL);
	json_number(&json, "a", 1);
	json_open_array(&json, "b");
	json_string(&json, NULL, "x");
	json_number(&json, NULL, 2);
	json_open_object(&json, NULL);
	json_close_object(&json);
	json_close_array(&json);
	json_open_array(&json, "c");
	json_close_array(&json);
	json_close_object(&json);
	json_end(&json);
	wrote("{\n  \"a\": 1,\n  \"b\": [\n    \"x\",\n    2,\n    {}\n  ],\n  \"c\": []\n}\n");
}

static void unknown_is_null(void **unused)
{
	(void)unused;
	json_open_array(&json, NULL);
	json_number(&json, NULL, 0);
	json_number(&json, NULL, UINT64_MAX);
	json_number(&json, NULL, UINT64_MAX - 1);
	json_string(&json, NULL, NULL);
	json_string(&json, NULL, "");
	json_fraction(&json, NULL, -1);
	json_fraction(&json, NULL, NAN);
	json_close_array(&json);
	wrote("[\n  0,\n  null,\n  18446744073709551614,\n  null,\n  \"\",\n  null,\n  null\n]");
}

static void fractions(void **unused)
{
	(void)unused;
	json_open_array(&json, NULL);
	json_fraction(&json, NULL, 0);
	json_fraction(&json, NULL, 1);
	json_fraction(&json, NULL, 660.0 / 680);
	json_fraction(&json, NULL, 0.03125);
	json_fraction(&json, NULL, 0.0000004);
	json_fraction(&json, NULL, 12.9999999);
	json_close_array(&json);
	wrote("[\n  0.000000,\n  1.000000,\n  0.970588,\n  0.031250,\n  0.000000,\n  13.000000\n]");
}

static void strings_are_escaped(void **unused)
{
	(void)unused;
	json_string(&json, NULL, "a\"b\\c/<\n\t\r\b\x01\x1f\x7f");
	wrote("\"a\\\"b\\\\c/<\\n\\t\\r\\u0008\\u0001\\u001f\\u007f\"");
}

static void keys_are_escaped(void **unused)
{
	(void)unused;
	json_open_object(&json, NULL);
	json_number(&json, "a\"b", 1);
	json_close_object(&json);
	wrote("{\n  \"a\\\"b\": 1\n}");
}

static void invalid_utf8_is_replaced(void **unused)
{
	(void)unused;
	json_string(&json, NULL, "ö\xff\xc3|\xed\xa0\x80|\xe2\x82");
	wrote("\"ö\xef\xbf\xbd\xef\xbf\xbd|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd|"
	      "\xef\xbf\xbd\xef\xbf\xbd\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(commas_and_lines_place_themselves, start, stop),
		cmocka_unit_test_setup_teardown(unknown_is_null, start, stop),
		cmocka_unit_test_setup_teardown(fractions, start, stop),
		cmocka_unit_test_setup_teardown(strings_are_escaped, start, stop),
		cmocka_unit_test_setup_teardown(keys_are_escaped, start, stop),
		cmocka_unit_test_setup_teardown(invalid_utf8_is_replaced, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
