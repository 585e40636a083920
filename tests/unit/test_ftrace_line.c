// SPDX-License-Identifier: BSD-2-Clause
/* One line, one token: every column and every way a line can be wrong. */
#include "unit.h"

#include "source/ftrace_line.h"

#include <stdio.h>
#include <string.h>

static struct ftrace_line line;

/*
 * The line as it lies in a buffer: ended by a newline, with readable bytes after it. Whatever line
 * was before it, it says the same.
 */
static void read(const char *text)
{
	static char buffer[65536 + FTRACE_PADDING];
	static struct ftrace_prefix before;
	struct ftrace_prefix none = {.len = 0};
	size_t len = strlen(text), pass;
	struct ftrace_line alone;

	assert_true(len + 1 + FTRACE_PADDING <= sizeof(buffer));
	memset(buffer, 'x', sizeof(buffer));
	memcpy(buffer, text, len);
	buffer[len] = '\n';
	memset(&alone, 0xa5, sizeof(alone));
	assert_int_equal(ftrace_line(&alone, &none, buffer, len + 1), len);
	for (pass = 0; pass < 2; pass++) {
		memset(&line, 0xa5, sizeof(line));
		assert_int_equal(ftrace_line(&line, &before, buffer, len + 1), len);
		assert_int_equal(line.kind, alone.kind);
		assert_int_equal(line.len, len);
	}
}

static void assert_span(struct span span, const char *text)
{
	assert_int_equal(span.len, strlen(text));
	assert_memory_equal(span.text, text, span.len);
}

static void assert_kind(const char *text, enum ftrace_kind kind)
{
	read(text);
	if (line.kind != kind)
		fail_msg("kind %d instead of %d: %s", line.kind, kind, text);
}

static void assert_call(const char *text, enum ftrace_kind kind, const char *name, uint64_t time_ns,
			uint64_t duration_ns)
{
	assert_kind(text, kind);
	assert_span(line.name, name);
	assert_int_equal(line.time_ns, time_ns);
	assert_int_equal(line.duration_ns, duration_ns);
}

static void plain_lines(void **state)
{
	(void)state;
	assert_call(" 4)               |  handle_rx_net [vhost_net]() {", FTRACE_OPEN,
		    "handle_rx_net [vhost_net]", VP_UNKNOWN, VP_UNKNOWN);
	assert_true(line.has_cpu);
	assert_false(line.has_task);
	assert_int_equal(line.cpu, 4);
	assert_call(" 4) + 32.003 us   |    handle_rx [vhost_net]();", FTRACE_LEAF,
		    "handle_rx [vhost_net]", VP_UNKNOWN, 32003);
	assert_call(" 4) + 37.458 us   |  }", FTRACE_CLOSE, "", VP_UNKNOWN, 37458);
	assert_call(" 0)   0.103 us    |  schedule();", FTRACE_LEAF, "schedule", VP_UNKNOWN, 103);
}

static void absolute_time(void **state)
{
	(void)state;
	assert_call("4266129.030065 |   4)               |  vhost_poll_wakeup [vhost]() {",
		    FTRACE_OPEN, "vhost_poll_wakeup [vhost]", 4266129030065000, VP_UNKNOWN);
	assert_call("  236.655340 |  11)   0.980 us    |    vhost_work_queue [vhost]();",
		    FTRACE_LEAF, "vhost_work_queue [vhost]", 236655340000, 980);
	assert_int_equal(line.cpu, 11);
	assert_call(
		"4322248.445035 |   4)   0.451 us    |  } /* vhost_zerocopy_callback [vhost_net] */",
		FTRACE_CLOSE, "vhost_zerocopy_callback [vhost_net]", 4322248445035000, 451);
}

/* The number loses decimals as it grows; every mark stands for "longer than". */
static void durations(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} cases[] = {
		{"  0.001 us    ", 1},		{"+ 10.000 us   ", 10000},
		{"! 551.575 us  ", 551575},	{"# 1096.626 us ", 1096626},
		{"* 58922.47 us ", 58922470},	{"@ 126978.6 us ", 126978600},
		{"$ 1723212 us  ", 1723212000}, {"$ 172321238 us ", 172321238000},
	};
	char text[128];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		snprintf(text, sizeof(text), " 0) %s|  }", cases[i].text);
		assert_call(text, FTRACE_CLOSE, "", VP_UNKNOWN, cases[i].ns);
	}
}

static void task_and_flags(void **state)
{
	(void)state;
	assert_call(
		"  310.275617 |   1)   vguest-168   |  ...1. |               |  vhost_net_open [vhost_net]() {",
		FTRACE_OPEN, "vhost_net_open [vhost_net]", 310275617000, VP_UNKNOWN);
	assert_true(line.has_task);
	assert_int_equal(line.pid, 168);
	assert_span(line.comm, "vguest");
	assert_call(" 0)  CPU 0/K-26296  |   0.980 us    |  f();", FTRACE_LEAF, "f", VP_UNKNOWN,
		    980);
	assert_span(line.comm, "CPU 0/K");
	assert_call(" 0)  a|b-7  | d.h2. |   0.980 us    |  f();", FTRACE_LEAF, "f", VP_UNKNOWN,
		    980);
	assert_span(line.comm, "a|b");
	assert_int_equal(line.pid, 7);
	assert_call("     1000 us |   3)   vguest-168   |  d..1. |   0.500 us    |  f();",
		    FTRACE_LEAF, "f", 1000000, 500);
	assert_int_equal(line.cpu, 3);
}

static void comments_and_arguments(void **state)
{
	(void)state;
	assert_call(" 1)   0.1 us      |  f [m](); /* = 0x0 */", FTRACE_LEAF, "f [m]", VP_UNKNOWN,
		    100);
	assert_call(" 1)   0.100 us    |  f [m](); /* <-g+0x1/0x2 [m] ret=-11 */", FTRACE_LEAF,
		    "f [m]", VP_UNKNOWN, 100);
	assert_call(" 1)               |  f [m](a=0x1, c='(', ...) {", FTRACE_OPEN, "f [m]",
		    VP_UNKNOWN, VP_UNKNOWN);
	assert_call(" 1)               |  f() { /* <-g+0x1/0x2 */", FTRACE_OPEN, "f", VP_UNKNOWN,
		    VP_UNKNOWN);
	assert_call(" 1)   0.100 us    |  f [m](a=0x1);", FTRACE_LEAF, "f [m]", VP_UNKNOWN, 100);
	assert_call(" 1)   0.100 us    |  } /* f [m] ret=0x0 */", FTRACE_CLOSE, "f [m]", VP_UNKNOWN,
		    100);
	assert_call(" 1)   0.100 us    |  } /* f = -22 */", FTRACE_CLOSE, "f", VP_UNKNOWN, 100);
}

static void columns_switched_off(void **state)
{
	(void)state;
	assert_call(" 1)  f() {", FTRACE_OPEN, "f", VP_UNKNOWN, VP_UNKNOWN);
	assert_call("    1.407 us    |    f();", FTRACE_LEAF, "f", VP_UNKNOWN, 1407);
	assert_false(line.has_cpu);
	assert_call("  @ 1234567 us |  f();", FTRACE_LEAF, "f", VP_UNKNOWN, 1234567000);
	assert_call("4266129.030065 |   4)  f() {", FTRACE_OPEN, "f", 4266129030065000, VP_UNKNOWN);
}

static void switches(void **state)
{
	(void)state;
	assert_kind(" 0) vhost-2-26292  => CPU 0/K-26296 ", FTRACE_SWITCH);
	assert_int_equal(line.cpu, 0);
	assert_int_equal(line.pid, 26292);
	assert_int_equal(line.next_pid, 26296);
	assert_span(line.comm, "vhost-2");
	assert_span(line.next_comm, "CPU 0/K");
	assert_kind(" 12)    <idle>-0    =>   a => b-5  ", FTRACE_SWITCH);
	assert_int_equal(line.pid, 0);
	assert_span(line.next_comm, "a => b");
}

static void losses(void **state)
{
	(void)state;
	assert_kind("CPU:4 [LOST 123 EVENTS]", FTRACE_LOST);
	assert_int_equal(line.cpu, 4);
	assert_int_equal(line.count, 123);
	assert_kind("CPU:0 [LOST EVENTS]", FTRACE_LOST);
	assert_int_equal(line.count, 0);
	assert_kind("CPU:1 [9 EVENTS DROPPED]", FTRACE_LOST);
	assert_int_equal(line.count, 9);
	assert_kind(" (Overruns: 17)", FTRACE_OVERRUNS);
	assert_int_equal(line.count, 17);
}

static void trace_cmd(void **state)
{
	(void)state;
	assert_call(
		"      vhost-4242-4260  [001]   500.000003: funcgraph_exit:       + 12.500 us  |  }",
		FTRACE_CLOSE, "", 500000003000, 12500);
	assert_int_equal(line.cpu, 1);
	assert_int_equal(line.pid, 4260);
	assert_span(line.comm, "vhost-4242");
	assert_call("   CPU 0/KVM-4250 [000] d..1. 500.000010123: funcgraph_entry:   |  f() {",
		    FTRACE_OPEN, "f", 500000010123, VP_UNKNOWN);
	assert_kind("   CPU 0/KVM-4250 [000] d..1. 500.000010: funcgraph_entry: func=0xf depth=1",
		    FTRACE_UNKNOWN);
}

static void ignored(void **state)
{
	static const char *const texts[] = {
		"",
		"   ",
		"# tracer: function_graph",
		" ------------------------------------------",
		" 0)   ==========> |",
		" 0)   <========== |",
		" 0)  ==========>",
		" 0)               |  /* sched_waking: comm=a => b pid=12 [000] */",
		" bash-1 [004] d..1  4266129.030065: vhost_work_queue <-vhost_poll_wakeup",
		" bash-1 (    1) [004] .....  9.030065: sched_switch: prev_comm=a ==> next_comm=b",
		" => vhost_work_queue",
		" <stack trace>",
		"cpus=8",
		"CPU 3 is empty",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_kind(texts[i], FTRACE_IGNORED);
	assert_kind("# function_graph latency trace v1.1.5 on 6.1.0-13-amd64", FTRACE_RELEASE);
	assert_span(line.name, "6.1.0-13-amd64");
}

static void not_understood(void **state)
{
	static const char *const texts[] = {
		"hello",
		" 0)",
		" 0) |",
		"}",
		"() {",
		" 0)   0.100 us    |",
		" 0)   0.100 us    |  f",
		" 0)   0.100 ms    |  f();",
		" 0)   0.100 us    |  } /* f",
		" 0)   0.100 us    |  (); ",
		" 4096)   0.100 us    |  f();",
		" 0)   99999999999999999999 us |  f();",
		"99999999999.000000 |  0)   0.100 us    |  f();",
		" 0)   x-99999999999 |   0.100 us    |  f();",
		"CPU:4096 [LOST 1 EVENTS]",
		"CPU:1 [LOST 99999999999999999999 EVENTS]",
		" (Overruns: )",
		" 0) a-1 => b",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_kind(texts[i], FTRACE_UNKNOWN);
}

/* No beginning of a good line is read past its end, and none makes a call of half a name. */
static void every_beginning(void **state)
{
	static const char whole[] =
		"4266129.030065 |   4)  vhost-2-26292 |  d..1 |   0.980 us    |    f [m](a=1); /* ret=0x0 */";
	char text[sizeof(whole)];
	size_t len;

	(void)state;
	for (len = 1; len < sizeof(whole) - 1; len++) {
		memcpy(text, whole, len);
		text[len] = '\0';
		read(text);
		if (line.kind == FTRACE_LEAF)
			assert_span(line.name, "f [m]");
		else
			assert_true(line.kind == FTRACE_UNKNOWN || line.kind == FTRACE_IGNORED);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(plain_lines),
		cmocka_unit_test(absolute_time),
		cmocka_unit_test(durations),
		cmocka_unit_test(task_and_flags),
		cmocka_unit_test(comments_and_arguments),
		cmocka_unit_test(columns_switched_off),
		cmocka_unit_test(switches),
		cmocka_unit_test(losses),
		cmocka_unit_test(trace_cmd),
		cmocka_unit_test(ignored),
		cmocka_unit_test(not_understood),
		cmocka_unit_test(every_beginning),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
