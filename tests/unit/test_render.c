// SPDX-License-Identifier: BSD-2-Clause
/* What no fixed report shows: tests/golden compares whole reports. */
#include "unit.h"

#include "model/hist.h"
#include "render/render.h"
#include "render/table.h"

#include <string.h>

static struct report *report;
static struct sink sink;

static int start(void **unused)
{
	(void)unused;
	report = report_new();
	sink_open_memory(&sink);
	return !report;
}

static int stop(void **unused)
{
	(void)unused;
	report_free(report);
	return sink_close(&sink);
}

static const char *render(const char *format)
{
	struct render_options options = {.width = 80};

	renderer_find(format)->report(&sink, report, &options);
	return sink_text(&sink);
}

static void formats_are_found_by_name(void **unused)
{
	const struct renderer *renderer;

	(void)unused;
	assert_string_equal(renderer_find("text")->name, "text");
	assert_string_equal(renderer_find("json")->name, "json");
	assert_null(renderer_find("tex"));
	assert_null(renderer_find(""));
	for (renderer = renderers; renderer->name; renderer++) {
		assert_ptr_equal(renderer_find(renderer->name), renderer);
		assert_non_null(renderer->help);
		assert_non_null(renderer->report);
	}
}

static struct report_queue *busy_queue(uint64_t runs)
{
	struct report_queue *queue = report_add_queue(report);

	report->source.duration_ns = 1000000000;
	queue->runs = runs;
	queue->doorbells = 100;
	return queue;
}

static void eventfd_that_agrees(void **unused)
{
	struct report_queue *queue = busy_queue(50);

	(void)unused;
	queue->eventfd_min = 100;
	queue->eventfd_max = 104;
	assert_non_null(strstr(render("text"), "eventfd agrees\n"));
}

static void eventfd_that_saw_more(void **unused)
{
	struct report_queue *queue = busy_queue(50);

	(void)unused;
	queue->eventfd_min = 103;
	queue->eventfd_max = 103;
	assert_non_null(strstr(render("text"), "kick eventfd counted 103, we saw"));
	assert_non_null(strstr(sink_text(&sink), " 3 missed\n"));
	assert_null(strstr(sink_text(&sink), "agrees"));
}

static void eventfd_that_saw_less(void **unused)
{
	struct report_queue *queue = busy_queue(50);

	(void)unused;
	queue->eventfd_min = 90;
	queue->eventfd_max = 98;
	assert_non_null(strstr(render("text"), "kick eventfd counted 90 to 98, we saw"));
	assert_non_null(strstr(sink_text(&sink), " 2 too many\n"));
}

static void half_known_eventfd_is_unknown(void **unused)
{
	struct report_queue *queue = busy_queue(50);

	(void)unused;
	queue->eventfd_min = 90;
	assert_non_null(strstr(render("text"), "eventfd -\n"));
}

static void splits_start_with_the_largest(void **unused)
{
	struct report_queue *queue = busy_queue(12);

	(void)unused;
	queue->causes[VP_CAUSE_KICK] = 2;
	queue->causes[VP_CAUSE_NET] = 5;
	queue->causes[VP_CAUSE_REQUEUE] = 5;
	assert_non_null(strstr(render("text"), "net 5 (42 %)  requeue 5 (42 %)  kick 2 (17 %)\n"));
}

static void idle_queues_take_one_line(void **unused)
{
	struct report_queue *queue = busy_queue(0);

	(void)unused;
	queue->doorbells = 0;
	assert_non_null(strstr(render("text"), "VM - | - | rx? | worker - | no runs\n\nloss"));
}

static void add_queues(unsigned n)
{
	while (n--)
		busy_queue(n + 1);
}

static unsigned count(const char *text, const char *what)
{
	unsigned n = 0;

	for (; (text = strstr(text, what)); text += strlen(what))
		n++;
	return n;
}

static void eight_queues_are_shown_in_full(void **unused)
{
	(void)unused;
	add_queues(8);
	assert_int_equal(count(render("text"), "gap to kick"), 8);
	assert_null(strstr(sink_text(&sink), "ch/run"));
}

static void of_nine_the_busiest_are(void **unused)
{
	const char *text, *first, *last;

	(void)unused;
	add_queues(9);
	text = render("text");
	assert_non_null(strstr(text, "ch/run"));
	assert_non_null(strstr(text, "9 queues. The 4 with the most runs"));
	assert_int_equal(count(text, "gap to kick"), 4);
	first = strstr(text, "  runs             9");
	last = strstr(text, "  runs             6");
	assert_true(first && last && first < last);
	assert_null(strstr(text, "  runs             5"));
}

static void loss_is_always_there(void **unused)
{
	(void)unused;
	assert_non_null(strstr(render("text"), "loss      0 records lost  0 runs broken"));
	assert_non_null(strstr(sink_text(&sink), "percentiles are accurate to 1/32 (3.1 %)"));
}

static void unparsed_lines_are_shown_when_there_are_any(void **unused)
{
	(void)unused;
	assert_null(strstr(render("text"), "unparsed"));
	report->loss.lines_unparsed = 1;
	assert_non_null(strstr(render("text"), "1 line unparsed"));
}

static void write_errors_reach_the_owner(void **unused)
{
	struct render_options options = {.width = 80};
	struct sink closed;

	(void)unused;
	sink_open_fd(&closed, 1 << 20);
	renderer_find("json")->report(&closed, report, &options);
	assert_true(sink_close(&closed) < 0);
}

static enum style name_cell(char out[CELL_LEN], const struct table_cell *cell)
{
	strcpy(out, cell->thing);
	return STYLE_PLAIN;
}

static const struct table_column two_columns[] = {
	{"name", 0, 0, true, name_cell, 0, 0},
	{"x", 5, 0, false, name_cell, 0, 0},
	{"wide", 70, 90, true, name_cell, 0, 0},
	{NULL, 0, 0, false, NULL, 0, 0},
};

static void tables_fit_the_line(void **unused)
{
	struct table table = {.columns = two_columns, .report = report};
	struct render_options options = {.width = 80};
	struct pen pen;

	(void)unused;
	pen_open(&pen, &sink, &options, 120);
	table_measure(&table, &pen, "ab");
	table_begin(&table, &pen);
	table_row(&table, &pen, "ab");
	assert_string_equal(sink_text(&sink), "name    x\nab     ab\n");
	table_measure(&table, &pen,
		      "a name much longer than the line is wide, even if one takes "
		      "into account the other column");
	table_begin(&table, &pen);
	assert_int_equal(table.first_width, 75);
}

static void wide_lines_show_more_columns(void **unused)
{
	struct table table = {.columns = two_columns, .report = report};
	struct render_options options = {.width = 90};
	struct pen pen;

	(void)unused;
	pen_open(&pen, &sink, &options, 120);
	table_begin(&table, &pen);
	table_row(&table, &pen, "ab");
	assert_string_equal(sink_text(&sink), "name    x wide\nab     ab ab\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(formats_are_found_by_name, start, stop),
		cmocka_unit_test_setup_teardown(eventfd_that_agrees, start, stop),
		cmocka_unit_test_setup_teardown(eventfd_that_saw_more, start, stop),
		cmocka_unit_test_setup_teardown(eventfd_that_saw_less, start, stop),
		cmocka_unit_test_setup_teardown(half_known_eventfd_is_unknown, start, stop),
		cmocka_unit_test_setup_teardown(splits_start_with_the_largest, start, stop),
		cmocka_unit_test_setup_teardown(idle_queues_take_one_line, start, stop),
		cmocka_unit_test_setup_teardown(eight_queues_are_shown_in_full, start, stop),
		cmocka_unit_test_setup_teardown(of_nine_the_busiest_are, start, stop),
		cmocka_unit_test_setup_teardown(loss_is_always_there, start, stop),
		cmocka_unit_test_setup_teardown(unparsed_lines_are_shown_when_there_are_any, start,
						stop),
		cmocka_unit_test_setup_teardown(write_errors_reach_the_owner, start, stop),
		cmocka_unit_test_setup_teardown(tables_fit_the_line, start, stop),
		cmocka_unit_test_setup_teardown(wide_lines_show_more_columns, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
