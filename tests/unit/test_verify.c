// SPDX-License-Identifier: BSD-2-Clause
/* Predictions beside measurements: which agree, which do not, and why. */
#include "unit.h"

#include "analyze/verify.h"
#include "model/hist.h"
#include "render/verify.h"

#include <math.h>
#include <string.h>

static struct report_queue before_queue, after_queue;
static struct report before, after;
static struct verify *verify;

static void fill(struct report *report, struct report_queue *queue, uint64_t chains)
{
	static const struct report_queue nothing;

	*queue = nothing;
	queue->dir = VP_TX;
	queue->device = (char *)"tap0";
	queue->worker_tid = 7;
	queue->runs = queue->chains = chains;
	queue->doorbells = queue->bytes = VP_UNKNOWN;
	queue->sched.run_ns = VP_UNKNOWN;
	*report = (struct report){.source = {.duration_ns = 1000000000}};
	report->queues.items = queue;
	report->queues.len = 1;
}

static void add(struct report_queue *queue, uint64_t kicks, uint64_t gap_ns, uint64_t wake_ns)
{
	queue->ends[VP_END_REARMED] += kicks;
	while (kicks--) {
		hist_add(&queue->gap, gap_ns);
		hist_add(&queue->wake, wake_ns);
	}
}

/* 1000 packets, a kick for each, of which half come soon; then the same with poll-us=20. */
static void setup_pair(uint64_t chains_after, uint64_t kicks_after)
{
	verify_free(verify);
	verify = NULL;
	fill(&before, &before_queue, 1000);
	add(&before_queue, 500, 10000, 100);
	add(&before_queue, 500, 400000, 100);
	before_queue.service.sum = 100000000;
	fill(&after, &after_queue, chains_after);
	add(&after_queue, kicks_after, 400000, 100);
	after_queue.poll_us = 20;
	after_queue.service.sum = 120000000;
}

static const struct verify_queue *row_said(uint64_t poll_us)
{
	verify_free(verify);
	assert_int_equal(verify_make(&before, &after, poll_us, &verify), 0);
	assert_int_equal(verify->queues.len, 1);
	return &verify->queues.items[0];
}

static const struct verify_queue *row(void)
{
	return row_said(VP_UNKNOWN);
}

static void verdict_is(enum verify_verdict verdict, enum verify_why why)
{
	const struct verify_queue *got = row();

	assert_int_equal(got->verdict, verdict);
	assert_int_equal(got->why, why);
}

static void what_was_predicted(void **unused)
{
	(void)unused;
	setup_pair(1000, 500);
	verdict_is(VERIFY_AGREES, VERIFY_NO_REASON);
	assert_true(fabs(row()->predicted.value - 0.5) < 0.001);
	assert_true(fabs(row()->measured.value - 0.5) < 0.001);
	assert_true(row()->measured.low < 0.5 && row()->measured.high > 0.5);
	/* 20 ms more inside of runs in a second */
	assert_true(fabs(row()->cpu_measured - 0.02) < 1e-6);
	/* 500 spins of 10 us, 500 of 20.5 units */
	assert_true(fabs(row()->cpu_predicted - 0.0155) < 0.0003);
	setup_pair(1000, 599);
	verdict_is(VERIFY_AGREES, VERIFY_NO_REASON);
}

/* Twice the packets with twice the kicks: not a kick more or less was absorbed. */
static void more_traffic_is_no_absorption(void **unused)
{
	(void)unused;
	setup_pair(2000, 1000);
	verdict_is(VERIFY_AGREES, VERIFY_NO_REASON);
	assert_true(fabs(row()->rate_change - 1) < 1e-9);
	/* 120 ms for 2000 packets is 60 for as many as before, 40 less. */
	assert_true(fabs(row()->cpu_measured + 0.04) < 1e-6);
	setup_pair(500, 500);
	verdict_is(VERIFY_DIFFERS, VERIFY_OTHER_RATE);
	assert_true(fabs(row()->measured.value) < 1e-9);
}

static void other_work_broke_in(void **unused)
{
	(void)unused;
	setup_pair(1000, 800);
	verdict_is(VERIFY_DIFFERS, VERIFY_NO_REASON);
	after_queue.ends[VP_END_BUSY] = 100;
	verdict_is(VERIFY_DIFFERS, VERIFY_INTERRUPTED);
	setup_pair(1000, 200); /* which explains no better share */
	after_queue.ends[VP_END_BUSY] = 100;
	verdict_is(VERIFY_DIFFERS, VERIFY_NO_REASON);
}

/* Half as many chains with the same bytes: what is a kick per chain then? */
static void data_is_cut_otherwise(void **unused)
{
	(void)unused;
	setup_pair(500, 500);
	before_queue.bytes = after_queue.bytes = 64000;
	verdict_is(VERIFY_DIFFERS, VERIFY_OTHER_SIZE);
	assert_true(fabs(row()->size_change - 1) < 1e-9);
}

static void the_guest_waits(void **unused)
{
	(void)unused;
	setup_pair(1000, 20);
	memset(&before_queue.gap, 0, sizeof(before_queue.gap));
	memset(&before_queue.wake, 0, sizeof(before_queue.wake));
	add(&before_queue, 1000, 15000, 8000);
	verdict_is(VERIFY_DIFFERS, VERIFY_WAITS);
	assert_true(fabs(row()->predicted.value - 0.5) < 0.001);
}

static void setup_slow_wakes(uint64_t kicks_after)
{
	setup_pair(1000, kicks_after);
	memset(&after_queue.wake, 0, sizeof(after_queue.wake));
	add(&after_queue, 1, 1, 300);
	after_queue.gap.count = kicks_after;
}

static void another_machine(void **unused)
{
	(void)unused;
	setup_slow_wakes(800);
	verdict_is(VERIFY_DIFFERS, VERIFY_OTHER_WAKE);
	setup_slow_wakes(200);
	verdict_is(VERIFY_DIFFERS, VERIFY_NO_REASON);
}

static void few_kicks_are_unsure(void **unused)
{
	(void)unused;
	setup_pair(12, 3);
	verdict_is(VERIFY_UNSURE, VERIFY_OTHER_RATE);
	setup_pair(1000, 0);
	verdict_is(VERIFY_DIFFERS, VERIFY_NO_REASON);
	assert_true(row()->measured.value == 1 && row()->measured.high == 1);
	assert_true(fabs(row()->measured.low - 0.997) < 1e-9);
}

static void nothing_to_compare(void **unused)
{
	(void)unused;
	setup_pair(1000, 500);
	after_queue.poll_us = VP_UNKNOWN;
	verdict_is(VERIFY_UNKNOWN, VERIFY_NO_POLL_US);
	assert_int_equal(row_said(20)->verdict, VERIFY_AGREES);
	assert_int_equal(row_said(20)->poll_after, 20);
	setup_pair(1000, 500);
	before_queue.poll_us = 20;
	verdict_is(VERIFY_UNKNOWN, VERIFY_NOT_MORE);
	after_queue.poll_us = before_queue.poll_us = 0;
	verdict_is(VERIFY_UNKNOWN, VERIFY_NOT_MORE);
	setup_pair(0, 0);
	verdict_is(VERIFY_UNKNOWN, VERIFY_NO_CHAINS);
	setup_pair(1000, 500);
	before_queue.gap.count = WHATIF_GAPS_MIN - 1;
	verdict_is(VERIFY_UNKNOWN, VERIFY_FEW_KICKS);
	before_queue.churn_runs = VP_UNKNOWN;
	verdict_is(VERIFY_UNKNOWN, VERIFY_FEW_KICKS);
}

static void queues_of_one_side(void **unused)
{
	(void)unused;
	setup_pair(1000, 500);
	after.queues.len = 0;
	verdict_is(VERIFY_UNKNOWN, VERIFY_ONE_SIDE);
	setup_pair(1000, 500);
	before.queues.len = 0;
	verdict_is(VERIFY_UNKNOWN, VERIFY_ONE_SIDE);
	setup_pair(1000, 500);
	before_queue.dir = after_queue.dir = VP_RX;
	assert_int_equal(verify_make(&before, &after, VP_UNKNOWN, &verify), 0);
	assert_int_equal(verify->queues.len, 0);
}

/* What the scheduler counted is taken where both sources have it. */
static void cpu_by_the_scheduler(void **unused)
{
	(void)unused;
	setup_pair(1000, 500);
	before_queue.sched.run_ns = 200000000;
	assert_false(row()->by_sched);
	after_queue.sched.run_ns = 230000000;
	assert_true(row()->by_sched);
	assert_true(fabs(row()->cpu_measured - 0.03) < 1e-6);
}

static void sentences(void **unused)
{
	char out[VERIFY_SENTENCE_LEN];

	(void)unused;
	setup_pair(1000, 500);
	assert_string_equal(verify_sentence(out, row()),
			    "Agrees: of the kicks 50 % were to be absorbed, and 50 % were.");
	setup_pair(2000, 1000);
	assert_string_equal(verify_sentence(out, row()),
			    "Agrees: of the kicks 50 % were to be absorbed, and 50 % were; the "
			    "traffic is another, though: +100 % chains per second.");
	setup_pair(1000, 800);
	after_queue.ends[VP_END_BUSY] = 100;
	assert_string_equal(
		verify_sentence(out, row()),
		"Differs: of the kicks 50 % were to be absorbed, and 20 % were, because "
		"other work of the worker cut the spin short: so ended 10 % of the runs.");
}

static int done(void **unused)
{
	(void)unused;
	verify_free(verify);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_predicted),
		cmocka_unit_test(more_traffic_is_no_absorption),
		cmocka_unit_test(other_work_broke_in),
		cmocka_unit_test(data_is_cut_otherwise),
		cmocka_unit_test(the_guest_waits),
		cmocka_unit_test(another_machine),
		cmocka_unit_test(few_kicks_are_unsure),
		cmocka_unit_test(nothing_to_compare),
		cmocka_unit_test(queues_of_one_side),
		cmocka_unit_test(cpu_by_the_scheduler),
		cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, done);
}
