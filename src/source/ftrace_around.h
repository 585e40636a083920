/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The lines of a trace that are no calls: headers, what was lost, rules and stacks between events.
 * Each reader takes the whole line, trimmed, and is false when it is another kind of line; `line`
 * is cleared before.
 */
#ifndef SOURCE_FTRACE_AROUND_H
#define SOURCE_FTRACE_AROUND_H

#include "source/ftrace_line.h"

bool ftrace_header(struct ftrace_line *line, struct span rest);
bool ftrace_filler(struct ftrace_line *line, struct span rest);
bool ftrace_lost(struct ftrace_line *line, struct span rest);
bool ftrace_overruns(struct ftrace_line *line, struct span rest);

#endif
