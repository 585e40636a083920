// SPDX-License-Identifier: BSD-2-Clause
/*
 * Two readers of one grammar. The fast one takes the lines a trace consists of (time, CPU,
 * duration, call) in one pass; what it does not take goes to ftrace_columns.c, which knows all
 * columns and is in no hurry.
 */
#include "source/ftrace_line.h"

#include "source/ftrace_columns.h"

#include <string.h>

#define SPACES		   0x2020202020202020ull
#define ZEROS		   0x3030303030303030ull
#define BAR_COLUMN	   14 /* of the duration column: mark, space, number, unit, bar */
#define LITTLE_ENDIAN_HOST (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)

static inline uint64_t load(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* Ends at the line's newline at the latest. */
static inline const char *skip_spaces(const char *at)
{
	uint64_t other;

	if (!LITTLE_ENDIAN_HOST) {
		while (*at == ' ')
			at++;
		return at;
	}
	while (!(other = load(at) ^ SPACES))
		at += sizeof(other);
	return at + (__builtin_ctzll(other) >> 3);
}

/* The number whose digits, as values, are the bytes of `word`, first one first. */
static inline uint64_t eight_digits(uint64_t word)
{
	word = word * 10 + (word >> 8);
	return ((word & 0x000000ff000000ffull) * 0x000f424000000064ull +
		((word >> 16) & 0x000000ff000000ffull) * 0x0000271000000001ull) >>
	       32;
}

/*
 * Takes up to eight digits in one go: how many there are varies from line to line, and a loop over
 * them is what a processor cannot predict. Eight or more are left to the patient reader.
 */
static inline const char *digits(const char *at, uint64_t *value)
{
	uint64_t word, other;
	unsigned bits;

	if (!LITTLE_ENDIAN_HOST) {
		for (*value = 0; (unsigned char)(*at - '0') < 10; at++)
			*value = (*value * 10 + (unsigned char)(*at - '0')) % 100000000;
		return at;
	}
	word = load(at) ^ ZEROS; /* digits become 0 … 9 */
	/* The top bit of every byte up to the first that is no digit; carries only spoil later ones. */
	other = ((word + 0x7676767676767676ull) | word) & 0x8080808080808080ull;
	if (!other || other & 0x80)
		return at;
	bits = (unsigned)__builtin_ctzll(other) & ~7u;
	*value = eight_digits(word << (64 - bits));
	return at + bits / 8;
}

/* "4266129.030065 |   4) " or " 4) "; NULL when it is something else. */
static inline const char *fast_prefix(struct ftrace_line *line, const char *at)
{
	const char *start = skip_spaces(at);
	uint64_t number = 0, micros = 0;

	line->time_ns = VP_UNKNOWN;
	at = digits(start, &number);
	if (at[0] == '.') {
		const char *fraction = at + 1;

		at = digits(fraction, &micros);
		if (start + 1 == fraction || at != fraction + 6 || at[0] != ' ' || at[1] != '|')
			return NULL;
		line->time_ns = number * 1000000000u + micros * 1000u;
		start = skip_spaces(at + 2);
		at = digits(start, &number);
	}
	if (at == start || at[0] != ')' || at[1] != ' ' || number >= FTRACE_CPUS)
		return NULL;
	line->cpu = (uint32_t)number;
	return at + 2;
}

/* "0.170 us" in front of the bar. */
static inline bool fast_number(struct ftrace_line *line, const char *at)
{
	static const uint32_t scale[4] = {1000, 100, 10, 1};
	uint64_t micros = 0, fraction = 0;
	const char *start = at;

	at = digits(at, &micros);
	if (at == start)
		return false;
	start = at;
	if (at[0] == '.') {
		start = at + 1;
		at = digits(start, &fraction);
	}
	if (at - start > 3 || at[0] != ' ' || at[1] != 'u' || at[2] != 's' || at[3] != ' ')
		return false;
	line->duration_ns = micros * 1000 + fraction * scale[at - start];
	return true;
}

/* "+ 12.322 us   |" or blanks; NULL when it is something else, or not as wide as it is today. */
static inline const char *fast_duration(struct ftrace_line *line, const char *at, const char *end)
{
	if (end - at <= BAR_COLUMN || at[BAR_COLUMN] != '|' || at[1] != ' ')
		return NULL;
	if (at[2] != ' ')
		return fast_number(line, at + 2) ? at + BAR_COLUMN + 1 : NULL;
	line->duration_ns = VP_UNKNOWN;
	return (load(at) ^ SPACES) | (load(at + 6) ^ SPACES) ? NULL : at + BAR_COLUMN + 1;
}

/* "f [module]() {", "f [module]();" or "}" up to `end`. */
static inline bool fast_call(struct ftrace_line *line, const char *at, const char *end)
{
	bool timed = line->duration_ns != VP_UNKNOWN;

	if (end - at == 1 && at[0] == '}') {
		line->kind = FTRACE_CLOSE;
		line->name.len = 0;
		return timed;
	}
	if (end - at < 5 || at[0] == '}' || at[0] == '/')
		return false;
	line->name.text = at;
	if (timed && !memcmp(end - 3, "();", 3)) {
		line->kind = FTRACE_LEAF;
		line->name.len = (size_t)(end - at) - 3;
		return true;
	}
	line->kind = FTRACE_OPEN;
	line->name.len = (size_t)(end - at) - 4;
	return !timed && !memcmp(end - 4, "() {", 4);
}

void ftrace_line(struct ftrace_line *line, const char *text, size_t len)
{
	const char *end = text + len, *at = fast_prefix(line, text);

	line->has_cpu = true;
	line->has_task = false;
	if (at)
		at = fast_duration(line, at, end);
	if (!at || !fast_call(line, skip_spaces(at), end))
		ftrace_columns(line, text, len);
}
