// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "base/escape.h"
#include "base/utf8.h"

#include <string.h>

static void check(const char *text, const char *expected)
{
	char out[128];

	assert_ptr_equal(escape_terminal(out, sizeof(out), text), out);
	assert_string_equal(out, expected);
}

static void harmless_text_stays(void **unused)
{
	(void)unused;
	check("", "");
	check("vhost-4242 \"<web>\" \\ ~", "vhost-4242 \"<web>\" \\ ~");
	check("größe 日本 🐧", "größe 日本 🐧");
	check("\xc2\xa0", "\xc2\xa0"); /* the first character above C1 */
}

static void controls_are_written_out(void **unused)
{
	(void)unused;
	check("\033[2J", "\\x1b[2J");
	check("a\nb\tc\r", "a\\x0ab\\x09c\\x0d");
	check("\x01\x1f\x7f", "\\x01\\x1f\\x7f");
	check("\xef\xbf\xbe\xef\xbf\xbf", "\\xef\\xbf\\xbe\\xef\\xbf\\xbf"); /* none in XML */
	check("\xef\xbf\xbd", "\xef\xbf\xbd");
	check("\xc2\x80\xc2\x9b\xc2\x9f", "\\xc2\\x80\\xc2\\x9b\\xc2\\x9f");
}

static void invalid_utf8_is_written_out(void **unused)
{
	(void)unused;
	check("\xff\xfe", "\\xff\\xfe");
	check("\x80x", "\\x80x");
	check("\xc3", "\\xc3");				   /* cut short */
	check("\xe2\x82", "\\xe2\\x82");		   /* cut short */
	check("\xe2\x82!", "\\xe2\\x82!");		   /* broken off */
	check("\xc0\xaf", "\\xc0\\xaf");		   /* overlong / */
	check("\xe0\x80\xaf", "\\xe0\\x80\\xaf");	   /* overlong / */
	check("\xf0\x80\x80\xaf", "\\xf0\\x80\\x80\\xaf"); /* overlong / */
	check("\xed\xa0\x80", "\\xed\\xa0\\x80");	   /* surrogate */
	check("\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80"); /* above U+10FFFF */
	check("\xf5\x80\x80\x80", "\\xf5\\x80\\x80\\x80");
}

static void cuts_between_characters(void **unused)
{
	char out[8];
	size_t size;

	(void)unused;
	assert_string_equal(escape_terminal(out, 4, "abcdef"), "abc");
	assert_string_equal(escape_terminal(out, 4, "ab\xc3\xb6"), "ab");
	assert_string_equal(escape_terminal(out, 5, "ab\xc3\xb6"), "ab\xc3\xb6");
	assert_string_equal(escape_terminal(out, 5, "a\033"), "a");
	assert_string_equal(escape_terminal(out, 6, "a\033"), "a\\x1b");
	assert_string_equal(escape_terminal(out, 1, "a"), "");
	for (size = 1; size < sizeof(out); size++) {
		memset(out, 'Z', sizeof(out));
		escape_terminal(out, size, "\xe6\x97\xa5\xe6\x97\xa5\033");
		assert_true(strlen(out) < size);
		assert_int_equal(out[size], 'Z');
	}
	out[0] = 'Z';
	escape_terminal(out, 0, "a");
	assert_int_equal(out[0], 'Z');
}

static void columns_and_cuts_count_characters(void **unused)
{
	(void)unused;
	assert_int_equal(utf8_columns(""), 0);
	assert_int_equal(utf8_columns("größe"), 5);
	assert_int_equal(utf8_columns("a\xff\xc3"), 3);
	assert_int_equal(utf8_cut("größe", 3), 4);
	assert_int_equal(utf8_cut("größe", 0), 0);
	assert_int_equal(utf8_cut("größe", 99), strlen("größe"));
	assert_int_equal(utf8_bytes(""), 0);
	assert_int_equal(utf8_bytes("🐧"), 4);
	assert_int_equal(utf8_bytes("\xed\x9f\xbf"), 3);     /* U+D7FF, below the surrogates */
	assert_int_equal(utf8_bytes("\xee\x80\x80"), 3);     /* U+E000, above them */
	assert_int_equal(utf8_bytes("\xf4\x8f\xbf\xbf"), 4); /* U+10FFFF */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(harmless_text_stays),
		cmocka_unit_test(controls_are_written_out),
		cmocka_unit_test(invalid_utf8_is_written_out),
		cmocka_unit_test(cuts_between_characters),
		cmocka_unit_test(columns_and_cuts_count_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
