// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "model/calltree.h"

static struct calltree *tree;

static int start(void **unused)
{
	(void)unused;
	tree = calltree_new();
	return !tree;
}

static int stop(void **unused)
{
	(void)unused;
	calltree_free(tree);
	return 0;
}

static const struct calltree_node *at(const struct calltree *of, uint32_t node)
{
	return &of->nodes.items[node];
}

static void a_new_tree_is_a_root(void **unused)
{
	(void)unused;
	assert_int_equal(tree->nodes.len, 1);
	assert_int_equal(at(tree, CALLTREE_ROOT)->child, CALLTREE_ROOT);
	calltree_free(NULL);
}

static void a_function_is_a_node_for_each_caller(void **unused)
{
	uint32_t tx = calltree_child(tree, CALLTREE_ROOT, 7);
	uint32_t rx = calltree_child(tree, CALLTREE_ROOT, 8);
	uint32_t under_tx = calltree_child(tree, tx, 9);
	uint32_t under_rx = calltree_child(tree, rx, 9);

	(void)unused;
	assert_int_not_equal(tx, rx);
	assert_int_not_equal(under_tx, under_rx);
	assert_int_equal(calltree_child(tree, CALLTREE_ROOT, 7), tx);
	assert_int_equal(calltree_child(tree, tx, 9), under_tx);
	assert_int_equal(calltree_child(tree, rx, 9), under_rx);
	assert_int_equal(tree->nodes.len, 5);
	assert_int_equal(at(tree, under_rx)->parent, rx);
	assert_int_equal(at(tree, under_rx)->symbol, 9);
}

static void a_function_may_call_itself(void **unused)
{
	uint32_t once = calltree_child(tree, CALLTREE_ROOT, 3);
	uint32_t twice = calltree_child(tree, once, 3);

	(void)unused;
	assert_int_not_equal(once, twice);
	assert_int_equal(at(tree, twice)->parent, once);
}

static void symbol_0_is_like_any_other(void **unused)
{
	uint32_t node = calltree_child(tree, CALLTREE_ROOT, 0);

	(void)unused;
	assert_int_not_equal(node, CALLTREE_ROOT);
	assert_int_equal(calltree_child(tree, CALLTREE_ROOT, 0), node);
}

static void values_add_up(void **unused)
{
	uint32_t node = calltree_child(tree, CALLTREE_ROOT, 1);

	(void)unused;
	calltree_add(tree, node, 2, 30, 10);
	calltree_add(tree, node, 1, 7, 5);
	assert_int_equal(at(tree, node)->calls, 3);
	assert_int_equal(at(tree, node)->total_ns, 37);
	assert_int_equal(at(tree, node)->self_ns, 15);
}

static void children_follow_their_parents_and_are_all_found(void **unused)
{
	uint32_t i, child, seen = 0;

	(void)unused;
	for (i = 0; i < 500; i++)
		calltree_child(tree, calltree_child(tree, CALLTREE_ROOT, i), i);
	for (i = 1; i < tree->nodes.len; i++)
		assert_true(at(tree, i)->parent < i);
	for (child = at(tree, CALLTREE_ROOT)->child; child; child = at(tree, child)->next)
		seen++;
	assert_int_equal(seen, 500);
}

/* tree: 1 ── 2; other: 5 ── 6, 5 ── 7, which are 1 ── 2 and 1 ── 3 here. */
static void merging_translates_and_adds(void **unused)
{
	static const uint32_t translate[] = {0, 0, 0, 0, 0, 1, 2, 3};
	struct calltree *other = calltree_new();
	uint32_t top = calltree_child(tree, CALLTREE_ROOT, 1), low = calltree_child(tree, top, 2);
	uint32_t other_top = calltree_child(other, CALLTREE_ROOT, 5);

	(void)unused;
	calltree_add(tree, low, 1, 10, 10);
	calltree_add(other, calltree_child(other, other_top, 6), 2, 20, 15);
	calltree_add(other, calltree_child(other, other_top, 7), 4, 40, 35);
	assert_int_equal(calltree_merge(tree, other, translate), 0);
	assert_int_equal(tree->nodes.len, 4);
	assert_int_equal(at(tree, low)->calls, 3);
	assert_int_equal(at(tree, low)->total_ns, 30);
	assert_int_equal(at(tree, low)->self_ns, 25);
	assert_int_equal(at(tree, calltree_child(tree, top, 3))->total_ns, 40);
	calltree_free(other);
}

static void merging_without_translation_keeps_the_numbers(void **unused)
{
	struct calltree *other = calltree_new();
	uint32_t node = calltree_child(other, CALLTREE_ROOT, 42);

	(void)unused;
	calltree_add(other, node, 1, 2, 3);
	assert_int_equal(calltree_merge(tree, other, NULL), 0);
	assert_int_equal(calltree_merge(tree, other, NULL), 0);
	node = calltree_child(tree, CALLTREE_ROOT, 42);
	assert_int_equal(tree->nodes.len, 2);
	assert_int_equal(at(tree, node)->calls, 2);
	assert_int_equal(at(tree, node)->self_ns, 6);
	calltree_free(other);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_tree_is_a_root),
		TEST(a_function_is_a_node_for_each_caller),
		TEST(a_function_may_call_itself),
		TEST(symbol_0_is_like_any_other),
		TEST(values_add_up),
		TEST(children_follow_their_parents_and_are_all_found),
		TEST(merging_translates_and_adds),
		TEST(merging_without_translation_keeps_the_numbers),
	};

	return cmocka_run_group_tests_name("calltree", tests, NULL, NULL);
}
