/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The hasty half of ftrace_line(): the lines a trace consists of, with time or without, CPU,
 * duration, call. It remembers what stood in front of the duration, because the next line has the
 * same there but for the microseconds.
 */
#ifndef SOURCE_FTRACE_FAST_H
#define SOURCE_FTRACE_FAST_H

#include "source/ftrace_line.h"

/*
 * Takes the line at `text`, which ends with '\n' and FTRACE_PADDING bytes. Its length; 0 when it is
 * something else, and `line` is undefined.
 */
size_t ftrace_fast(struct ftrace_line *line, struct ftrace_prefix *seen, const char *text);

#endif
