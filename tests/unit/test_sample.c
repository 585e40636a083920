// SPDX-License-Identifier: BSD-2-Clause
/* From addresses to trees and what is most often on top. Partly not in the library: compiled in from source. */
#include "unit.h"

#include "model/sample_top.h"
#include "source/kaddr.c"
#include "source/sample_stack.c"

#define PERIOD_NS 100

static const char kallsyms[] =
	"0000000000000000 A fixed_percpu_data\n"
	"ffffffff81000000 T ret_from_fork\n"
	"ffffffff81000100 t kthread\n"
	"ffffffff81000200 T __bpf_prog_enter\n"
	"ffffffff81000300 t copy_page.isra.0\n"
	"ffffffff81000400 D some_data\n"
	"ffffffff81000500 t aaa_alias\n"
	"ffffffff81000500 t zzz_alias\n"
	"ffffffff81000500 b not_code\n"
	"ffffffffc0002000 t handle_tx\t[vhost_net]\n"
	"ffffffffc0001000 t handle_tx_kick\t[vhost_net]\n"
	"ffffffffc0001800 t vhost_worker\t[vhost]\n"
	"ffffffffc0003000 t tun_sendmsg\t[tun]\n"
	"ffffffffc0004000 t bpf_trampoline_6442509_1\t[bpf]\n"
	"ffffffffc0005000 t bpf_prog_6deef7357e7b4530_f_enter_handle\t[bpf]\n";

#define RET	   0xffffffff81000010
#define KTHREAD	   0xffffffff81000110
#define ENTER_PROG 0xffffffff81000210
#define COPY	   0xffffffff81000310
#define KICK	   0xffffffffc0001010
#define WORKER	   0xffffffffc0001810
#define HANDLE_TX  0xffffffffc0002010
#define SENDMSG	   0xffffffffc0003010
#define TRAMPOLINE 0xffffffffc0004010
#define PROGRAM	   0xffffffffc0005010

static struct sample_names names;
static struct calltree *tree;

static int parse_text(const char *text)
{
	FILE *file = fmemopen((void *)text, strlen(text), "r");
	int error = kaddrs_parse(&names.kaddrs, file);

	fclose(file);
	return error;
}

static int start(void **unused)
{
	(void)unused;
	tree = calltree_new();
	return parse_text(kallsyms);
}

static int stop(void **unused)
{
	(void)unused;
	sample_names_free(&names);
	calltree_free(tree);
	tree = NULL;
	return 0;
}

static const char *name_at(uint64_t address)
{
	const struct kaddr *kaddr = kaddrs_find(&names.kaddrs, address);

	return kaddr ? kaddr->name : NULL;
}

static void addresses(void **unused)
{
	(void)unused;
	assert_null(name_at(0));
	assert_null(name_at(0xffffffff80ffffff));
	assert_string_equal(name_at(0xffffffff81000000), "ret_from_fork");
	assert_string_equal(name_at(0xffffffff810000ff), "ret_from_fork");
	assert_string_equal(name_at(0xffffffff81000100), "kthread");
	assert_null(name_at(0xffffffff81000400)); /* data */
	assert_string_equal(name_at(0xffffffff81000500), "aaa_alias");
	assert_string_equal(name_at(0xffffffffc0001fff), "vhost_worker");
	assert_string_equal(name_at(0xffffffffc0005000 + FUNCTION_MOST_BYTES - 1),
			    "bpf_prog_6deef7357e7b4530_f_enter_handle");
	assert_null(name_at(0xffffffffc0005000 + FUNCTION_MOST_BYTES));
	assert_string_equal(kaddrs_find(&names.kaddrs, HANDLE_TX)->module, "vhost_net");
	assert_null(kaddrs_find(&names.kaddrs, RET)->module);
}

static void what_is_no_table(void **unused)
{
	(void)unused;
	assert_int_equal(parse_text("what is this\n"), -EPROTO);
	assert_int_equal(parse_text("ffffffff81000000 T\n"), -EPROTO);
	assert_int_equal(parse_text("0000000000000000 T schedule\n0000000000000000 t kthread\n"),
			 -EACCES);
	assert_null(name_at(RET));
}

/* Frames are given as the kernel does: the innermost first. */
#define ADD(...) add((const uint64_t[]){__VA_ARGS__}, sizeof((uint64_t[]){__VA_ARGS__}) / 8)

static int add(const uint64_t *frames, size_t len)
{
	struct vp_sample sample = {.len = (uint16_t)len};

	for (size_t i = 0; i < len; i++)
		sample.frames[i] = frames[i];
	return sample_add(&names, tree, &sample, PERIOD_NS);
}

/* "handle_tx;tun_sendmsg 2": every place with samples of its own, in the order they were made. */
static void tree_is(const char *expected)
{
	char text[1024] = "", path[512], rest[400];

	for (uint32_t i = 1; i < tree->nodes.len; i++) {
		const struct calltree_node *node = &tree->nodes.items[i];
		size_t used = strlen(text);

		if (!node->calls)
			continue;
		assert_int_equal(node->self_ns, node->calls * PERIOD_NS);
		path[0] = '\0';
		for (uint32_t at = i; at; at = tree->nodes.items[at].parent) {
			snprintf(rest, sizeof(rest), "%s%.380s", *path ? ";" : "", path);
			snprintf(path, sizeof(path), "%.64s%s",
				 symbols_at(&names.symbols, tree->nodes.items[at].symbol)->name,
				 rest);
		}
		snprintf(text + used, sizeof(text) - used, "%s %d\n", path, (int)node->calls);
	}
	assert_string_equal(text, expected);
}

static void trees_begin_with_the_handler(void **unused)
{
	(void)unused;
	assert_int_equal(ADD(SENDMSG, HANDLE_TX, KICK, WORKER, KTHREAD, RET), 0);
	assert_int_equal(ADD(SENDMSG, HANDLE_TX, KICK, WORKER, KTHREAD, RET), 0);
	assert_int_equal(ADD(HANDLE_TX, WORKER, KTHREAD, RET), 0); /* the wrapper jumps to it */
	tree_is("handle_tx_kick;handle_tx;tun_sendmsg 2\nhandle_tx 1\n");
	assert_int_equal(tree->nodes.items[1].total_ns, 2 * PERIOD_NS);
	assert_int_equal(tree->nodes.items[1].self_ns, 0);
}

static void what_is_not_known_keeps_its_address(void **unused)
{
	(void)unused;
	assert_int_equal(ADD(0xdead, HANDLE_TX), 0);
	assert_int_equal(ADD(COPY, HANDLE_TX), 0);
	tree_is("handle_tx;0xdead 1\nhandle_tx;copy_page 1\n");
}

static void stacks_that_end_early_are_told(void **unused)
{
	(void)unused;
	assert_int_equal(ADD(COPY, SENDMSG), 1);
	tree_is("tun_sendmsg;copy_page 1\n");
	assert_int_equal(add(NULL, 0), -ENOMEM);
}

/* A return address is looked up where the call was: a call may be the last thing in a function. */
static void calls_at_the_end_of_a_function(void **unused)
{
	(void)unused;
	assert_int_equal(ADD(0xffffffffc0003000, 0xffffffffc0003000), 0);
	tree_is("handle_tx;tun_sendmsg 1\n");
}

static void trampolines_stay_only_where_time_is_spent_in_them(void **unused)
{
	(void)unused;
	assert_int_equal(ADD(SENDMSG, TRAMPOLINE, SENDMSG, HANDLE_TX, TRAMPOLINE, KICK), 0);
	tree_is("handle_tx_kick;handle_tx;tun_sendmsg 1\n");
	assert_int_equal(ADD(PROGRAM, TRAMPOLINE, KICK), 0);
	assert_int_equal(ADD(ENTER_PROG, TRAMPOLINE, KICK), 0);
	assert_int_equal(ADD(TRAMPOLINE, KICK), 0);
	tree_is("handle_tx_kick;handle_tx;tun_sendmsg 1\n"
		"handle_tx_kick;bpf_trampoline 1\n"
		"handle_tx_kick;bpf_trampoline;bpf_prog_f_enter_handle 1\n"
		"handle_tx_kick;bpf_trampoline;__bpf_prog_enter 1\n");
}

static void most_often_on_top(void **unused)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);
	struct sample_top top;
	char name[16];

	(void)unused;
	assert_int_equal(sample_top(report, queue, &top), 0);
	assert_int_equal(top.samples, 0);
	for (int cause = 1; cause <= 2; cause++) {
		queue->samples[cause] = calltree_new();
		for (uint32_t i = 0; i < 12; i++) {
			snprintf(name, sizeof(name), "f%02u", i);
			uint32_t symbol = symbols_intern(&report->symbols, name, NULL);
			uint32_t node = calltree_child(queue->samples[cause], 0, symbol);

			calltree_add(queue->samples[cause], node, i, 0, i * PERIOD_NS);
		}
	}
	assert_int_equal(sample_top(report, queue, &top), 0);
	assert_int_equal(top.samples, 2 * 66);
	assert_int_equal(top.period_ns, PERIOD_NS);
	assert_int_equal(top.len, SAMPLE_TOP_MAX);
	assert_string_equal(symbols_at(&report->symbols, top.rows[0].symbol)->name, "f11");
	assert_int_equal(top.rows[0].samples, 22);
	assert_int_equal(top.rows[9].samples, 4);
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(addresses, start, stop),
		cmocka_unit_test_teardown(what_is_no_table, stop),
		cmocka_unit_test_setup_teardown(trees_begin_with_the_handler, start, stop),
		cmocka_unit_test_setup_teardown(what_is_not_known_keeps_its_address, start, stop),
		cmocka_unit_test_setup_teardown(stacks_that_end_early_are_told, start, stop),
		cmocka_unit_test_setup_teardown(calls_at_the_end_of_a_function, start, stop),
		cmocka_unit_test_setup_teardown(trampolines_stay_only_where_time_is_spent_in_them,
						start, stop),
		cmocka_unit_test(most_often_on_top),
	};

	return cmocka_run_group_tests_name("sample", tests, NULL, NULL);
}
