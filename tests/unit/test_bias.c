// SPDX-License-Identifier: BSD-2-Clause
/* A tracer whose cost is known, and whether it is found. */
#include "unit.h"

#include "analyze/bias.h"

#include <string.h>

static struct bias *bias;

static int set_up(void **state)
{
	(void)state;
	bias = bias_new();
	assert_non_null(bias);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	bias_free(bias);
	return 0;
}

/* A function of `work_ns` and `per_child_ns` for each child; some noise, and now and then an interrupt. */
static void feed(uint32_t function, int64_t work_ns, int64_t per_child_ns, uint32_t children,
		 int calls)
{
	int i;

	for (i = 0; i < calls; i++) {
		struct call call = {.function = function, .children = children};

		call.self_ns = work_ns + per_child_ns * (int64_t)children + i % 7 - 3;
		if (i % 20 == 0)
			call.self_ns += 5000;
		bias_add(bias, &call);
	}
}

static void found(void **state)
{
	struct bias_estimate estimate;
	uint32_t n;

	(void)state;
	for (n = 1; n < 5; n++)
		feed(1, 120, 130, n, 500);
	feed(2, 80, 130, 0, 1000);
	feed(2, 80, 130, 1, 400);
	/* A loop that does 330 ns of its own per child. */
	for (n = 1; n < 6; n++)
		feed(3, 100, 460, n, 2000);
	estimate = bias_estimate(bias);
	assert_int_equal(estimate.functions, 2);
	assert_true(estimate.child_ns > 120 && estimate.child_ns < 140);
	assert_true(estimate.error_ns > 0 && estimate.error_ns < 10);
	assert_int_equal(estimate.calls, 4 * 500 + 1400);
}

static void not_to_be_told(void **state)
{
	(void)state;
	assert_int_equal(bias_estimate(bias).functions, 0);
	feed(1, 120, 130, 2, 5000); /* always the same number of children */
	feed(2, 120, 130, 1, 5);    /* too few */
	feed(2, 120, 130, 2, 5);
	feed(3, 900, -100, 1, 500); /* falls */
	feed(3, 900, -100, 2, 500);
	assert_int_equal(bias_estimate(bias).functions, 0);
}

static void one_alone_is_less_sure(void **state)
{
	struct bias_estimate estimate;

	(void)state;
	feed(1, 120, 130, 1, 5000);
	feed(1, 120, 130, 2, 5000);
	estimate = bias_estimate(bias);
	assert_int_equal(estimate.functions, 1);
	assert_true(estimate.error_ns >= BIAS_ALONE * estimate.child_ns);
}

static void correction(void **state)
{
	struct report_correction correction;
	struct functions functions;
	struct call call = {.children = 3, .descendants = 5, .duration_ns = 2000, .self_ns = 1000};
	struct report_function *row;

	(void)state;
	feed(1, 120, 100, 1, 5000);
	feed(1, 120, 100, 2, 5000);
	assert_int_equal(functions_init(&functions), 0);
	call.function = functions_find(&functions, "parent", 6);
	functions_add_call(&functions, &call);
	bias_correct(bias, &functions, &correction);
	row = &functions.rows.items[call.function];
	assert_true(correction.asked);
	assert_true(row->corrected_total_ns > 1450 && row->corrected_total_ns < 1550);
	assert_true(row->corrected_self_ns > 670 && row->corrected_self_ns < 730);
	call.self_ns = -5000;
	functions_add_call(&functions, &call); /* never below nothing */
	bias_correct(bias, &functions, &correction);
	assert_int_equal(row->corrected_self_ns, 0);
	functions_free(&functions);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {TEST(found), TEST(not_to_be_told),
					   TEST(one_alone_is_less_sure), TEST(correction)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
