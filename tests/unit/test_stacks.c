// SPDX-License-Identifier: BSD-2-Clause
/* What tests/golden/stacks cannot show: refusals, matching, and sums that hold for every report. */
#include "stacks_report.h"
#include "unit.h"

#include "render/flamegraph.h"
#include "render/loss_text.h"
#include "render/stacks.h"
#include "render/xml.h"

#include <stdio.h>

static struct err err;

static struct stacks *make(const struct report *report, const struct report *before,
			   enum normalize normalize)
{
	struct stacks *stacks = NULL;

	assert_int_equal(stacks_make(report, before, normalize, &stacks, &err), 0);
	return stacks;
}

static uint32_t find(const struct stacks *stacks, const char *name)
{
	uint32_t i;

	for (i = 0; i < stacks->items.len; i++)
		if (!strcmp(stacks->items.items[i].name, name))
			return i;
	fail_msg("there is no %s", name);
	return 0;
}

static const struct stack *of(const struct stacks *stacks, const char *name)
{
	return &stacks->items.items[find(stacks, name)];
}

static void nothing_to_draw_is_refused(void **unused)
{
	struct report *report = make_report(), *full = plain_report(1);
	struct stacks *stacks;

	(void)unused;
	make_queue(report, "web1", "vnet3", 1, VP_TX)->trees[VP_CAUSE_KICK] = calltree_new();
	assert_int_not_equal(stacks_make(report, NULL, NORMALIZE_DEFAULT, &stacks, &err), 0);
	assert_non_null(strstr(err.text, "--level stages"));
	assert_int_equal(err.exit_code, EXIT_FAILED);
	assert_int_not_equal(stacks_make(full, report, NORMALIZE_DEFAULT, &stacks, &err), 0);
	assert_int_not_equal(stacks_make(report, full, NORMALIZE_DEFAULT, &stacks, &err), 0);
	report_free(report);
	report_free(full);
}

static void refused(struct report *report, enum normalize normalize, const char *word)
{
	struct stacks *stacks;

	assert_int_not_equal(stacks_make(report, NULL, normalize, &stacks, &err), 0);
	assert_non_null(strstr(err.text, word));
	assert_int_equal(stacks_make(report, NULL, NORMALIZE_DEFAULT, &stacks, &err), 0);
	stacks_free(stacks);
}

static void a_divisor_that_is_not_known_is_refused(void **unused)
{
	struct report *report = plain_report(1);

	(void)unused;
	report->queues.items[0].chains = VP_UNKNOWN;
	refused(report, NORMALIZE_CHAIN, "chains");
	report->source.duration_ns = VP_UNKNOWN;
	refused(report, NORMALIZE_TIME, "window");
	report->queues.items[0].runs = report->queues.items[1].runs = 0;
	refused(report, NORMALIZE_RUN, "runs");
	report_free(report);
}

static void times_add_up_to_the_root(void **unused)
{
	struct report *report = plain_report(1);
	struct stacks *stacks = make(report, NULL, NORMALIZE_DEFAULT);
	uint64_t sum = 0, root = stacks->items.items[STACKS_ROOT].values[STACK_THIS].total_ns;
	uint32_t i, seen = 1;

	(void)unused;
	vec_foreach (stack, &stacks->items)
		sum += stack->values[STACK_THIS].self_ns;
	assert_int_equal(sum, root);
	assert_int_equal(of(stacks, "vnet3 rx0")->values[STACK_THIS].total_ns, 1560001);
	for (i = STACKS_ROOT; (i = stacks_next(stacks, i)) != STACKS_ROOT;)
		seen++;
	assert_int_equal(seen, stacks->items.len);
	stacks_free(stacks);
	report_free(report);
}

static void divided_by_what_was_asked_for(void **unused)
{
	struct report *report = plain_report(1);
	static const struct {
		enum normalize normalize;
		double factor;
	} rows[] = {{NORMALIZE_DEFAULT, 1},
		    {NORMALIZE_RUN, 1 / 1200.0},
		    {NORMALIZE_CHAIN, 1 / 2700.0},
		    {NORMALIZE_TIME, 0.5}};
	size_t i;

	(void)unused;
	for (i = 0; i < 4; i++) {
		struct stacks *stacks = make(report, NULL, rows[i].normalize);

		assert_true(stacks_scaled(stacks, STACK_THIS, 1000) == 1000 * rows[i].factor);
		stacks_free(stacks);
	}
	report_free(report);
}

static void like_queues_lie_on_each_other(void **unused)
{
	struct report *before = plain_report(2), *after = plain_report(1);
	struct stacks *stacks;
	uint32_t len;

	(void)unused;
	stacks = make(after, NULL, NORMALIZE_DEFAULT);
	len = (uint32_t)stacks->items.len;
	stacks_free(stacks);
	/* Started anew in between: another process, another worker. */
	vec_foreach (queue, &before->queues) {
		queue->vm_pid += 1000;
		queue->worker_tid += 1000;
	}
	stacks = make(after, before, NORMALIZE_DEFAULT);
	assert_int_equal(stacks->items.len, len);
	assert_int_equal(of(stacks, "tun_get_user")->values[STACK_THIS].self_ns, 900000);
	assert_int_equal(of(stacks, "tun_get_user")->values[STACK_BEFORE].self_ns, 1800000);
	stacks_free(stacks);
	report_free(before);
	report_free(after);
}

static void what_is_gone_keeps_its_time(void **unused)
{
	struct report *before = plain_report(1), *after = plain_report(1);
	struct stacks *stacks;

	(void)unused;
	calltree_free(after->queues.items[0].trees[VP_CAUSE_NET]);
	after->queues.items[0].trees[VP_CAUSE_NET] = NULL;
	stacks = make(after, before, NORMALIZE_DEFAULT);
	assert_int_equal(of(stacks, "tun_recvmsg")->values[STACK_THIS].total_ns, 0);
	assert_int_equal(of(stacks, "tun_recvmsg")->values[STACK_BEFORE].self_ns, 800000);
	stacks_free(stacks);
	report_free(before);
	report_free(after);
}

static void samples_win_where_both_have_them(void **unused)
{
	struct report *sampled = sampled_report(), *plain = plain_report(1);
	struct stacks *stacks = make(sampled, NULL, NORMALIZE_DEFAULT);

	(void)unused;
	assert_true(stacks->sampled);
	assert_int_equal(stacks->items.items[STACKS_ROOT].values[STACK_THIS].total_ns, 4000000);
	stacks_free(stacks);
	stacks = make(sampled, plain, NORMALIZE_DEFAULT);
	assert_false(stacks->sampled);
	stacks_free(stacks);
	report_free(sampled);
	report_free(plain);
}

static void vms_of_one_name_are_told_apart(void **unused)
{
	struct report *report = plain_report(1);
	struct report_queue *queue = make_queue(report, "web1", "vnet9", 5151, VP_TX);
	struct stacks *stacks;

	(void)unused;
	queue->trees[VP_CAUSE_KICK] = make_tree(report, rx_rows, 2, 1);
	stacks = make(report, NULL, NORMALIZE_DEFAULT);
	assert_int_equal(of(stacks, "web1 (5151)")->kind, STACK_VM);
	assert_int_equal(of(stacks, "web1 (4242)")->kind, STACK_VM);
	stacks_free(stacks);
	report_free(report);
}

/* What the kernel does inside of tun_sendmsg is the backend's, whatever it is called. */
static void a_callee_without_stage_has_its_callers(void **unused)
{
	struct report *report = plain_report(1);
	struct stacks *stacks = make(report, NULL, NORMALIZE_DEFAULT);

	(void)unused;
	assert_int_equal(of(stacks, "netif_receive_skb")->stage, VP_STAGE_BACKEND);
	assert_int_equal(of(stacks, "vhost_signal")->stage, VP_STAGE_CALL);
	assert_int_equal(of(stacks, "kick")->stage, VP_STAGE_NONE);
	stacks_free(stacks);
	report_free(report);
}

static void every_stage_has_a_colour(void **unused)
{
	uint8_t stage;

	(void)unused;
	for (stage = 0; stage <= VP_STAGE_NR; stage++) {
		char rule[64];

		snprintf(rule, sizeof(rule), "\n.%s { fill: #", flamegraph_stage_class(stage));
		if (!strstr(flamegraph_css, rule))
			fail_msg("flamegraph.css has no %s", rule + 1);
	}
	assert_non_null(strstr(flamegraph_css, "\n." FLAMEGRAPH_AROUND " {"));
}

static void colours_of_change(void **unused)
{
	char out[8];

	(void)unused;
	assert_string_equal(flamegraph_change_color(out, 0), "#eeeeee");
	assert_string_equal(flamegraph_change_color(out, 1), "#ff6969");
	assert_string_equal(flamegraph_change_color(out, 2), "#ff6969");
	assert_string_equal(flamegraph_change_color(out, -1), "#69abff");
}

static void xml_is(const char *text, const char *expected)
{
	struct sink sink;

	sink_open_memory(&sink);
	xml_text(&sink, text);
	assert_string_equal(sink_text(&sink), expected);
	assert_int_equal(sink_close(&sink), 0);
}

static void xml_has_no_markup_and_no_forbidden_character(void **unused)
{
	(void)unused;
	xml_is("", "");
	xml_is("größe 日本", "größe 日本");
	xml_is("<a b=\"c\" d='e'>&]]>", "&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;]]&gt;");
	xml_is("\x01\t\n\r\x1f\x7f\xc2\x85", "\\x01\\x09\\x0a\\x0d\\x1f\\x7f\\xc2\\x85");
	xml_is("\xef\xbf\xbd\xef\xbf\xbe\xef\xbf\xbf",
	       "\xef\xbf\xbd\\xef\\xbf\\xbe\\xef\\xbf\\xbf");
	xml_is("\xed\xa0\x80\xff", "\\xed\\xa0\\x80\\xff");
}

static void loss_is(const struct report *report, const char *expected)
{
	struct sink sink;

	sink_open_memory(&sink);
	loss_text(&sink, &report->loss);
	assert_string_equal(sink_text(&sink), expected);
	assert_int_equal(sink_close(&sink), 0);
}

static void loss_in_one_line(void **unused)
{
	struct report *report = make_report();

	(void)unused;
	loss_is(report, "loss: none");
	assert_false(loss_any(&report->loss));
	report->loss.runs_broken = 1;
	report->loss.samples_lost = 2;
	loss_is(report, "loss: 1 run broken, 2 samples lost");
	report_probe_missing(report, "a\033");
	report_probe_missing(report, "b");
	loss_is(report, "loss: 1 run broken, 2 samples lost, 2 probes missing (a\\x1b, b)");
	assert_true(loss_any(&report->loss));
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_to_draw_is_refused),
		cmocka_unit_test(a_divisor_that_is_not_known_is_refused),
		cmocka_unit_test(times_add_up_to_the_root),
		cmocka_unit_test(divided_by_what_was_asked_for),
		cmocka_unit_test(like_queues_lie_on_each_other),
		cmocka_unit_test(what_is_gone_keeps_its_time),
		cmocka_unit_test(samples_win_where_both_have_them),
		cmocka_unit_test(vms_of_one_name_are_told_apart),
		cmocka_unit_test(a_callee_without_stage_has_its_callers),
		cmocka_unit_test(every_stage_has_a_colour),
		cmocka_unit_test(colours_of_change),
		cmocka_unit_test(xml_has_no_markup_and_no_forbidden_character),
		cmocka_unit_test(loss_in_one_line),
	};

	return cmocka_run_group_tests_name("stacks", tests, NULL, NULL);
}
