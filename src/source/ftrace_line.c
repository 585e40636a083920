// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two readers of one grammar. The fast one takes the lines a trace consists of (time, CPU,
 * duration, call) in one pass; what it does not take goes to ftrace_columns.c, which knows all
 * columns and is in no hurry.
 */
#include "source/ftrace_line.h"

#include "source/ftrace_columns.h"

#include <string.h>

#define BLANK_DURATION "            |  "

static inline const char *skip_spaces(const char *at)
{
	while (*at == ' ')
		at++;
	return at;
}

/* At most `most` digits; the value grows by them. */
static inline const char *digits(const char *at, int most, uint64_t *value)
{
	const char *end = at + most;

	while (at < end && (unsigned char)(*at - '0') < 10)
		*value = *value * 10 + (unsigned char)(*at++ - '0');
	return at;
}

/* "4266129.030065 |   4) " or " 4) "; NULL when it is something else. */
static inline const char *fast_prefix(struct ftrace_line *line, const char *at)
{
	const char *start = skip_spaces(at);
	uint64_t number = 0, micros = 0;

	at = digits(start, 9, &number);
	if (at[0] == '.') {
		const char *fraction = at + 1;

		at = digits(fraction, 6, &micros);
		if (at != fraction + 6 || at[0] != ' ' || at[1] != '|')
			return NULL;
		line->time_ns = number * 1000000000u + micros * 1000u;
		number = 0;
		start = skip_spaces(at + 2);
		at = digits(start, 4, &number);
	}
	if (at == start || at[0] != ')' || at[1] != ' ' || number >= FTRACE_CPUS)
		return NULL;
	line->cpu = (uint32_t)number;
	return at + 2;
}

/* "+ 12.322 us   |  " or blanks; NULL when it is something else. */
static inline const char *fast_duration(struct ftrace_line *line, const char *at)
{
	static const uint32_t scale[4] = {1000, 100, 10, 1};
	uint64_t micros = 0, fraction = 0;
	const char *start;

	if (at[0] == '\n' || at[1] != ' ')
		return NULL;
	at += 2;
	if (at[0] == ' ')
		return strncmp(at, BLANK_DURATION, sizeof(BLANK_DURATION) - 1)
			       ? NULL
			       : at + sizeof(BLANK_DURATION) - 1;
	start = at;
	at = digits(at, 9, &micros);
	if (at == start)
		return NULL;
	start = at;
	if (at[0] == '.') {
		start = at + 1;
		at = digits(start, 3, &fraction);
	}
	if (at[0] != ' ' || at[1] != 'u' || at[2] != 's' || at[3] != ' ')
		return NULL;
	line->duration_ns = micros * 1000 + fraction * scale[at - start];
	at = skip_spaces(at + 4);
	return at[0] == '|' ? at + 1 : NULL;
}

/* "f [module]() {", "f [module]();" or "}" up to `end`. */
static inline bool fast_call(struct ftrace_line *line, const char *at, const char *end)
{
	size_t tail;

	if (end - at == 1 && at[0] == '}') {
		line->kind = FTRACE_CLOSE;
		return line->duration_ns != VP_UNKNOWN;
	}
	if (end - at < 5 || at[0] == '}' || at[0] == '/')
		return false;
	if (!memcmp(end - 3, "();", 3)) {
		line->kind = FTRACE_LEAF;
		tail = 3;
		if (line->duration_ns == VP_UNKNOWN)
			return false;
	} else if (!memcmp(end - 4, "() {", 4)) {
		line->kind = FTRACE_OPEN;
		tail = 4;
	} else {
		return false;
	}
	line->name = (struct span){at, (size_t)(end - at) - tail};
	return true;
}

void ftrace_line(struct ftrace_line *line, const char *text, size_t len)
{
	const char *at;

	*line = (struct ftrace_line){
		.has_cpu = true, .time_ns = VP_UNKNOWN, .duration_ns = VP_UNKNOWN};
	at = fast_prefix(line, text);
	if (at)
		at = fast_duration(line, at);
	if (at && fast_call(line, skip_spaces(at), text + len))
		return;
	ftrace_columns(line, text, len);
}
