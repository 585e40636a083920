// SPDX-License-Identifier: BSD-2-Clause
/* Which runs pass, in which order, and what they bring along; rows and bins of heat maps. */
#include "unit.h"

#include "analyze/heat.h"
#include "analyze/run_filter.h"

#include <string.h>

#define SEEN_MAX 16

static uint64_t seen[SEEN_MAX]; /* enter times */
static size_t seen_nr;
static uint32_t seen_calls;
static char seen_vm[32];
static int answer;

static int on_run(void *context, const struct run_trace *trace)
{
	(void)context;
	assert_true(seen_nr < SEEN_MAX);
	seen[seen_nr++] = trace->run->enter_ns;
	seen_calls += trace->calls_len;
	strcpy(seen_vm, trace->owner->vm_name);
	return answer;
}

static const struct run_sink next = {.run = on_run};

static struct run_filter *make(struct run_filter_options options)
{
	seen_nr = seen_calls = 0;
	answer = 0;
	options.queue_pair = options.of_queue ? options.queue_pair : FILTER_ANY_PAIR;
	return run_filter_new(&options, &next);
}

/* Everything is on this stack, and gone when it returns. */
static int give(struct run_filter *filter, enum vp_dir dir, uint64_t enter_ns, enum vp_cause cause,
		enum vp_end end)
{
	char vm[] = "web1";
	struct run_owner owner = {.vm_pid = 1, .queue_pair = 0, .dir = dir, .vm_name = vm};
	struct vp_run run = {.wake_ns = VP_UNKNOWN,
			     .enter_ns = enter_ns,
			     .leave_ns = enter_ns + 10,
			     .cause = (uint8_t)cause,
			     .end = (uint8_t)end};
	struct traced_call calls[2] = {{.total_ns = 10, .self_ns = 4}, {.depth = 1, .total_ns = 6}};
	struct run_trace trace = {
		.owner = &owner, .run = &run, .service_ns = 10, .calls = calls, .calls_len = 2};
	struct run_sink sink = run_filter_sink(filter);
	int result = sink.run(sink.context, &trace);

	memset(vm, '#', sizeof(vm) - 1);
	return result;
}

static void single_runs(void **state)
{
	struct run_filter *filter = make((struct run_filter_options){
		.of_queue = true, .dir = VP_TX, .queue_pair = 0, .causes = 1u << VP_CAUSE_KICK});

	(void)state;
	give(filter, VP_TX, 100, VP_CAUSE_KICK, VP_END_WAIT);
	give(filter, VP_RX, 200, VP_CAUSE_KICK, VP_END_WAIT);
	give(filter, VP_TX, 300, VP_CAUSE_NET, VP_END_WAIT);
	assert_int_equal(seen_nr, 1);
	assert_int_equal(run_filter_seen(filter), 3);
	assert_int_equal(run_filter_passed(filter), 1);
	run_filter_free(filter);
	filter = make((struct run_filter_options){.least_ns = 11});
	give(filter, VP_TX, 100, VP_CAUSE_KICK, VP_END_WAIT);
	assert_int_equal(seen_nr, 0);
	run_filter_free(filter);
	filter = make((struct run_filter_options){.of_queue = true, .dir = VP_TX, .queue_pair = 1});
	give(filter, VP_TX, 100, VP_CAUSE_KICK, VP_END_WAIT);
	assert_int_equal(seen_nr, 0);
	run_filter_free(filter);
}

/* Both runs of a pair, the one in the middle of two pairs once, and nobody else. */
static void churn_pairs(void **state)
{
	struct run_filter *filter =
		make((struct run_filter_options){.churn_only = true, .churn_window_ns = 50});

	(void)state;
	give(filter, VP_TX, 100, VP_CAUSE_KICK, VP_END_REARMED);
	give(filter, VP_RX, 120, VP_CAUSE_KICK, VP_END_REARMED); /* another queue */
	give(filter, VP_TX, 160, VP_CAUSE_KICK, VP_END_REARMED); /* gap 50 */
	give(filter, VP_TX, 200, VP_CAUSE_KICK, VP_END_REARMED);
	give(filter, VP_TX, 261, VP_CAUSE_KICK, VP_END_REARMED); /* gap 51 */
	give(filter, VP_TX, 280, VP_CAUSE_NET, VP_END_REARMED);
	give(filter, VP_TX, 300, VP_CAUSE_KICK, VP_END_WAIT);
	give(filter, VP_TX, 320, VP_CAUSE_KICK, VP_END_WAIT); /* after no re-arm */
	assert_int_equal(seen_nr, 5);
	assert_int_equal(seen[0], 100);
	assert_int_equal(seen[1], 160);
	assert_int_equal(seen[2], 200);
	assert_int_equal(seen[3], 280);
	assert_int_equal(seen[4], 300);
	assert_int_equal(seen_calls, 10);
	assert_string_equal(seen_vm, "web1");
	run_filter_free(filter);
}

static void the_end_of_interest(void **state)
{
	struct run_filter *filter = make((struct run_filter_options){.least_ns = 0});

	(void)state;
	answer = -32;
	assert_int_equal(give(filter, VP_TX, 100, VP_CAUSE_KICK, VP_END_WAIT), -32);
	run_filter_free(filter);
}

static void heat_rows(void **state)
{
	uint64_t value;
	uint32_t row;

	(void)state;
	for (row = 0; row < HEAT_ROWS; row++)
		assert_int_equal(heat_row(heat_row_low(row)), row);
	for (value = 1; value < 1ull << 36; value = value * 9 / 8 + 1) {
		row = heat_row(value);
		assert_true(heat_row_low(row) <= value);
		assert_true(row == HEAT_ROWS - 1 || heat_row_low(row + 1) > value);
	}
	assert_int_equal(heat_row(UINT64_MAX), HEAT_ROWS - 1);
}

/* However long it goes on: nothing is lost, and bins stay in order. */
static void heat_bins(void **state)
{
	struct heat heat = {.bins = 0};
	uint64_t at_ns, sum = 0;
	uint32_t i;

	(void)state;
	for (at_ns = 1000; at_ns < 1001000; at_ns += 10)
		assert_int_equal(heat_add(&heat, 1, at_ns, 7), 0);
	assert_int_equal(heat.log, 9);
	assert_int_equal(heat.bins, 999990 / 512 + 1);
	for (i = 0; i < heat.bins; i++) {
		uint32_t count = heat.grids.items[1][i * HEAT_ROWS + heat_row(7)];

		assert_true(i + 1 == heat.bins || count == 51 || count == 52);
		sum += count;
	}
	assert_int_equal(sum, 100000);
	assert_null(heat.grids.items[0]);
	assert_int_equal(heat_add(&heat, HEAT_QUEUES, 1, 1), 0);
	assert_int_equal(heat.unplaced, 1);
	heat_free(&heat);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(single_runs),	       cmocka_unit_test(churn_pairs),
		cmocka_unit_test(the_end_of_interest), cmocka_unit_test(heat_rows),
		cmocka_unit_test(heat_bins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
