// SPDX-License-Identifier: BSD-2-Clause
/* Knows the wording of the lines around calls. Refuses to know the columns of a call. */
#include "source/ftrace_around.h"

#include "source/ftrace_columns.h"
#include "source/ftrace_span.h"

#include <string.h>

/* "CPU:4 [LOST 123 EVENTS]", "CPU:4 [LOST EVENTS]"; trace-cmd: "CPU:4 [123 EVENTS DROPPED]". */
bool ftrace_lost(struct ftrace_line *line, struct span rest)
{
	uint64_t cpu;

	if (!span_starts(rest, "CPU:"))
		return false;
	rest = span_skip(rest, 4);
	if (!span_take_number(&rest, FTRACE_CPUS - 1, &cpu) || !span_starts(rest, " ["))
		return false;
	rest = span_skip(rest, 2);
	if (span_starts(rest, "LOST "))
		rest = span_skip(rest, 5);
	if (span_take_number(&rest, UINT64_MAX / 20, &line->count) && span_starts(rest, " "))
		rest = span_skip(rest, 1);
	if (!span_starts(rest, "EVENTS"))
		return false;
	line->kind = FTRACE_LOST;
	line->has_cpu = true;
	line->cpu = (uint32_t)cpu;
	return true;
}

bool ftrace_overruns(struct ftrace_line *line, struct span rest)
{
	if (!span_starts(rest, "(Overruns: "))
		return false;
	rest = span_skip(rest, strlen("(Overruns: "));
	if (!span_take_number(&rest, UINT64_MAX / 20, &line->count) || !span_starts(rest, ")"))
		return false;
	line->kind = FTRACE_OVERRUNS;
	return true;
}

/* "# function_graph latency trace v1.1.5 on 6.1.0-13-amd64" */
bool ftrace_header(struct ftrace_line *line, struct span rest)
{
	static const char mark[] = " latency trace v1.1.5 on ";
	size_t i;

	if (!span_starts(rest, "#"))
		return false;
	line->kind = FTRACE_IGNORED;
	for (i = 0; i + sizeof(mark) - 1 < rest.len; i++)
		if (!memcmp(rest.text + i, mark, sizeof(mark) - 1)) {
			line->kind = FTRACE_RELEASE;
			line->name = span_trim(span_skip(rest, i + sizeof(mark) - 1));
		}
	return true;
}

/* Lines around the trace that say nothing about calls. */
bool ftrace_filler(struct ftrace_line *line, struct span rest)
{
	size_t i = 0;

	while (i < rest.len && rest.text[i] == '-')
		i++;
	if (rest.len && i < rest.len && !span_starts(rest, "=> ") &&
	    !span_starts(rest, "<stack trace>") && !span_starts(rest, "cpus=") &&
	    !span_starts(rest, "version = ") &&
	    !(span_starts(rest, "CPU ") && span_ends(rest, " is empty")))
		return false;
	line->kind = FTRACE_IGNORED;
	return true;
}
