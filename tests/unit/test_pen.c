// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "render/pen.h"

#include <string.h>

static struct sink sink;
static struct pen pen;

static void open_pen(unsigned width, bool unicode, bool color)
{
	struct render_options options = {.width = width, .unicode = unicode, .color = color};

	sink_close(&sink);
	sink_open_memory(&sink);
	pen_open(&pen, &sink, &options, 120);
}

static int start(void **unused)
{
	(void)unused;
	sink_open_memory(&sink);
	open_pen(80, true, false);
	return 0;
}

static int stop(void **unused)
{
	(void)unused;
	return sink_close(&sink);
}

#define wrote(text) assert_string_equal(sink_text(&sink), text)

static void width_is_kept_in_bounds(void **unused)
{
	(void)unused;
	open_pen(0, true, false);
	assert_int_equal(pen.width, 80);
	open_pen(100, true, false);
	assert_int_equal(pen.width, 100);
	open_pen(4000, true, false);
	assert_int_equal(pen.width, 120);
}

static void columns_line_up(void **unused)
{
	(void)unused;
	pen_to(&pen, 2);
	pen_left(&pen, STYLE_PLAIN, "größe", 8);
	pen_right(&pen, STYLE_PLAIN, "42", 5);
	assert_int_equal(pen.column, 15);
	pen_to(&pen, 3);
	assert_int_equal(pen.column, 15);
	pen_text(&pen, STYLE_PLAIN, "|");
	wrote("  größe      42|");
}

static void cuts_are_marked(void **unused)
{
	(void)unused;
	pen_left(&pen, STYLE_PLAIN, "größer", 4);
	pen_right(&pen, STYLE_PLAIN, "größer", 4);
	assert_int_equal(pen.column, 8);
	wrote("grö…grö…");
	open_pen(80, false, false);
	pen_left(&pen, STYLE_PLAIN, "longer", 4);
	wrote("lon~");
}

static void lines_do_not_end_in_spaces(void **unused)
{
	(void)unused;
	pen_left(&pen, STYLE_PLAIN, "a", 10);
	pen_newline(&pen);
	pen_to(&pen, 5);
	pen_newline(&pen);
	pen_text(&pen, STYLE_PLAIN, "b");
	wrote("a\n\nb");
}

static void colors_are_written_only_when_they_change(void **unused)
{
	(void)unused;
	open_pen(80, true, true);
	pen_text(&pen, STYLE_BAR, "a");
	pen_text(&pen, STYLE_BAR, "b");
	pen_text(&pen, STYLE_PLAIN, "c");
	pen_text(&pen, STYLE_GOOD, "d");
	pen_text(&pen, STYLE_GOOD, "");
	pen_newline(&pen);
	wrote("\033[36mab\033[0mc\033[32md\033[0m\n");
	assert_int_equal(pen.column, 0);
}

static void no_color_means_none(void **unused)
{
	(void)unused;
	pen_text(&pen, STYLE_BAD, "a");
	pen_newline(&pen);
	wrote("a\n");
}

static void items_wrap_between_items(void **unused)
{
	char twenty[] = "12345678901234567890";
	int i;

	(void)unused;
	for (i = 0; i < 5; i++)
		pen_item(&pen, STYLE_PLAIN, 4, " · ", twenty);
	wrote("    12345678901234567890 · 12345678901234567890 · 12345678901234567890\n"
	      "    12345678901234567890 · 12345678901234567890");
}

/* A first item shorter than the indentation is still followed by a separator. */
static void items_after_a_short_title(void **unused)
{
	(void)unused;
	pen_text(&pen, STYLE_PLAIN, "VM");
	pen_item(&pen, STYLE_PLAIN, 4, " · ", "x");
	wrote("VM · x");
}

static void an_item_may_reach_the_edge(void **unused)
{
	(void)unused;
	pen_to(&pen, 70);
	pen_text(&pen, STYLE_PLAIN, "x");
	pen_item(&pen, STYLE_PLAIN, 0, "  ", "1234567");
	assert_int_equal(pen.column, 80);
	pen_item(&pen, STYLE_PLAIN, 0, "  ", "y");
	assert_int_equal(pen.column, 1);
}

static void paragraphs_wrap_between_words(void **unused)
{
	(void)unused;
	pen_paragraph(&pen, STYLE_PLAIN, 2,
		      "one two three four five six seven eight nine ten eleven twelve thirteen x "
		      "fourteen");
	wrote("  one two three four five six seven eight nine ten eleven twelve thirteen x\n"
	      "  fourteen\n");
}

static void numbers_keep_their_units(void **unused)
{
	(void)unused;
	pen_paragraph(
		&pen, STYLE_PLAIN, 0,
		"one two three four five six seven eight nine ten eleven twelve thirteen 1112.5 "
		"us later");
	wrote("one two three four five six seven eight nine ten eleven twelve thirteen\n"
	      "1112.5 us later\n");
}

static void endless_words_are_broken(void **unused)
{
	char word[201];

	(void)unused;
	memset(word, 'w', 200);
	word[200] = '\0';
	pen_paragraph(&pen, STYLE_PLAIN, 10, word);
	assert_int_equal(strlen(sink_text(&sink)), 200 + 3 * 11);
	assert_int_equal(sink_text(&sink)[80], '\n');
	assert_int_equal(sink_text(&sink)[161], '\n');
}

static void foreign_strings_are_harmless(void **unused)
{
	char out[64];

	(void)unused;
	assert_string_equal(pen_foreign(&pen, out, sizeof(out), "a\033[m", 20), "a\\x1b[m");
	assert_string_equal(pen_foreign(&pen, out, sizeof(out), "größe", 20), "größe");
	assert_string_equal(pen_foreign(&pen, out, sizeof(out), "größe", 4), "grö…");
	assert_string_equal(pen_foreign(&pen, out, sizeof(out), NULL, 20), "-");
	assert_string_equal(pen_foreign(&pen, out, sizeof(out), "", 20), "-");
	open_pen(80, false, false);
	assert_string_equal(pen_foreign(&pen, out, sizeof(out), "gr\xc3\xb6", 20), "gr\\xc3\\xb6");
	assert_string_equal(pen_foreign(&pen, out, sizeof(out), "abcdef", 4), "abc~");
}

static void fits_any_buffer(void)
{
	char out[32];
	size_t size;

	for (size = 1; size < sizeof(out); size++) {
		memset(out, 'Z', sizeof(out));
		pen_foreign(&pen, out, size, "abc\033größe und mehr", 24);
		assert_true(strlen(out) < size);
		assert_int_equal(out[size], 'Z');
	}
}

static void foreign_strings_fit_any_buffer(void **unused)
{
	(void)unused;
	fits_any_buffer();
	open_pen(80, false, false);
	fits_any_buffer();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(width_is_kept_in_bounds, start, stop),
		cmocka_unit_test_setup_teardown(columns_line_up, start, stop),
		cmocka_unit_test_setup_teardown(cuts_are_marked, start, stop),
		cmocka_unit_test_setup_teardown(lines_do_not_end_in_spaces, start, stop),
		cmocka_unit_test_setup_teardown(colors_are_written_only_when_they_change, start,
						stop),
		cmocka_unit_test_setup_teardown(no_color_means_none, start, stop),
		cmocka_unit_test_setup_teardown(items_wrap_between_items, start, stop),
		cmocka_unit_test_setup_teardown(items_after_a_short_title, start, stop),
		cmocka_unit_test_setup_teardown(an_item_may_reach_the_edge, start, stop),
		cmocka_unit_test_setup_teardown(paragraphs_wrap_between_words, start, stop),
		cmocka_unit_test_setup_teardown(numbers_keep_their_units, start, stop),
		cmocka_unit_test_setup_teardown(endless_words_are_broken, start, stop),
		cmocka_unit_test_setup_teardown(foreign_strings_are_harmless, start, stop),
		cmocka_unit_test_setup_teardown(foreign_strings_fit_any_buffer, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
