// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "analyze/diff.h"
#include "analyze/student.h"
#include "model/hist.h"

#include <math.h>
#include <stdio.h>

static bool near(double value, double expected, double off)
{
	if (fabs(value - expected) <= off)
		return true;
	printf("%.9f is not %.9f\n", value, expected);
	return false;
}

/* Quantiles as tables have them. */
static void student(void **unused)
{
	(void)unused;
	assert_true(near(student_two_sided(12.7062, 1), 0.05, 1e-6));
	assert_true(near(student_two_sided(2.2281, 10), 0.05, 1e-5));
	assert_true(near(student_two_sided(-2.2281, 10), 0.05, 1e-5));
	assert_true(near(student_two_sided(3.2905, 1e6), 0.001, 1e-6));
	assert_true(near(student_two_sided(0, 5), 1, 1e-12));
	assert_true(near(student_quantile(0.05, 10), 2.228139, 1e-5));
	assert_true(near(student_quantile(0.01, 30), 2.749996, 1e-5));
	assert_true(student_two_sided(NAN, 5) == 1);
	assert_true(student_two_sided(INFINITY, 5) == 0);
	assert_true(student_two_sided(3, 0) == 1);
}

static void ratio_of_even_blocks(void **unused)
{
	/* No autocorrelation to speak of: neighbours alternate. */
	const double y[] = {9, 11, 9, 11, 9, 11, 9, 11}, x[] = {1, 1, 1, 1, 1, 1, 1, 1};
	struct ratio ratio = ratio_of_blocks(y, x, 8);

	(void)unused;
	assert_true(near(ratio.value, 10, 1e-12));
	assert_true(ratio.judged);
	assert_true(near(ratio.df, 7, 1e-12));
	assert_true(near(ratio.variance, 8.0 / 7 / 8, 1e-12));
	assert_true(near(ratio_margin(&ratio, 0.95), 2.364624 * sqrt(1.0 / 7), 1e-5));
}

/* The same values in a slow wave say far less. */
static void ratio_of_a_slow_wave(void **unused)
{
	double y[32], x[32];
	struct ratio slow, fast;
	int i;

	(void)unused;
	for (i = 0; i < 32; i++) {
		y[i] = i / 8 % 2 ? 11 : 9;
		x[i] = 1;
	}
	slow = ratio_of_blocks(y, x, 32);
	for (i = 0; i < 32; i++)
		y[i] = i % 2 ? 11 : 9;
	fast = ratio_of_blocks(y, x, 32);
	assert_true(fast.judged);
	assert_false(slow.judged);
	assert_true(slow.variance > 3 * fast.variance);
}

static void ratio_of_little(void **unused)
{
	double y[40] = {5, 7}, x[40] = {1, 1};

	(void)unused;
	/* Two blocks with something in them are two, however many are empty. */
	assert_false(ratio_of_blocks(y, x, 40).judged);
	assert_false(ratio_of_blocks(y, x, 1).judged);
	x[0] = x[1] = 0;
	assert_true(isnan(ratio_of_blocks(y, x, 40).value));
}

static void no_spread_at_all(void **unused)
{
	const double ones[] = {1, 1, 1, 1, 1, 1, 1, 1}, twos[] = {2, 2, 2, 2, 2, 2, 2, 2};
	struct ratio one = ratio_of_blocks(ones, ones, 8), two = ratio_of_blocks(twos, ones, 8);

	(void)unused;
	assert_true(ratio_p_value(&one, &one) == 1);
	assert_true(ratio_p_value(&one, &two) == 0);
}

/* Holm's own arithmetic: 0.01 * 4, 0.013 * 3, 0.02 * 2, 0.5, never falling. */
static void holm(void **unused)
{
	double p[] = {0.5, 0.01, 0.02, 0.013};

	(void)unused;
	assert_int_equal(ratio_holm(p, 4), 0);
	assert_true(near(p[1], 0.04, 1e-12));
	assert_true(near(p[3], 0.04, 1e-12));
	assert_true(near(p[2], 0.04, 1e-12));
	assert_true(near(p[0], 0.5, 1e-12));
	assert_int_equal(ratio_holm(p, 0), 0);
}

static struct report_queue *add_queue(struct report *report, const char *device, uint32_t pair,
				      uint32_t tid, enum vp_dir dir)
{
	struct report_queue *queue = report_add_queue(report);

	report_string(&queue->device, device);
	queue->queue_pair = pair;
	queue->worker_tid = tid;
	queue->dir = dir;
	return queue;
}

static void queues_match(void **unused)
{
	struct report *a = report_new(), *b = report_new();
	struct match m[4];

	(void)unused;
	add_queue(a, "tap0", 0, 11, VP_TX);
	add_queue(a, NULL, VP_NO_PAIR, 12, VP_TX);
	add_queue(a, NULL, VP_NO_PAIR, 13, VP_TX);
	add_queue(a, NULL, VP_NO_PAIR, 13, VP_RX);
	add_queue(b, NULL, VP_NO_PAIR, 99, VP_TX);
	add_queue(b, NULL, VP_NO_PAIR, 13, VP_TX);
	add_queue(b, NULL, VP_NO_PAIR, 13, VP_RX);
	add_queue(b, "tap0", 0, 77, VP_TX);
	assert_int_equal(match_queues(a, b, m), 0);
	assert_int_equal(m[0].how, MATCH_NAME);
	assert_int_equal(m[0].other, 3);
	assert_int_equal(m[1].how, MATCH_ORDER);
	assert_int_equal(m[1].other, 0);
	assert_int_equal(m[2].how, MATCH_WORKER);
	assert_int_equal(m[2].other, 1);
	assert_int_equal(m[3].other, 2);
	report_free(a);
	report_free(b);
}

/* With one left on one side and two on the other nobody knows which is which. */
static void order_is_no_guess(void **unused)
{
	struct report *a = report_new(), *b = report_new();
	struct match m[1];

	(void)unused;
	add_queue(a, NULL, VP_NO_PAIR, 1, VP_TX);
	add_queue(b, NULL, VP_NO_PAIR, 2, VP_TX);
	add_queue(b, NULL, VP_NO_PAIR, 3, VP_TX);
	assert_int_equal(match_queues(a, b, m), 0);
	assert_int_equal(m[0].how, MATCH_NONE);
	report_free(a);
	report_free(b);
}

static void blocks_fold_to_the_same_sums(void **unused)
{
	struct blocks *blocks = blocks_new(true);
	uint64_t events = 0, cells = 0, above = 0;
	uint32_t i;

	(void)unused;
	for (i = 0; i < 10000; i++)
		assert_int_equal(blocks_add_call(blocks, (uint64_t)i * i, i), 0);
	assert_true(blocks->len <= BLOCKS_MAX && blocks->len > BLOCKS_MAX / 2);
	assert_int_equal(blocks_fold(blocks, blocks->log + 2), 0);
	assert_true(blocks->len <= BLOCKS_MAX / 4);
	for (i = 0; i < blocks->len; i++) {
		events += blocks->items[i].events;
		cells += blocks_count(&blocks->items[i].time);
		above += blocks_above(&blocks->items[i].time, vp_bucket_of(8191));
	}
	assert_int_equal(events, 10000);
	assert_int_equal(cells, 10000);
	assert_int_equal(above, 10000 - 8192);
	blocks_free(blocks);
}

static struct report *steady(unsigned runs, uint64_t time_ns)
{
	struct report *report = report_new();
	struct report_queue *queue = add_queue(report, "tap0", 0, 1, VP_TX);
	unsigned i;

	queue->churn_runs = 0;
	for (i = 0; i < runs; i++) {
		struct vp_run run = {
			.wake_ns = VP_UNKNOWN, .leave_ns = time_ns + i % 7, .chains = 1};
		struct blocks_run done = {.run = &run, .gap_ns = VP_UNKNOWN};
		struct blocks_place place = {.runs = i, .time_ns = i * 1000};

		queue->runs++;
		queue->chains++;
		hist_add(&queue->service, run.leave_ns);
		assert_int_equal(blocks_pair_add_run(&queue->blocks, &place, &done), 0);
	}
	report->source.duration_ns = runs * 1000;
	return report;
}

static struct diff *diff_of(struct report *a, struct report *b)
{
	struct diff *diff;

	assert_int_equal(diff_make(a, b, &diff), 0);
	return diff;
}

static void forget(struct diff *diff)
{
	report_free((struct report *)diff->before);
	report_free((struct report *)diff->after);
	diff_free(diff);
}

static void a_longer_run_is_worse(void **unused)
{
	struct diff *diff = diff_of(steady(2000, 5000), steady(2000, 6000));
	const struct diff_value *values = diff->queues.items[0].values;

	(void)unused;
	assert_int_equal(values[DIFF_PER_EVENT].verdict, DIFF_MORE);
	assert_int_equal(values[DIFF_PER_CHAIN].verdict, DIFF_MORE);
	assert_int_equal(values[DIFF_P50].verdict, DIFF_MORE);
	assert_int_equal(values[DIFF_RATE].verdict, DIFF_NOISE);
	assert_int_equal(values[DIFF_WAKE_P50].verdict, DIFF_UNKNOWN);
	assert_true(near(diff_worst(diff), 0.2, 0.03));
	assert_true(values[DIFF_PER_EVENT].change_low < values[DIFF_PER_EVENT].change &&
		    values[DIFF_PER_EVENT].change_high > values[DIFF_PER_EVENT].change);
	forget(diff);
	diff = diff_of(steady(2000, 6000), steady(2000, 5000));
	assert_int_equal(diff->queues.items[0].values[DIFF_P50].verdict, DIFF_LESS);
	assert_true(diff_worst(diff) == 0);
	forget(diff);
}

static void load_is_no_cost(void **unused)
{
	(void)unused;
	assert_false(diff_is_cost(DIFF_RATE));
	assert_false(diff_is_cost(DIFF_KICK_RATE));
	assert_false(diff_is_cost(DIFF_CHAIN_RATE));
	assert_true(diff_is_cost(DIFF_CHURN));
	assert_true(diff_is_cost(DIFF_PER_CHAIN));
	assert_true(diff_is_cost(DIFF_WAKE_P99));
}

static void too_little_is_not_judged(void **unused)
{
	struct diff *diff = diff_of(steady(10, 5000), steady(10, 9000));

	(void)unused;
	assert_false(diff_could_judge(diff));
	assert_int_equal(diff->queues.items[0].values[DIFF_PER_EVENT].verdict, DIFF_TOO_SHORT);
	forget(diff);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student),
		cmocka_unit_test(ratio_of_even_blocks),
		cmocka_unit_test(ratio_of_a_slow_wave),
		cmocka_unit_test(ratio_of_little),
		cmocka_unit_test(no_spread_at_all),
		cmocka_unit_test(holm),
		cmocka_unit_test(queues_match),
		cmocka_unit_test(order_is_no_guess),
		cmocka_unit_test(blocks_fold_to_the_same_sums),
		cmocka_unit_test(a_longer_run_is_worse),
		cmocka_unit_test(load_is_no_cost),
		cmocka_unit_test(too_little_is_not_judged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
