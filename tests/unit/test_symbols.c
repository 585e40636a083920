// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "model/symbols.h"

#include <stdio.h>

static struct symbols symbols;

static int stop(void **unused)
{
	(void)unused;
	symbols_free(&symbols);
	return 0;
}

static void a_name_has_one_number(void **unused)
{
	uint32_t tx = symbols_intern(&symbols, "handle_tx", "vhost_net");
	uint32_t signal = symbols_intern(&symbols, "eventfd_signal", NULL);

	(void)unused;
	assert_int_not_equal(tx, signal);
	assert_int_equal(symbols_intern(&symbols, "handle_tx", "vhost_net"), tx);
	assert_int_equal(symbols_intern(&symbols, "eventfd_signal", NULL), signal);
	assert_string_equal(symbols_at(&symbols, tx)->name, "handle_tx");
	assert_string_equal(symbols_at(&symbols, tx)->module, "vhost_net");
	assert_null(symbols_at(&symbols, signal)->module);
	assert_int_equal(symbols.items.len, 2);
}

static void the_module_is_part_of_the_name(void **unused)
{
	uint32_t none = symbols_intern(&symbols, "f", NULL);
	uint32_t one = symbols_intern(&symbols, "f", "one");
	uint32_t empty = symbols_intern(&symbols, "f", "");

	(void)unused;
	assert_int_not_equal(none, one);
	assert_int_not_equal(none, empty);
	assert_int_not_equal(one, empty);
}

static void symbols_keep_copies_while_they_grow(void **unused)
{
	char name[16], module[16];
	uint32_t i;

	(void)unused;
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "function_%u", i);
		snprintf(module, sizeof(module), "module_%u", i % 7);
		assert_int_equal(symbols_intern(&symbols, name, module), i);
	}
	for (i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "function_%u", i);
		snprintf(module, sizeof(module), "module_%u", i % 7);
		assert_string_equal(symbols_at(&symbols, i)->name, name);
		assert_int_equal(symbols_intern(&symbols, name, module), i);
	}
}

static void stages_come_from_the_table_of_probes(void **unused)
{
	uint32_t send = symbols_intern(&symbols, "tun_sendmsg", "tun");
	uint32_t clone = symbols_intern(&symbols, "handle_tx_copy.isra.0", "vhost_net");
	uint32_t strange = symbols_intern(&symbols, "schedule", NULL);

	(void)unused;
	assert_int_equal(symbols_at(&symbols, send)->stage, VP_STAGE_BACKEND);
	assert_int_equal(symbols_at(&symbols, clone)->stage, VP_STAGE_BUILD);
	assert_int_equal(symbols_at(&symbols, strange)->stage, VP_STAGE_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_name_has_one_number, stop),
		cmocka_unit_test_teardown(the_module_is_part_of_the_name, stop),
		cmocka_unit_test_teardown(symbols_keep_copies_while_they_grow, stop),
		cmocka_unit_test_teardown(stages_come_from_the_table_of_probes, stop),
	};

	return cmocka_run_group_tests_name("symbols", tests, NULL, NULL);
}
