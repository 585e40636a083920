// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "base/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void memory_collects_everything(void **unused)
{
	struct sink sink;

	(void)unused;
	sink_open_memory(&sink);
	assert_string_equal(sink_text(&sink), "");
	sink_puts(&sink, "a");
	sink_write(&sink, "bcd", 2);
	sink_printf(&sink, "%d %s", 7, "x");
	sink_repeat(&sink, "=-", 3);
	sink_repeat(&sink, "never", 0);
	assert_string_equal(sink_text(&sink), "abc7 x=-=-=-");
	assert_int_equal(sink_flush(&sink), 0);
	assert_string_equal(sink_text(&sink), "abc7 x=-=-=-");
	assert_int_equal(sink_close(&sink), 0);
}

/* Longer than the line buffer of sink_printf, and as long as it to the byte. */
static void printf_has_no_limit(void **unused)
{
	static const int lengths[] = {510, 511, 512, 513, 5000};
	char text[5001];
	size_t i;

	(void)unused;
	for (i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		struct sink sink;

		memset(text, 'q', sizeof(text));
		text[lengths[i]] = '\0';
		sink_open_memory(&sink);
		sink_printf(&sink, "%s", text);
		assert_string_equal(sink_text(&sink), text);
		assert_int_equal(sink_close(&sink), 0);
	}
}

static void memory_grows_past_any_first_guess(void **unused)
{
	struct sink sink;
	int i;

	(void)unused;
	sink_open_memory(&sink);
	for (i = 0; i < 100000; i++)
		sink_puts(&sink, "0123456789");
	assert_int_equal(strlen(sink_text(&sink)), 1000000);
	assert_int_equal(sink_close(&sink), 0);
}

static void descriptor_gets_every_byte_in_order(void **unused)
{
	FILE *file = tmpfile();
	struct sink sink;
	struct stat status;
	char last[12] = "";
	int i;

	(void)unused;
	assert_non_null(file);
	sink_open_fd(&sink, fileno(file));
	for (i = 0; i < 20000; i++)
		sink_printf(&sink, "line %05d\n", i);
	assert_int_equal(sink_close(&sink), 0);
	assert_int_equal(fstat(fileno(file), &status), 0);
	assert_int_equal(status.st_size, 20000 * 11);
	assert_int_equal(pread(fileno(file), last, 11, 19999 * 11), 11);
	assert_string_equal(last, "line 19999\n");
	fclose(file);
}

static void sink_can_be_used_on_after_flush(void **unused)
{
	FILE *file = tmpfile();
	char text[8] = "";
	struct sink sink;

	(void)unused;
	assert_non_null(file);
	sink_open_fd(&sink, fileno(file));
	sink_puts(&sink, "one");
	assert_int_equal(sink_flush(&sink), 0);
	assert_int_equal(pread(fileno(file), text, 7, 0), 3);
	sink_puts(&sink, "two");
	assert_int_equal(sink_close(&sink), 0);
	assert_int_equal(pread(fileno(file), text, 7, 0), 6);
	assert_string_equal(text, "onetwo");
	fclose(file);
}

static void write_error_sticks(void **unused)
{
	int fd = open("/dev/null", O_WRONLY);
	struct sink sink;

	(void)unused;
	assert_true(fd >= 0);
	close(fd);
	sink_open_fd(&sink, fd);
	sink_puts(&sink, "lost");
	assert_int_equal(sink_flush(&sink), -EBADF);
	sink_puts(&sink, "lost as well");
	sink_printf(&sink, "%d", 1);
	assert_int_equal(sink_flush(&sink), -EBADF);
	assert_int_equal(sink_close(&sink), -EBADF);
}

/* What came after the error is lost too, even if writing would work again: half a report is none. */
static void error_outlives_its_cause(void **unused)
{
	int fds[2];
	struct sink sink;
	char byte;

	(void)unused;
	assert_int_equal(pipe(fds), 0);
	sink_open_fd(&sink, fds[0]); /* the end to read from cannot be written to */
	sink_puts(&sink, "lost");
	assert_int_equal(sink_flush(&sink), -EBADF);
	sink.fd = fds[1];
	sink_puts(&sink, "lost as well");
	assert_int_equal(sink_close(&sink), -EBADF);
	close(fds[1]);
	assert_int_equal(read(fds[0], &byte, 1), 0);
	close(fds[0]);
}

static void full_device_is_reported(void **unused)
{
	int fd = open("/dev/full", O_WRONLY);
	struct sink sink;
	int i;

	(void)unused;
	assert_true(fd >= 0);
	sink_open_fd(&sink, fd);
	for (i = 0; i < 100000; i++)
		sink_puts(&sink, "does not fit");
	assert_int_equal(sink_close(&sink), -ENOSPC);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(memory_collects_everything),
		cmocka_unit_test(printf_has_no_limit),
		cmocka_unit_test(memory_grows_past_any_first_guess),
		cmocka_unit_test(descriptor_gets_every_byte_in_order),
		cmocka_unit_test(sink_can_be_used_on_after_flush),
		cmocka_unit_test(write_error_sticks),
		cmocka_unit_test(error_outlives_its_cause),
		cmocka_unit_test(full_device_is_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
