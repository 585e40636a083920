/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * function_graph text to a report, in one pass and in memory that does not grow with the text.
 *
 * Knows the order of lines: which CPU and task a line belongs to, what is lost between lines, what
 * the reader of the report must be told about them. What one line says is ftrace_line.h.
 */
#ifndef SOURCE_FTRACE_H
#define SOURCE_FTRACE_H

#include "base/err.h"
#include "model/report.h"
#include "model/run_trace.h"
#include "source/input.h"

#include <stdbool.h>
#include <stdint.h>

struct ftrace_options {
	uint64_t churn_window_ns;
	bool blocks;	   /* also keep what was counted block by block */
	bool correct_bias; /* estimate and take out what tracing callees added */
	/* Gets every whole run of the queues that are counted; NULL = nobody wants them. */
	const struct run_sink *runs;
};

/*
 * Reads `input` to its end, or as far as `runs` wants to, and fills a new report. 0 or -errno with `err` set: -ENODATA when there
 * is not a single function_graph line.
 */
int ftrace_read(struct input *input, const struct ftrace_options *options, struct report **out,
		struct err *err);

#endif
