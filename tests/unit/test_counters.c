// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "model/counters.h"

#include <string.h>

#define WINDOW_NS 50000

static struct vp_counters counters;
static struct counters_previous previous;

static int start_over(void **unused)
{
	(void)unused;
	memset(&counters, 0, sizeof(counters));
	memset(&previous, 0, sizeof(previous));
	return 0;
}

static void add(enum vp_cause cause, uint64_t wake_ns, uint64_t enter_ns, uint64_t leave_ns,
		enum vp_end end, enum counters_gap_end gap_end)
{
	struct vp_run run = {
		.wake_ns = wake_ns,
		.enter_ns = enter_ns,
		.leave_ns = leave_ns,
		.chains = 2,
		.calls = 1,
		.rearms = end == VP_END_REARMED,
		.races = 3,
		.cause = (uint8_t)cause,
		.end = (uint8_t)end,
	};

	counters_add_run(&counters, &previous, &run, gap_end, WINDOW_NS);
}

static void kick(uint64_t wake_ns, uint64_t enter_ns, uint64_t leave_ns)
{
	add(VP_CAUSE_KICK, wake_ns, enter_ns, leave_ns, VP_END_REARMED, GAP_ENDS_AT_WAKE);
}

static void adds_up_one_run(void **unused)
{
	(void)unused;
	kick(1000, 1400, 2000);
	assert_int_equal(counters.runs, 1);
	assert_int_equal(counters.causes[VP_CAUSE_KICK], 1);
	assert_int_equal(counters.ends[VP_END_REARMED], 1);
	assert_int_equal(counters.chains, 2);
	assert_int_equal(counters.calls, 1);
	assert_int_equal(counters.rearms, 1);
	assert_int_equal(counters.races, 3);
	assert_int_equal(counters.wake.sum, 400);
	assert_int_equal(counters.service.sum, 600);
	assert_int_equal(counters.batch.sum, 2);
	assert_int_equal(counters.gap.count, 0);
	assert_int_equal(counters.churn_runs, 0);
}

static void leaves_alone_what_happens_outside_runs(void **unused)
{
	int i;

	(void)unused;
	counters.doorbells = 5;
	counters.coalesced = 6;
	kick(1000, 1400, 2000);
	assert_int_equal(counters.doorbells, 5);
	assert_int_equal(counters.coalesced, 6);
	for (i = 0; i < VP_REQUEUE_NR; i++)
		assert_int_equal(counters.requeues[i], 0);
}

static void gap_goes_from_leave_to_kick(void **unused)
{
	(void)unused;
	kick(1000, 1400, 2000);
	kick(14000, 15000, 16000);
	assert_int_equal(counters.gap.count, 1);
	assert_int_equal(counters.gap.sum, 12000);
	assert_int_equal(counters.churn_runs, 1);
}

static void window_is_inclusive(void **unused)
{
	(void)unused;
	kick(0, 0, 1000);
	kick(1000 + WINDOW_NS, 60000, 61000);
	assert_int_equal(counters.churn_runs, 1);
	kick(61000 + WINDOW_NS + 1, 120000, 121000);
	assert_int_equal(counters.churn_runs, 1);
	assert_int_equal(counters.gap.count, 2);
}

static void early_kick_is_a_gap_of_zero(void **unused)
{
	(void)unused;
	kick(1000, 1400, 2000);
	kick(1900, 2100, 2500);
	assert_int_equal(counters.gap.count, 1);
	assert_int_equal(counters.gap.sum, 0);
	assert_int_equal(counters.churn_runs, 1);
}

static void only_rearmed_then_kicked_makes_a_gap(void **unused)
{
	(void)unused;
	add(VP_CAUSE_KICK, 0, 10, 20, VP_END_WAIT, GAP_ENDS_AT_WAKE);
	kick(30, 40, 50); /* the run before did not re-arm */
	add(VP_CAUSE_NET, 60, 70, 80, VP_END_REARMED, GAP_ENDS_AT_WAKE); /* not a kick */
	add(VP_CAUSE_REQUEUE, 90, 100, 110, VP_END_REARMED, GAP_ENDS_AT_WAKE);
	add(VP_CAUSE_UNKNOWN, VP_UNKNOWN, 120, 130, VP_END_REARMED, GAP_ENDS_AT_WAKE);
	assert_int_equal(counters.gap.count, 0);
	assert_int_equal(counters.churn_runs, 0);
}

static void text_gaps_end_at_enter(void **unused)
{
	(void)unused;
	add(VP_CAUSE_KICK, VP_UNKNOWN, 1000, 2000, VP_END_REARMED, GAP_ENDS_AT_ENTER);
	add(VP_CAUSE_KICK, VP_UNKNOWN, 9000, 9500, VP_END_REARMED, GAP_ENDS_AT_ENTER);
	assert_int_equal(counters.gap.sum, 7000);
	assert_int_equal(counters.wake.count, 0);
	assert_int_equal(counters.churn_runs, 1);
}

static void unknown_wake_makes_no_gap(void **unused)
{
	(void)unused;
	kick(1000, 1400, 2000);
	kick(VP_UNKNOWN, 3000, 4000);
	assert_int_equal(counters.gap.count, 0);
	assert_int_equal(counters.wake.count, 1);
}

static void clocks_that_disagree_give_zero(void **unused)
{
	(void)unused;
	kick(1500, 1400, 1300);
	assert_int_equal(counters.wake.max, 0);
	assert_int_equal(counters.service.max, 0);
}

static void nonsense_enums_count_as_unknown(void **unused)
{
	(void)unused;
	add((enum vp_cause)200, 0, 1, 2, (enum vp_end)201, GAP_ENDS_AT_WAKE);
	assert_int_equal(counters.causes[VP_CAUSE_UNKNOWN], 1);
	assert_int_equal(counters.ends[VP_END_UNKNOWN], 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(adds_up_one_run, start_over),
		cmocka_unit_test_setup(leaves_alone_what_happens_outside_runs, start_over),
		cmocka_unit_test_setup(gap_goes_from_leave_to_kick, start_over),
		cmocka_unit_test_setup(window_is_inclusive, start_over),
		cmocka_unit_test_setup(early_kick_is_a_gap_of_zero, start_over),
		cmocka_unit_test_setup(only_rearmed_then_kicked_makes_a_gap, start_over),
		cmocka_unit_test_setup(text_gaps_end_at_enter, start_over),
		cmocka_unit_test_setup(unknown_wake_makes_no_gap, start_over),
		cmocka_unit_test_setup(clocks_that_disagree_give_zero, start_over),
		cmocka_unit_test_setup(nonsense_enums_count_as_unknown, start_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
