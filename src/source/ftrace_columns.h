/* SPDX-License-Identifier: BSD-2-Clause */
/* The patient half of ftrace_line(): every column, every variant, any order of options. */
#ifndef SOURCE_FTRACE_COLUMNS_H
#define SOURCE_FTRACE_COLUMNS_H

#include "source/ftrace_line.h"

#define FTRACE_CPUS 4096u
/* Numbers above these are no measurement: 2^53 ns are 104 days. */
#define FTRACE_DURATION_MAX_NS (1ull << 53)
#define FTRACE_SECONDS_MAX     9000000000ull
#define FTRACE_PID_MAX	       0x7fffffffull

/* Same contract as ftrace_line(). */
void ftrace_columns(struct ftrace_line *line, const char *text, size_t len);

#endif
