// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "analyze/churn.h"
#include "model/hist.h"
#include "render/sentence.h"

#include <string.h>

static struct report_queue queue;

static void fill(enum vp_dir dir, uint64_t runs, uint64_t churn_runs, uint64_t chains)
{
	memset(&queue, 0, sizeof(queue));
	queue.dir = dir;
	queue.runs = runs;
	queue.churn_runs = churn_runs;
	queue.churn_window_ns = 50000;
	queue.chains = chains;
}

static enum churn_verdict verdict(uint64_t runs, uint64_t churn_runs)
{
	fill(VP_TX, runs, churn_runs, runs);
	return churn_judge(&queue, VP_UNKNOWN).verdict;
}

static void thresholds(void **unused)
{
	(void)unused;
	assert_int_equal(verdict(1000, 1000), CHURN_YES);
	assert_int_equal(verdict(1000, 500), CHURN_YES);
	assert_int_equal(verdict(1000, 499), CHURN_SOME);
	assert_int_equal(verdict(1000, 100), CHURN_SOME);
	assert_int_equal(verdict(1000, 99), CHURN_NONE);
	assert_int_equal(verdict(1000, 0), CHURN_NONE);
}

static enum churn_why why(uint64_t runs, uint64_t churn_runs)
{
	struct churn churn;

	fill(VP_TX, runs, churn_runs, runs);
	churn = churn_judge(&queue, VP_UNKNOWN);
	assert_int_equal(churn.verdict == CHURN_UNKNOWN, churn.why != CHURN_WHY_JUDGED);
	return churn.why;
}

static void says_why_it_does_not_know(void **unused)
{
	(void)unused;
	assert_int_equal(why(0, 0), CHURN_WHY_NO_RUNS);
	assert_int_equal(why(0, VP_UNKNOWN), CHURN_WHY_NO_RUNS);
	assert_int_equal(why(500, VP_UNKNOWN), CHURN_WHY_NO_TIME);
	assert_int_equal(why(CHURN_RUNS_MIN - 1, 3), CHURN_WHY_FEW_RUNS);
	fill(VP_TX, 500, VP_UNKNOWN, 500);
	queue.rearms = VP_UNKNOWN;
	assert_int_equal(churn_judge(&queue, 1).why, CHURN_WHY_NO_REARMS);
	assert_int_equal(why(CHURN_RUNS_MIN, 3), CHURN_WHY_JUDGED);
}

static void evidence(void **unused)
{
	struct churn churn;

	(void)unused;
	fill(VP_RX, 680, 660, 1360);
	hist_add(&queue.gap, 12);
	churn = churn_judge(&queue, 2000000000);
	assert_int_equal(churn.dir, VP_RX);
	assert_int_equal(churn.runs, 680);
	assert_int_equal(churn.churn_runs, 660);
	assert_int_equal(churn.window_ns, 50000);
	assert_int_equal(churn.gap_p50_ns, 12);
	assert_true(churn.per_second == 330);
	assert_true(churn.chains_per_run == 2);
	assert_true(churn.ratio > 0.9705 && churn.ratio < 0.9706);
}

static void unknown_evidence_stays_unknown(void **unused)
{
	struct churn churn;

	(void)unused;
	fill(VP_TX, 680, 660, VP_UNKNOWN);
	churn = churn_judge(&queue, VP_UNKNOWN);
	assert_int_equal(churn.gap_p50_ns, VP_UNKNOWN);
	assert_true(churn.per_second < 0);
	assert_true(churn.chains_per_run < 0);
	fill(VP_TX, 680, VP_UNKNOWN, 680);
	churn = churn_judge(&queue, 1000000000);
	assert_true(churn.ratio < 0);
	assert_true(churn.per_second < 0);
}

static void says(const char *expected)
{
	struct churn churn = churn_judge(&queue, 1000000000);
	char out[SENTENCE_LEN], name[16];

	assert_string_equal(sentence_churn(out, report_queue_name(name, &queue), &churn), expected);
}

static void sentences_that_judge(void **unused)
{
	(void)unused;
	fill(VP_TX, 680, 660, 693);
	hist_add(&queue.gap, 12000);
	says("tx0 churns: 660 of 680 runs (97 %) re-armed notifications and were kicked again "
	     "within 50 us (gap p50 12.0 us); 1.02 chain per run, so almost every packet costs a "
	     "guest exit and a worker wakeup.");
	fill(VP_RX, 680, 660, 680 * 4);
	says("rx0 churns: 660 of 680 runs (97 %) re-armed notifications and were kicked again "
	     "within 50 us; 4.00 chains per run, so every 4.00 buffers cost a guest exit and a "
	     "worker wakeup.");
	fill(VP_TX, 680, 660, 910);
	says("tx0 churns: 660 of 680 runs (97 %) re-armed notifications and were kicked again "
	     "within 50 us; 1.34 chains per run, so most packets cost a guest exit and a worker "
	     "wakeup.");
	fill(VP_TX, 1000, 200, 3000);
	says("tx0 churns now and then: 200 of 1000 runs (20 %) re-armed notifications and were "
	     "kicked again within 50 us; 3.00 chains per run.");
	fill(VP_TX, 412, 3, 412);
	says("tx0 does not churn: 3 of 412 runs (0.7 %) re-armed notifications and were kicked "
	     "again within 50 us.");
}

static void sentences_that_do_not(void **unused)
{
	(void)unused;
	fill(VP_TX, 0, 0, 0);
	says("tx0: churn unknown, there were no runs.");
	fill(VP_TX, 100, VP_UNKNOWN, 100);
	says("tx0: churn unknown, the source has no absolute time to measure gaps with.");
	queue.rearms = VP_UNKNOWN;
	says("tx0: churn unknown, re-arms of notifications were not measured.");
	fill(VP_TX, 7, 5, 7);
	says("tx0: churn unknown, 20 runs are the least to judge from; 5 of 7 runs (71 %) re-armed "
	     "notifications and were kicked again within 50 us.");
}

static void chains_unknown_are_not_mentioned(void **unused)
{
	(void)unused;
	fill(VP_TX, 100, 99, VP_UNKNOWN);
	says("tx0 churns: 99 of 100 runs (99.0 %) re-armed notifications and were kicked again "
	     "within 50 us.");
}

static void the_window_is_said_as_it_is(void **unused)
{
	(void)unused;
	fill(VP_TX, 100, 0, 100);
	queue.churn_window_ns = 12500;
	says("tx0 does not churn: 0 of 100 runs (0 %) re-armed notifications and were kicked again "
	     "within 12.5 us.");
	queue.churn_window_ns = 2000000;
	says("tx0 does not churn: 0 of 100 runs (0 %) re-armed notifications and were kicked again "
	     "within 2.00 ms.");
}

/* Nothing may be cut from the longest sentence there can be. */
static void the_longest_fits(void **unused)
{
	struct churn churn;
	char out[SENTENCE_LEN];

	(void)unused;
	fill(VP_TX, UINT64_MAX - 1, UINT64_MAX / 2 + 1, UINT64_MAX - 1);
	queue.churn_window_ns = UINT64_MAX - 1;
	hist_add(&queue.gap, UINT64_MAX - 1);
	churn = churn_judge(&queue, 1);
	sentence_churn(out, "rx4294967294", &churn);
	assert_string_equal(out + strlen(out) - 14, "worker wakeup.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(thresholds),
		cmocka_unit_test(says_why_it_does_not_know),
		cmocka_unit_test(evidence),
		cmocka_unit_test(unknown_evidence_stays_unknown),
		cmocka_unit_test(sentences_that_judge),
		cmocka_unit_test(sentences_that_do_not),
		cmocka_unit_test(chains_unknown_are_not_mentioned),
		cmocka_unit_test(the_window_is_said_as_it_is),
		cmocka_unit_test(the_longest_fits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
