// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two readers of one grammar. The fast one takes the lines a trace consists of; what it does not
 * take goes to ftrace_columns.c, which knows all columns and is in no hurry.
 */
#include "source/ftrace_line.h"

#include "source/ftrace_columns.h"
#include "source/ftrace_fast.h"

#include <string.h>

size_t ftrace_line(struct ftrace_line *line, struct ftrace_prefix *seen, const char *text,
		   size_t room)
{
	size_t len = ftrace_fast(line, seen, text);

	if (!len) {
		len = (size_t)((const char *)memchr(text, '\n', room) - text);
		ftrace_columns(line, text, len);
	}
	line->len = (uint32_t)len;
	return len;
}
