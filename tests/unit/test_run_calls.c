// SPDX-License-Identifier: BSD-2-Clause
/* From streamed entries and ends to the calls of runs, and from those to rows and trees of a report. */
#include "unit.h"

#include "model/report_calls.h"
#include "model/run_calls.h"

#include <string.h>
#include <vhostprof/config.h>

enum { RUN = 0, A = 1, B = 2, WORKER = 7 };

static struct run_calls *calls;
static const struct traced_call *list;
static uint32_t len;
static __u64 items[VP_EVENTS_MAX];
static struct vp_events head;

static int begin(void **unused)
{
	(void)unused;
	calls = run_calls_new();
	run_calls_row(calls, RUN, 10, true);
	run_calls_row(calls, A, 11, false);
	run_calls_row(calls, B, 12, false);
	head = (struct vp_events){.worker_tid = WORKER, .base_ns = 1000};
	return !calls;
}

static int drop(void **unused)
{
	(void)unused;
	run_calls_free(calls);
	return 0;
}

static void add(uint64_t time_ns, uint32_t row, uint32_t is_end)
{
	items[head.len++] = vp_event(time_ns, row, is_end);
}

static void send(uint64_t lost)
{
	head.lost = lost;
	assert_int_equal(run_calls_events(calls, &head, items), 0);
	head.len = 0;
}

static void take(uint64_t enter_ns, uint64_t leave_ns)
{
	struct vp_run run = {.worker_tid = WORKER, .enter_ns = enter_ns, .leave_ns = leave_ns};

	run_calls_take(calls, &run, &list, &len);
}

static uint64_t runs_without(void)
{
	struct run_calls_loss loss;

	run_calls_loss(calls, &loss);
	return loss.runs;
}

static void is_call(uint32_t index, uint32_t symbol, uint32_t depth, uint64_t total_ns,
		    uint64_t self_ns)
{
	assert_true(index < len);
	assert_int_equal(list[index].symbol, symbol);
	assert_int_equal(list[index].depth, depth);
	assert_int_equal(list[index].total_ns, total_ns);
	assert_int_equal(list[index].self_ns, self_ns);
}

static void make_run(uint64_t at)
{
	add(at, RUN, 0);
	add(at + 10, A, 0);
	add(at + 20, A, 0);
	add(at + 25, A, 1);
	add(at + 40, A, 1);
	add(at + 50, B, 0);
	add(at + 90, B, 1);
	add(at + 100, RUN, 1);
}

static void is_that_run(void)
{
	assert_int_equal(len, 4);
	is_call(0, 10, 0, 100, 30);
	is_call(1, 11, 1, 30, 25);
	is_call(2, 11, 2, 5, 5);
	is_call(3, 12, 1, 40, 40);
}

static void calls_nest_and_add_up(void **unused)
{
	(void)unused;
	make_run(1000);
	send(0);
	take(1000, 1100);
	is_that_run();
	assert_int_equal(runs_without(), 0);
}

static void a_run_may_span_batches_and_a_batch_runs(void **unused)
{
	(void)unused;
	make_run(1000);
	make_run(2000);
	add(3000, RUN, 0);
	send(0);
	make_run(3000);
	memmove(items, items + 1, --head.len * sizeof(items[0]));
	send(0);
	take(1000, 1100);
	is_that_run();
	take(2000, 2100);
	is_that_run();
	take(3000, 3100);
	is_that_run();
}

static void a_missed_end_leaves_its_time_to_the_caller(void **unused)
{
	struct run_calls_loss loss;

	(void)unused;
	add(1000, RUN, 0);
	add(1010, A, 0);
	add(1020, B, 0);
	add(1030, A, 0);
	add(1040, A, 1);
	add(1050, B, 1); /* closes that B */
	add(1060, B, 0); /* missed, too */
	add(1070, A, 1);
	add(1080, B, 1); /* of nothing */
	add(1100, RUN, 1);
	send(0);
	take(1000, 1100);
	assert_int_equal(len, 4);
	is_call(1, 11, 1, 60, 30);
	is_call(2, 12, 2, 30, 20);
	is_call(3, 11, 3, 10, 10);
	run_calls_loss(calls, &loss);
	assert_int_equal(loss.calls_broken, 2);
}

static void items_that_were_lost_cost_the_open_run(void **unused)
{
	(void)unused;
	add(1000, RUN, 0);
	send(0);
	add(1100, RUN, 1);
	make_run(2000);
	send(3);
	take(1000, 1100);
	assert_int_equal(len, 0);
	assert_int_equal(runs_without(), 1);
	take(2000, 2100);
	is_that_run();
}

static void a_hole_costs_the_open_run(void **unused)
{
	(void)unused;
	add(1000, RUN, 0);
	send(0);
	run_calls_hole(calls);
	add(1100, RUN, 1);
	send(0);
	take(1000, 1100);
	assert_int_equal(len, 0);
}

static void a_run_without_its_end_is_given_up_for_the_next(void **unused)
{
	(void)unused;
	add(1000, RUN, 0);
	add(1010, A, 0);
	make_run(2000);
	send(0);
	take(1000, 1100);
	assert_int_equal(len, 0);
	take(2000, 2100);
	is_that_run();
}

static void rows_without_a_name_are_passed_over(void **unused)
{
	(void)unused;
	add(1000, RUN, 0);
	add(1010, 99, 0);
	add(1100, RUN, 1);
	send(0);
	take(1000, 1100);
	assert_int_equal(len, 1);
	is_call(0, 10, 0, 100, 100);
}

/* Workers come and go: the one that has been silent for longest makes room. */
static void any_number_of_workers(void **unused)
{
	uint32_t tid;

	(void)unused;
	for (tid = 100; tid < 100 + 3 * VP_MAX_WORKERS; tid++) {
		struct vp_run run = {.worker_tid = tid, .enter_ns = 1000, .leave_ns = 1100};

		head.worker_tid = tid;
		make_run(1000);
		send(0);
		run_calls_take(calls, &run, &list, &len);
		is_that_run();
	}
}

/* Nobody takes the runs: what waits stays bounded, by forgetting it, and later runs are whole. */
static void what_waits_is_bounded(void **unused)
{
	uint64_t at;

	(void)unused;
	for (at = 1; at < RUN_CALLS_HELD / 4 + 100; at++) {
		make_run(1000 * at);
		send(0);
	}
	take(1000, 1100);
	assert_int_equal(len, 0);
	make_run(1000 * at);
	send(0);
	take(1000 * at, 1000 * at + 100);
	is_that_run();
}

static void calls_become_rows_and_a_tree(void **unused)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);
	const struct calltree_node *node;
	uint32_t i;

	(void)unused;
	for (i = 0; i < 10; i++)
		symbols_intern(&report->symbols, (char[]){(char)('a' + i), 0}, NULL);
	assert_int_equal(symbols_intern(&report->symbols, "handle_tx_kick", NULL), 10);
	assert_int_equal(symbols_intern(&report->symbols, "vhost_vq_avail_empty", "vhost"), 11);
	assert_int_equal(symbols_intern(&report->symbols, "tun_sendmsg", "tun"), 12);
	make_run(1000);
	send(0);
	take(1000, 1100);
	for (i = 0; i < 2; i++)
		assert_int_equal(
			report_queue_add_calls(queue, VP_CAUSE_KICK, &report->symbols, list, len),
			0);
	assert_int_equal(report_sum_functions(report), 0);
	report_sort(report);
	assert_int_equal(report->functions.len, 3);
	assert_string_equal(report->functions.items[0].name, "tun_sendmsg");
	assert_string_equal(report->functions.items[2].module, "vhost");
	assert_int_equal(report->functions.items[2].calls, 4);
	assert_int_equal(report->functions.items[2].total_ns, 70);
	assert_int_equal(report->functions.items[2].self_ns, 60);
	assert_int_equal(report->functions.items[2].time.max, 30);
	assert_int_equal(report->functions.items[2].stage, VP_STAGE_DESC);
	assert_null(queue->trees[VP_CAUSE_NET]);
	assert_int_equal(queue->trees[VP_CAUSE_KICK]->nodes.len, 1 + 4);
	node = &queue->trees[VP_CAUSE_KICK]->nodes.items[3];
	assert_int_equal(node->parent, 2);
	assert_int_equal(node->symbol, 11);
	assert_int_equal(node->calls, 2);
	assert_int_equal(node->total_ns, 10);
	node = &queue->trees[VP_CAUSE_KICK]->nodes.items[4];
	assert_int_equal(node->parent, 1);
	assert_int_equal(node->symbol, 12);
	report_free(report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, drop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(calls_nest_and_add_up),
		TEST(a_run_may_span_batches_and_a_batch_runs),
		TEST(a_missed_end_leaves_its_time_to_the_caller),
		TEST(items_that_were_lost_cost_the_open_run),
		TEST(a_hole_costs_the_open_run),
		TEST(a_run_without_its_end_is_given_up_for_the_next),
		TEST(rows_without_a_name_are_passed_over),
		TEST(any_number_of_workers),
		TEST(what_waits_is_bounded),
		TEST(calls_become_rows_and_a_tree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
