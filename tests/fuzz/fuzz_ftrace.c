// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as function_graph text, plain or gzip: a report or an error, never a crash, and what is
 * counted stays within what was there. The first byte chooses the options.
 */
#include "render/render.h"
#include "source/ftrace.h"
#include "source/input_kind.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void render(const struct report *report)
{
	const struct render_options options = {.width = 80};
	const struct renderer *renderer;
	struct sink sink;

	for (renderer = renderers; renderer->name; renderer++) {
		sink_open_memory(&sink);
		renderer->report(&sink, report, &options);
		sink_close(&sink);
	}
}

/* A call takes at least one line, and a line ends at most one call. */
static void check(const struct report *report, uint64_t lines)
{
	uint64_t calls = 0, runs = 0;

	vec_foreach (function, &report->functions)
		calls += function->calls;
	vec_foreach (queue, &report->queues)
		runs += queue->runs;
	if (calls > lines || runs > calls || report->loss.lines_unparsed > lines)
		abort();
}

static void read_report(const char *path, bool correct_bias, uint64_t *bytes)
{
	const struct ftrace_options options = {.churn_window_ns = 50000,
					       .correct_bias = correct_bias};
	struct report *report;
	struct input input;
	const char *text;
	struct err err;
	size_t len;

	if (input_open(&input, path, &err))
		return;
	if (!input_peek(&input, &text, &len, &err) && source_kind_of(text, len) == SOURCE_TEXT &&
	    !ftrace_read(&input, &options, &report, &err)) {
		check(report, input.bytes);
		render(report);
		report_free(report);
	}
	*bytes = input.bytes;
	input_close(&input);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int fd = -1;
	static char path[32];
	uint64_t bytes = 0;

	if (!size)
		return 0;
	if (fd < 0) {
		fd = memfd_create("fuzz", 0);
		if (fd < 0)
			abort();
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	}
	if (ftruncate(fd, 0) || pwrite(fd, data + 1, size - 1, 0) != (ssize_t)size - 1)
		abort();
	read_report(path, data[0] & 1, &bytes);
	return 0;
}
