// SPDX-License-Identifier: BSD-2-Clause
/* Which ends meet which entries, and what is given up. */
#include "unit.h"

#include "model/reconstruct.h"

#include <stdio.h>
#include <string.h>

#define CALLS_MAX 64

struct seen {
	struct call calls[CALLS_MAX];
	size_t call_nr;
	struct done_run runs[CALLS_MAX];
	size_t run_nr;
	struct traced_call listed[CALLS_MAX]; /* of the latest run */
	unsigned broken, named, lost;
	uint64_t named_from, named_to;
};

static struct functions functions;
static struct reconstruct *reconstruct;
static struct seen seen;

static void on_call(void *context, const struct call *call)
{
	(void)context;
	assert_true(seen.call_nr < CALLS_MAX);
	seen.calls[seen.call_nr++] = *call;
}

/* The list of the run is its own only now. */
static void on_run(void *context, const struct done_run *run)
{
	(void)context;
	assert_true(seen.run_nr < CALLS_MAX);
	assert_true(run->calls_len <= CALLS_MAX);
	if (run->calls_len)
		memcpy(seen.listed, run->calls, run->calls_len * sizeof(*run->calls));
	seen.runs[seen.run_nr++] = *run;
}

static void on_broken(void *context, uint64_t worker, enum vp_dir dir)
{
	(void)context;
	(void)worker;
	(void)dir;
	seen.broken++;
}

static void on_named(void *context, uint64_t nameless, uint64_t worker, const char *comm)
{
	(void)context;
	(void)comm;
	seen.named++;
	seen.named_from = nameless;
	seen.named_to = worker;
}

static void on_lost(void *context)
{
	(void)context;
	seen.lost++;
}

static int set_up(void **state)
{
	const struct reconstruct_sink sink = {.call = on_call,
					      .run = on_run,
					      .broken = on_broken,
					      .named = on_named,
					      .lost = on_lost};

	(void)state;
	memset(&seen, 0, sizeof(seen));
	assert_int_equal(functions_init(&functions), 0);
	reconstruct = reconstruct_new(&functions, &sink);
	assert_non_null(reconstruct);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	reconstruct_free(reconstruct);
	functions_free(&functions);
	return 0;
}

static uint32_t fn(const char *name)
{
	return functions_find(&functions, name, strlen(name));
}

static void enter(uint32_t cpu, const char *name)
{
	reconstruct_enter(reconstruct, cpu, fn(name), VP_UNKNOWN);
}

static void leave(uint32_t cpu, const char *name, uint64_t ns)
{
	reconstruct_leave(reconstruct, cpu, name ? fn(name) : NO_FUNCTION, VP_UNKNOWN, ns);
}

static void leaf(uint32_t cpu, const char *name, uint64_t ns)
{
	reconstruct_leaf(reconstruct, cpu, fn(name), VP_UNKNOWN, ns);
}

static void change(uint32_t cpu, uint32_t from, uint32_t to)
{
	reconstruct_switch(reconstruct, cpu, from, "from", to, "to");
}

static void functions_have_symbols(void **state)
{
	char text[FUNCTION_TEXT_MAX + 2];
	uint32_t i;

	(void)state;
	assert_int_equal(fn("bad name"), FUNCTION_INVALID);
	assert_int_equal(fn("a\033[31m"), FUNCTION_INVALID);
	assert_int_equal(functions_find(&functions, "a\0b", 3), FUNCTION_INVALID);
	assert_int_equal(fn(""), FUNCTION_INVALID);
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(fn(text), FUNCTION_INVALID);
	text[sizeof(text) - 2] = '\0';
	assert_int_not_equal(fn(text), FUNCTION_INVALID);
	assert_int_equal(fn("a [m]"), fn("a [m]"));
	assert_int_not_equal(fn("a [m]"), fn("a [n]"));
	for (i = 0; i < FUNCTIONS_MAX; i++) {
		snprintf(text, sizeof(text), "f%u", i);
		fn(text);
	}
	assert_int_equal(fn("one too many"), FUNCTION_INVALID);
	assert_int_equal(fn("one_too_many"), FUNCTION_OTHER);
	assert_true(functions.overflowed > 0);
}

static void nesting(void **state)
{
	(void)state;
	enter(0, "a");
	leaf(0, "b", 10);
	enter(0, "c");
	leaf(0, "d", 5);
	leave(0, NULL, 20);
	leave(0, NULL, 100);
	assert_int_equal(seen.call_nr, 4);
	assert_int_equal(seen.calls[2].self_ns, 15);
	assert_int_equal(seen.calls[3].function, fn("a"));
	assert_int_equal(seen.calls[3].self_ns, 70);
	assert_int_equal(seen.calls[3].children, 2);
	assert_int_equal(seen.calls[3].descendants, 3);
	assert_int_equal(reconstruct_loss(reconstruct)->pieces, 0);
}

/* An interrupt traced after the end of `a` had been timed: its time is not in the duration. */
static void self_time_may_be_negative(void **state)
{
	(void)state;
	enter(0, "a");
	leaf(0, "irq", 300);
	leave(0, "a", 100);
	assert_int_equal(seen.calls[1].self_ns, -200);
}

static void cpus_are_apart(void **state)
{
	(void)state;
	enter(0, "a");
	enter(1, "b");
	leave(0, NULL, 1);
	leave(1, NULL, 2);
	assert_int_equal(seen.calls[0].function, fn("a"));
	assert_int_equal(seen.calls[1].function, fn("b"));
}

static void a_task_moves(void **state)
{
	(void)state;
	change(0, 1, 2);
	change(1, 3, 4);
	enter(0, "a"); /* 2 */
	change(0, 2, 5);
	enter(0, "x"); /* 5 */
	change(1, 4, 2);
	leave(1, NULL, 7); /* 2 */
	leave(0, NULL, 9);
	assert_int_equal(seen.call_nr, 2);
	assert_int_equal(seen.calls[0].function, fn("a"));
	assert_int_equal(seen.calls[1].function, fn("x"));
}

/* The banner tells who it was all along. */
static void named_afterwards(void **state)
{
	(void)state;
	enter(0, "a");
	change(0, 7, 8);
	assert_int_equal(seen.named, 1);
	assert_false(task_key_is_named(seen.named_from));
	assert_int_equal(task_key_pid(seen.named_to), 7);
	change(0, 8, 7);
	leave(0, NULL, 1);
	assert_int_equal(seen.call_nr, 1);
}

static void both_stacks_open_at_the_naming(void **state)
{
	(void)state;
	change(1, 1, 7);
	enter(1, "a"); /* 7 */
	enter(0, "b"); /* 7 as well, but nobody has said so */
	change(0, 7, 8);
	assert_int_equal(reconstruct_loss(reconstruct)->pieces, 2);
	leave(1, NULL, 5);
	assert_int_equal(seen.call_nr, 0);
}

static void ends_without_entries(void **state)
{
	(void)state;
	leave(0, "b", 1);
	leave(0, NULL, 1);
	assert_int_equal(seen.call_nr, 0);
	assert_int_equal(reconstruct_loss(reconstruct)->pieces, 2);
	assert_int_equal(reconstruct_loss(reconstruct)->runs_broken, 0);
}

static void a_name_finds_its_entry(void **state)
{
	(void)state;
	enter(0, "a");
	enter(0, "b");
	enter(0, "c");
	leave(0, "z", 1); /* nobody's end */
	leave(0, "a", 9); /* the ends of b and c are missing */
	assert_int_equal(seen.call_nr, 1);
	assert_int_equal(seen.calls[0].function, fn("a"));
	assert_int_equal(reconstruct_loss(reconstruct)->pieces, 3);
}

static void a_run(void **state)
{
	(void)state;
	change(0, 1, 42);
	enter(0, "handle_tx_kick [vhost_net]");
	enter(0, "handle_tx [vhost_net]");
	leaf(0, "vhost_enable_notify [vhost]", 10);
	leave(0, NULL, 50);
	assert_int_equal(seen.run_nr, 0);
	leave(0, NULL, 60);
	assert_int_equal(seen.run_nr, 1);
	assert_int_equal(seen.runs[0].dir, VP_TX);
	assert_int_equal(seen.runs[0].handler, ROLE_KICK_HANDLER);
	assert_int_equal(seen.runs[0].duration_ns, 60);
	assert_int_equal(seen.runs[0].run.end, VP_END_REARMED);
	assert_int_equal(task_key_pid(seen.runs[0].worker), 42);
}

static void a_run_without_wrapper(void **state)
{
	(void)state;
	leaf(0, "handle_rx [vhost_net]", 60);
	assert_int_equal(seen.run_nr, 1);
	assert_int_equal(seen.runs[0].dir, VP_RX);
	assert_int_equal(seen.runs[0].handler, ROLE_HANDLER);
}

static void a_run_with_a_hole(void **state)
{
	(void)state;
	enter(0, "handle_tx_kick");
	enter(0, "a");
	leave(0, "handle_tx_kick", 60);
	assert_int_equal(seen.run_nr, 0);
	assert_int_equal(seen.broken, 1);
	assert_int_equal(reconstruct_loss(reconstruct)->runs_broken, 1);
	assert_int_equal(seen.call_nr, 1); /* the call itself is whole */
}

static void one_run_is_broken_once(void **state)
{
	(void)state;
	leave(0, "handle_tx", 50);
	leave(0, "handle_tx_kick", 60);
	assert_int_equal(reconstruct_loss(reconstruct)->runs_broken, 1);
	enter(0, "handle_tx_kick");
	reconstruct_lost(reconstruct, 0);
	leave(0, "handle_tx_kick", 60);
	assert_int_equal(reconstruct_loss(reconstruct)->runs_broken, 2);
	leave(0, "handle_tx_kick", 60);
	assert_int_equal(reconstruct_loss(reconstruct)->runs_broken, 3);
}

static void events_lost(void **state)
{
	(void)state;
	change(0, 1, 2);
	change(1, 3, 4);
	enter(0, "handle_tx_kick"); /* 2, in doubt: last seen on CPU 0 */
	enter(1, "a");		    /* 4, seen on CPU 1 all the time */
	reconstruct_lost(reconstruct, 0);
	leave(1, NULL, 5);
	assert_int_equal(seen.lost, 1);
	assert_int_equal(seen.call_nr, 1);
	assert_int_equal(reconstruct_loss(reconstruct)->runs_broken, 1);
	assert_int_equal(reconstruct_loss(reconstruct)->pieces, 1);
}

static void too_deep(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < TASK_DEPTH_MAX + 10; i++)
		enter(0, "a");
	assert_int_equal(reconstruct_loss(reconstruct)->too_deep, 10);
	leaf(0, "b", 1); /* whole, but nobody's child */
	for (i = 0; i < 10; i++)
		leave(0, NULL, 1);
	assert_int_equal(seen.call_nr, 1);
	leave(0, NULL, 1);
	assert_int_equal(seen.call_nr, 2);
	assert_int_equal(seen.calls[1].children, 0);
}

static void more_tasks_than_room(void **state)
{
	uint32_t pid;

	(void)state;
	for (pid = 1; pid <= TASKS_MAX + 10; pid++) {
		reconstruct_running(reconstruct, 0, pid, "t");
		enter(0, "a");
	}
	assert_true(reconstruct_loss(reconstruct)->no_room >= 10);
	reconstruct_end(reconstruct);
	assert_int_equal(seen.call_nr, 0);
}

/* Tasks with nothing open make room for others. */
static void idle_tasks_are_forgotten(void **state)
{
	uint32_t pid;

	(void)state;
	for (pid = 1; pid <= 3 * TASKS_MAX; pid++)
		reconstruct_running(reconstruct, 0, pid, "t");
	assert_int_equal(reconstruct_loss(reconstruct)->no_room, 0);
}

static void duration_from_times(void **state)
{
	(void)state;
	reconstruct_enter(reconstruct, 0, fn("a"), 1000);
	reconstruct_leave(reconstruct, 0, NO_FUNCTION, 4000, VP_UNKNOWN);
	assert_int_equal(seen.calls[0].duration_ns, 3000);
	enter(0, "a");
	leave(0, NULL, VP_UNKNOWN);
	assert_int_equal(seen.call_nr, 1);
	assert_int_equal(reconstruct_loss(reconstruct)->pieces, 1);
}

static void check_listed(size_t at, const char *name, uint32_t depth, uint64_t total_ns,
			 uint64_t self_ns)
{
	const struct traced_call *call = &seen.listed[at];

	assert_int_equal(call->symbol, fn(name));
	assert_int_equal(call->depth, depth);
	assert_int_equal(call->total_ns, total_ns);
	assert_int_equal(call->self_ns, self_ns);
}

static void the_calls_of_a_run(void **state)
{
	(void)state;
	enter(0, "worker"); /* around the run, not of it */
	leaf(0, "before", 3);
	reconstruct_enter(reconstruct, 0, fn("handle_tx_kick"), 1000);
	enter(0, "handle_tx");
	leaf(0, "a", 10);
	enter(0, "handle_tx"); /* recursive */
	leaf(0, "a", 5);
	leave(0, NULL, 20);
	leave(0, "handle_tx", 50);
	leaf(0, "b", 1);
	leave(0, NULL, 60);
	leaf(0, "after", 3);
	assert_int_equal(seen.run_nr, 1);
	assert_int_equal(seen.runs[0].calls_len, 6);
	check_listed(0, "handle_tx_kick", 0, 60, 9);
	check_listed(1, "handle_tx", 1, 50, 20);
	check_listed(2, "a", 2, 10, 10);
	check_listed(3, "handle_tx", 2, 20, 15);
	check_listed(4, "a", 3, 5, 5);
	check_listed(5, "b", 1, 1, 1);
	assert_int_equal(seen.listed[0].enter_ns, 1000);
	assert_true(seen.listed[1].enter_ns == VP_UNKNOWN);
}

static void a_leaf_is_a_run_of_one_call(void **state)
{
	(void)state;
	leaf(0, "handle_rx", 60);
	assert_int_equal(seen.runs[0].calls_len, 1);
	check_listed(0, "handle_rx", 0, 60, 60);
}

/* What a broken run has collected is not the next one's. */
static void calls_of_a_broken_run(void **state)
{
	(void)state;
	enter(0, "handle_tx");
	leaf(0, "a", 1);
	reconstruct_lost(reconstruct, 0);
	enter(0, "handle_tx");
	leaf(0, "b", 2);
	leave(0, NULL, 9);
	assert_int_equal(seen.run_nr, 1);
	assert_int_equal(seen.runs[0].calls_len, 2);
	check_listed(1, "b", 1, 2, 2);
}

/* Two workers at once, one of them moves: each run has its own calls. */
static void calls_of_runs_side_by_side(void **state)
{
	(void)state;
	change(0, 1, 2);
	change(1, 3, 4);
	enter(0, "handle_tx");
	enter(1, "handle_rx");
	leaf(0, "a", 1);
	leaf(1, "b", 2);
	change(0, 2, 5);
	change(1, 4, 2);
	leaf(1, "a", 3);
	leave(1, NULL, 10);
	assert_int_equal(seen.runs[0].calls_len, 3);
	check_listed(0, "handle_tx", 0, 10, 6);
	check_listed(2, "a", 1, 3, 3);
	change(1, 2, 4);
	leave(1, NULL, 10);
	assert_int_equal(seen.runs[1].calls_len, 2);
	check_listed(1, "b", 1, 2, 2);
}

/* The banner names a worker in the middle of its run. */
static void calls_of_a_run_named_late(void **state)
{
	(void)state;
	enter(0, "handle_tx");
	leaf(0, "a", 1);
	change(0, 7, 8);
	change(0, 8, 7);
	leaf(0, "b", 2);
	leave(0, NULL, 9);
	assert_int_equal(seen.runs[0].calls_len, 3);
	check_listed(0, "handle_tx", 0, 9, 6);
	check_listed(2, "b", 1, 2, 2);
}

/* Interrupts traced after ends had been timed: self times still add up to the run. */
static void calls_that_outlive_their_callers(void **state)
{
	(void)state;
	enter(0, "handle_tx");
	enter(0, "a");
	leaf(0, "b", 40);
	enter(0, "irq");
	leaf(0, "softirq", 300);
	leave(0, NULL, 310);
	leave(0, "a", 100);
	leaf(0, "irq", 50);
	leave(0, NULL, 120);
	assert_int_equal(seen.runs[0].calls_len, 6);
	check_listed(0, "handle_tx", 0, 120, 0);
	check_listed(1, "a", 1, 100, 0);
	check_listed(2, "b", 2, 40, 40);
	check_listed(3, "irq", 2, 60, 0);
	check_listed(4, "softirq", 3, 60, 60);
	check_listed(5, "irq", 1, 20, 20);
}

static void more_calls_than_room(void **state)
{
	uint32_t i;

	(void)state;
	enter(0, "handle_tx");
	for (i = 0; i < CALL_LIST_POOL; i++) {
		leaf(0, "a", 1);
		seen.call_nr = 0;
	}
	leave(0, NULL, CALL_LIST_POOL + 7);
	assert_int_equal(seen.run_nr, 1);
	assert_int_equal(seen.runs[0].calls_len, 0);
	assert_int_equal(seen.runs[0].calls_left_out, CALL_LIST_POOL + 1);
	leaf(0, "handle_tx", 5);
	assert_int_equal(seen.runs[1].calls_len, 1);
	assert_int_equal(seen.runs[1].calls_left_out, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(functions_have_symbols),
		TEST(nesting),
		TEST(self_time_may_be_negative),
		TEST(cpus_are_apart),
		TEST(a_task_moves),
		TEST(named_afterwards),
		TEST(both_stacks_open_at_the_naming),
		TEST(ends_without_entries),
		TEST(a_name_finds_its_entry),
		TEST(a_run),
		TEST(a_run_without_wrapper),
		TEST(a_run_with_a_hole),
		TEST(one_run_is_broken_once),
		TEST(events_lost),
		TEST(too_deep),
		TEST(more_tasks_than_room),
		TEST(idle_tasks_are_forgotten),
		TEST(duration_from_times),
		TEST(the_calls_of_a_run),
		TEST(a_leaf_is_a_run_of_one_call),
		TEST(calls_of_a_broken_run),
		TEST(calls_of_runs_side_by_side),
		TEST(calls_of_a_run_named_late),
		TEST(calls_that_outlive_their_callers),
		TEST(more_calls_than_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
