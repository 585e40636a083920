// SPDX-License-Identifier: BSD-2-Clause
/* Each rule on data where it must fire, and on data next to it where it must not. */
#include "unit.h"

#include "analyze/advise.h"
#include "model/hist.h"
#include "render/advice.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static struct report_queue queue;
static const struct whatif_options usual = {.cpu_budget = 1, .worth_ns = WHATIF_WORTH_NS};
static const struct report_source second = {.duration_ns = 1000000000};

static void fill(enum vp_dir dir, uint64_t runs, uint64_t chains)
{
	memset(&queue, 0, sizeof(queue));
	queue.dir = dir;
	queue.runs = runs;
	queue.chains = chains;
	queue.worker_tid = 7;
	queue.doorbells = VP_UNKNOWN;
	queue.poll_us = queue.features = VP_UNKNOWN;
	queue.sched = (struct report_sched){VP_UNKNOWN, VP_UNKNOWN, VP_UNKNOWN,
					    VP_UNKNOWN, VP_UNKNOWN, VP_UNKNOWN};
}

/* Runs that were all re-armed, `gaps` of them kicked again after `gap_ns`. */
static void add_gaps(uint64_t gaps, uint64_t gap_ns)
{
	queue.ends[VP_END_REARMED] += gaps;
	queue.causes[VP_CAUSE_KICK] += gaps;
	while (gaps--)
		hist_add(&queue.gap, gap_ns);
}

static unsigned recommended(double budget)
{
	struct whatif_options options = {.cpu_budget = budget, .worth_ns = WHATIF_WORTH_NS};
	struct whatif whatif = whatif_make(&queue, &second, &options);

	return whatif.recommended < 0 ? 0 : whatif.points[whatif.recommended].poll_us;
}

static enum whatif_why why(double budget)
{
	struct whatif_options options = {.cpu_budget = budget, .worth_ns = WHATIF_WORTH_NS};

	return whatif_make(&queue, &second, &options).why;
}

static void short_gaps_are_polled_for(void **unused)
{
	struct whatif whatif;

	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 12000);
	whatif = whatif_make(&queue, &second, &usual);
	assert_int_equal(whatif.why, WHATIF_RECOMMENDED);
	assert_int_equal(whatif.points[whatif.recommended].poll_us, 15);
	assert_true(whatif.points[whatif.recommended].absorbed == 1);
	assert_true(whatif.points[whatif.recommended].kicks_left == 0);
	/* 1000 times 12 us in a second. */
	assert_true(fabs(whatif.points[whatif.recommended].cpu_added - 0.012) < 0.0005);
	assert_true(whatif.points[0].absorbed == 0);
	assert_true(isinf(whatif.points[0].spin_per_kick_ns));
}

static void long_gaps_are_not(void **unused)
{
	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 5000000);
	assert_int_equal(why(1), WHATIF_FEW_SHORT);
	assert_int_equal(recommended(1), 0);
}

/* Gaps of 300 us can be absorbed, but not at a price worth paying. */
static void dear_ones_are_not(void **unused)
{
	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 300000);
	assert_int_equal(why(1), WHATIF_DEAR);
}

static void the_budget_is_kept(void **unused)
{
	(void)unused;
	fill(VP_TX, 10000, 10000);
	add_gaps(10000, 12000);
	assert_int_equal(recommended(1), 15);
	assert_int_equal(why(0.05), WHATIF_OVER_BUDGET);
}

static void few_gaps_are_no_basis(void **unused)
{
	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(WHATIF_GAPS_MIN - 1, 12000);
	assert_int_equal(why(1), WHATIF_FEW_GAPS);
	add_gaps(1, 12000);
	assert_int_equal(why(1), WHATIF_RECOMMENDED);
	queue.churn_runs = VP_UNKNOWN;
	assert_int_equal(why(1), WHATIF_NO_GAPS);
}

/* What is polled for already is not in the gaps. */
static void polling_already(void **unused)
{
	struct whatif whatif;

	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 12000);
	queue.poll_us = 20;
	whatif = whatif_make(&queue, &second, &usual);
	assert_int_equal(whatif.points[0].poll_us, 25);
	assert_true(whatif.points[0].absorbed == 0);
	assert_int_equal(whatif.points[whatif.recommended].poll_us, 40);
}

static void re_arms_nobody_followed_cost_all(void **unused)
{
	struct whatif whatif;

	(void)unused;
	fill(VP_TX, 2000, 2000);
	add_gaps(1000, 12000);
	queue.ends[VP_END_REARMED] += 1000;
	whatif = whatif_make(&queue, &second, &usual);
	assert_true(fabs(whatif.points[whatif.recommended].cpu_added - (0.012 + 0.01536)) < 0.0005);
}

static void add_wakes(uint64_t wakes, uint64_t wake_ns)
{
	while (wakes--)
		hist_add(&queue.wake, wake_ns);
}

/* By the clock, a wakeup spared makes the next gap longer: every second kick is left. */
static void a_wakeup_spared_is_a_longer_gap(void **unused)
{
	struct whatif_point point;

	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 35000);
	add_wakes(1000, 10000);
	assert_int_equal(whatif_at(&queue, &second, 40, &point), 0);
	assert_true(fabs(point.absorbed - 0.5) < 0.001);
	assert_true(point.absorbed_waiting == 1);
	/* 500 spins of 35 us, and 500 of 40.5 units in vain */
	assert_true(fabs(point.cpu_added - (0.0175 + 0.0207)) < 0.0005);
	assert_int_equal(whatif_at(&queue, &second, 45, &point), 0);
	assert_true(point.absorbed == 1);
	assert_int_equal(whatif_at(&queue, &second, 30, &point), 0);
	assert_true(point.absorbed == 0 && point.absorbed_waiting == 0);
}

/* In text a gap holds the wake latency already. */
static void text_has_the_longer_gap(void **unused)
{
	struct report_source text = {.kind = (char *)"function_graph", .duration_ns = 1000000000};
	struct whatif_point point;

	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 35000);
	add_wakes(1000, 10000);
	assert_int_equal(whatif_at(&queue, &text, 40, &point), 0);
	assert_true(point.absorbed == 1);
}

/* The clock ticks in units: from N to N + 1 of them. */
static void the_unit_begun_is_spun_to_its_end(void **unused)
{
	struct whatif_point point;

	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 1300);
	assert_int_equal(whatif_at(&queue, &second, 1, &point), 0);
	assert_true(point.absorbed == 1);
	queue.poll_us = 1;
	assert_int_equal(whatif_at(&queue, &second, 1, &point), -ERANGE);
	assert_int_equal(whatif_at(&queue, &second, 2, &point), 0);
	assert_true(point.absorbed == 0);
}

static void values_asked_for(void **unused)
{
	struct whatif_options options = usual;
	struct whatif whatif;

	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 700000);
	options.extras = 3;
	options.extra[0] = 800;
	options.extra[1] = 4;
	options.extra[2] = 500;
	whatif = whatif_make(&queue, &second, &options);
	assert_int_equal(whatif.len, WHATIF_POINTS + 2);
	assert_int_equal(whatif.points[3].poll_us, 4);
	assert_true(whatif.points[3].asked && !whatif.points[4].asked);
	assert_int_equal(whatif.points[21].poll_us, 800);
	assert_true(whatif.points[20].asked && whatif.points[21].absorbed == 1);
	assert_int_equal(whatif.why, WHATIF_DEAR);
	options.worth_ns = 1000000;
	whatif = whatif_make(&queue, &second, &options);
	assert_int_equal(whatif.points[whatif.recommended].poll_us, 800);
}

static void verdict_is(struct advice_finding finding, enum advice_verdict verdict)
{
	assert_int_equal(finding.verdict, verdict);
}

static void saturated(void **unused)
{
	(void)unused;
	fill(VP_TX, 100, 20000);
	queue.ends[VP_END_WEIGHT] = 50;
	verdict_is(advice_saturated(&queue), ADVICE_ACT);
	queue.ends[VP_END_WEIGHT] = 49;
	verdict_is(advice_saturated(&queue), ADVICE_FINE);
	queue.requeues = VP_UNKNOWN;
	verdict_is(advice_saturated(&queue), ADVICE_UNKNOWN);
	fill(VP_TX, ADVICE_RUNS_MIN - 1, 20000);
	queue.ends[VP_END_WEIGHT] = ADVICE_RUNS_MIN - 1;
	verdict_is(advice_saturated(&queue), ADVICE_UNKNOWN);
}

static void rx_livelock(void **unused)
{
	(void)unused;
	fill(VP_RX, 382, 0);
	queue.ends[VP_END_WEIGHT] = 381;
	queue.races = 97557;
	verdict_is(advice_rx_livelock(&queue), ADVICE_ACT);
	verdict_is(advice_saturated(&queue), ADVICE_FINE); /* one cause, one finding */
	verdict_is(advice_tiny_batches(&queue, 100000000), ADVICE_FINE);
	queue.chains = 382 * 256; /* receives: saturated, and no bug */
	verdict_is(advice_rx_livelock(&queue), ADVICE_FINE);
	verdict_is(advice_saturated(&queue), ADVICE_ACT);
	queue.chains = VP_UNKNOWN;
	verdict_is(advice_rx_livelock(&queue), ADVICE_UNKNOWN);
	queue.dir = VP_TX;
	verdict_is(advice_rx_livelock(&queue), ADVICE_NOT_MEANT);
}

static void tiny_batches(void **unused)
{
	(void)unused;
	fill(VP_TX, 1000, 1340);
	verdict_is(advice_tiny_batches(&queue, 1000000000), ADVICE_ACT);
	verdict_is(advice_tiny_batches(&queue, 1100000000), ADVICE_FINE);
	verdict_is(advice_tiny_batches(&queue, VP_UNKNOWN), ADVICE_UNKNOWN);
	queue.chains = 2000;
	verdict_is(advice_tiny_batches(&queue, 1000000000), ADVICE_FINE);
}

static void calls(void **unused)
{
	(void)unused;
	fill(VP_RX, 100, 400);
	queue.calls = 390;
	verdict_is(advice_calls(&queue), ADVICE_ACT);
	queue.calls = 100;
	verdict_is(advice_calls(&queue), ADVICE_FINE);
	queue.features = 0;
	verdict_is(advice_calls(&queue), ADVICE_ACT);
	queue.features = 1ull << 29;
	queue.calls = 390;
	verdict_is(advice_calls(&queue), ADVICE_FINE);
	queue.calls = VP_UNKNOWN;
	verdict_is(advice_calls(&queue), ADVICE_UNKNOWN);
}

static enum advice_verdict starved_verdict(void)
{
	struct report report = {.source = second};

	report.queues.items = &queue;
	report.queues.len = 1;
	return advice_starved(&report, &queue).verdict;
}

static void starved(void **unused)
{
	int i;

	(void)unused;
	fill(VP_TX, 100, 100);
	assert_int_equal(starved_verdict(), ADVICE_UNKNOWN);
	for (i = 0; i < 100; i++)
		hist_add(&queue.wake, 1200000);
	queue.sched.wait_ns = 100000000; /* 1 ms each time, a tenth of the window */
	queue.sched.slices = 100;
	assert_int_equal(starved_verdict(), ADVICE_ACT);
	queue.runs = 9; /* starving, it gets hardly any */
	assert_int_equal(starved_verdict(), ADVICE_ACT);
	queue.sched.slices = 9;
	assert_int_equal(starved_verdict(), ADVICE_UNKNOWN);
	queue.sched.slices = 2000; /* 50 us each: as an idle CPU that wakes */
	assert_int_equal(starved_verdict(), ADVICE_FINE);
	queue.sched.slices = 100;
	queue.wake.sum = 300000000; /* the wakes waited for something else */
	assert_int_equal(starved_verdict(), ADVICE_FINE);
}

static void shared_cpu(void **unused)
{
	(void)unused;
	fill(VP_TX, 100, 100);
	verdict_is(advice_shared_cpu(&queue), ADVICE_UNKNOWN);
	queue.sched.samples = 100;
	queue.sched.shared_cpu = 50;
	queue.sched.cpu = 3;
	verdict_is(advice_shared_cpu(&queue), ADVICE_ACT);
	queue.sched.shared_cpu = 49;
	verdict_is(advice_shared_cpu(&queue), ADVICE_FINE);
	queue.sched.samples = ADVICE_LOOKS_MIN - 1;
	queue.sched.shared_cpu = ADVICE_LOOKS_MIN - 1;
	verdict_is(advice_shared_cpu(&queue), ADVICE_UNKNOWN);
}

static void hazards(void **unused)
{
	(void)unused;
	assert_int_equal(hazard_of_busy_poll("6.1.0-37-amd64"), HAZARD_UNKNOWN);
	assert_int_equal(hazard_of_busy_poll("6.1.192"), HAZARD_NONE);
	assert_int_equal(hazard_of_busy_poll("6.12.117+deb13-amd64"), HAZARD_NONE);
	assert_int_equal(hazard_of_busy_poll("6.18.15+deb13-amd64"), HAZARD_KNOWN);
	assert_int_equal(hazard_of_busy_poll("5.10.223"), HAZARD_KNOWN);
	assert_int_equal(hazard_of_busy_poll("5.1.5"), HAZARD_KNOWN);
	assert_int_equal(hazard_of_busy_poll("4.4.0-21-generic"), HAZARD_ABSENT);
	assert_int_equal(hazard_of_busy_poll("7.2.0"), HAZARD_NONE);
	assert_int_equal(hazard_of_busy_poll(NULL), HAZARD_UNKNOWN);
	assert_int_equal(hazard_of_busy_poll("linux"), HAZARD_UNKNOWN);
	assert_int_equal(hazard_of_rx_livelock("6.18.15"), HAZARD_KNOWN);
	assert_int_equal(hazard_of_rx_livelock("5.10.223"), HAZARD_NONE);
	assert_int_equal(hazard_of_rx_livelock("6.12.111"), HAZARD_NONE);
}

static const char *sentence(enum advice_rule rule, const char *kernel)
{
	static char out[ADVICE_SENTENCE_LEN];
	struct report report = {.source = second};
	struct advice *advice;

	report.source.kernel = (char *)kernel;
	report.queues.items = &queue;
	report.queues.len = 1;
	assert_int_equal(advice_make(&report, &usual, &advice), 0);
	advice_sentence(out, advice, &advice->queues.items[0], rule);
	advice_free(advice);
	return out;
}

static void sentences(void **unused)
{
	(void)unused;
	fill(VP_TX, 1000, 1000);
	add_gaps(1000, 12000);
	assert_string_equal(
		sentence(ADVICE_BUSY_POLL, NULL),
		"poll-us=15 would absorb 100 % (95 % interval 99.6 % to 100 %) of the kicks that "
		"follow a re-arm, for about 1.2 % of a CPU more: 11.9 us of spinning for each, "
		"instead of a guest exit and a wakeup of the worker. It is the smallest value that "
		"absorbs 90 % of what the best one does.");
	fill(VP_RX, 382, 0);
	queue.ends[VP_END_WEIGHT] = 382;
	queue.races = 382 * 256;
	assert_non_null(strstr(sentence(ADVICE_RX_LIVELOCK, "6.18.15"), "which this kernel lacks"));
	assert_null(strstr(sentence(ADVICE_RX_LIVELOCK, NULL), "which this kernel lacks"));
	assert_string_equal(sentence(ADVICE_SATURATED, NULL), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(short_gaps_are_polled_for),
		cmocka_unit_test(long_gaps_are_not),
		cmocka_unit_test(dear_ones_are_not),
		cmocka_unit_test(the_budget_is_kept),
		cmocka_unit_test(few_gaps_are_no_basis),
		cmocka_unit_test(polling_already),
		cmocka_unit_test(re_arms_nobody_followed_cost_all),
		cmocka_unit_test(a_wakeup_spared_is_a_longer_gap),
		cmocka_unit_test(text_has_the_longer_gap),
		cmocka_unit_test(the_unit_begun_is_spun_to_its_end),
		cmocka_unit_test(values_asked_for),
		cmocka_unit_test(saturated),
		cmocka_unit_test(rx_livelock),
		cmocka_unit_test(tiny_batches),
		cmocka_unit_test(calls),
		cmocka_unit_test(starved),
		cmocka_unit_test(shared_cpu),
		cmocka_unit_test(hazards),
		cmocka_unit_test(sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
