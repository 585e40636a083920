// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "base/vec.h"

struct thing {
	int number;
	char padding[37];
};

static void starts_empty(void **unused)
{
	VEC(struct thing) things = VEC_INIT;
	int seen = 0;

	(void)unused;
	vec_foreach (thing, &things)
		seen += thing->number + 1;
	assert_int_equal(seen, 0);
	vec_free(&things);
}

static void keeps_order_while_growing(void **unused)
{
	VEC(struct thing) things = VEC_INIT;
	int i, expected = 0;

	(void)unused;
	for (i = 0; i < 1000; i++)
		vec_add(&things)->number = i;
	assert_int_equal(things.len, 1000);
	assert_true(things.cap >= things.len);
	vec_foreach (thing, &things)
		assert_int_equal(thing->number, expected++);
	assert_int_equal(expected, 1000);
	vec_free(&things);
}

static void new_items_are_zero(void **unused)
{
	VEC(struct thing) things = VEC_INIT;
	static const struct thing zero;
	int i;

	(void)unused;
	for (i = 0; i < 20; i++) {
		struct thing *thing = vec_add(&things);

		assert_memory_equal(thing, &zero, sizeof(zero));
		thing->number = -1;
		thing->padding[36] = 'x';
	}
	vec_free(&things);
}

static void can_be_used_again_after_free(void **unused)
{
	VEC(int) numbers = VEC_INIT;

	(void)unused;
	*vec_add(&numbers) = 1;
	vec_free(&numbers);
	assert_null(numbers.items);
	assert_int_equal(numbers.len, 0);
	assert_int_equal(numbers.cap, 0);
	*vec_add(&numbers) = 2;
	assert_int_equal(numbers.items[0], 2);
	vec_free(&numbers);
}

static void const_vectors_can_be_walked(void **unused)
{
	struct holder {
		VEC(int) numbers;
	} holder = {VEC_INIT};
	const struct holder *view = &holder;
	int sum = 0;

	(void)unused;
	*vec_add(&holder.numbers) = 40;
	*vec_add(&holder.numbers) = 2;
	vec_foreach (number, &view->numbers)
		sum += *number;
	assert_int_equal(sum, 42);
	vec_free(&holder.numbers);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(starts_empty),
		cmocka_unit_test(keeps_order_while_growing),
		cmocka_unit_test(new_items_are_zero),
		cmocka_unit_test(can_be_used_again_after_free),
		cmocka_unit_test(const_vectors_can_be_walked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
