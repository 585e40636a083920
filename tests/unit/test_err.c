// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "base/err.h"

#include <errno.h>
#include <string.h>

static void sets_text_code_and_errno(void **unused)
{
	struct err err = {0};

	(void)unused;
	assert_int_equal(err_set(&err, ENOENT, EXIT_NO_TARGET, "no process %d", 42), -ENOENT);
	assert_int_equal(err.exit_code, EXIT_NO_TARGET);
	assert_string_equal(err.text, "no process 42");
}

static void replaces_what_was_there(void **unused)
{
	struct err err = {0};

	(void)unused;
	err_set(&err, EIO, EXIT_FAILED, "a much longer text than the next");
	err_set(&err, EPERM, EXIT_RIGHTS, "short");
	assert_int_equal(err.exit_code, EXIT_RIGHTS);
	assert_string_equal(err.text, "short");
}

static void prefixes_from_outside_in(void **unused)
{
	struct err err = {0};

	(void)unused;
	err_set(&err, EIO, EXIT_FAILED, "read failed");
	err_prefix(&err, "line %d", 7);
	err_prefix(&err, "trace.txt");
	assert_string_equal(err.text, "trace.txt: line 7: read failed");
	assert_int_equal(err.exit_code, EXIT_FAILED);
}

static void too_long_is_cut_and_marked(void **unused)
{
	char longer[600];
	struct err err = {0};

	(void)unused;
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	err_set(&err, EIO, EXIT_FAILED, "%s", longer);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	err_prefix(&err, "here");
	assert_memory_equal(err.text, "here: xxx", 9);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	assert_string_equal(err.text + sizeof(err.text) - 4, "...");
	err_prefix(&err, "%s", longer);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sets_text_code_and_errno),
		cmocka_unit_test(replaces_what_was_there),
		cmocka_unit_test(prefixes_from_outside_in),
		cmocka_unit_test(too_long_is_cut_and_marked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
