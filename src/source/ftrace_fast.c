// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the one layout nearly every line has, column by column:
 *
 *   4266129.030065 |   4) + 12.322 us   |    f [module]() {
 *
 * and refuses everything that is not exactly that.
 */
#include "source/ftrace_fast.h"

#include "source/ftrace_columns.h"
#include "source/ftrace_word.h"

#define BAR_COLUMN 14 /* of the duration column: mark, space, number, unit, bar */
#define MICROS	   6  /* digits of the time's fraction */

/* Ends at the line's newline at the latest. */
static inline const char *skip_spaces(const char *at)
{
	unsigned run;

	while ((run = word_run(at, ' ')) == 16)
		at += run;
	return at + run;
}

/* Takes up to seven digits; more are left to the patient reader. */
static const char *digits(const char *at, uint64_t *value)
{
	uint64_t number = 0;
	int i;

	for (i = 0; i < 8 && (unsigned char)(at[i] - '0') < 10; i++)
		number = number * 10 + (unsigned char)(at[i] - '0');
	if (i == 8)
		return at;
	*value = number;
	return at + i;
}

/* The next line may differ in the microseconds alone. */
static void remember(struct ftrace_prefix *seen, const struct ftrace_line *line, const char *text,
		     size_t len)
{
	const char *point = memchr(text, '.', len);

	seen->len = 0;
	if (len > sizeof(seen->text))
		return;
	seen->len = len;
	seen->cpu = line->cpu;
	memcpy(seen->text, text, len);
	memset(seen->mask, 0, sizeof(seen->mask));
	memset(seen->mask, 0xff, len);
	seen->micros = point ? (size_t)(point + 1 - text) : 0;
	if (!point)
		return;
	seen->seconds_ns = line->time_ns - line->time_ns % 1000000000u;
	memset(seen->mask + seen->micros, 0, MICROS);
}

/* "4266129.030065 |   4) " or " 4) "; NULL when it is something else. */
static const char *take_new_prefix(struct ftrace_line *line, const char *text)
{
	const char *start = skip_spaces(text), *at, *fraction;
	uint64_t number = 0, micros = 0;

	line->time_ns = VP_UNKNOWN;
	at = digits(start, &number);
	if (at[0] == '.') {
		fraction = at + 1;
		at = digits(fraction, &micros);
		if (start + 1 == fraction || at != fraction + MICROS || at[0] != ' ' ||
		    at[1] != '|')
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

/* The same columns as on the line before? A prefix never seen has no length and is like none. */
static inline bool is_like(const struct ftrace_prefix *seen, const char *text)
{
	uint64_t differ = !seen->len;
	size_t i;

	for (i = 0; i < sizeof(seen->text); i += sizeof(differ))
		differ |= (word_load(text + i) ^ word_load(seen->text + i)) &
			  word_load(seen->mask + i);
	return !differ;
}

/* A prefix that is_like() the one before. */
static inline const char *take_prefix(struct ftrace_line *line, const struct ftrace_prefix *seen,
				      const char *text)
{
	uint64_t micros;

	line->cpu = seen->cpu;
	line->time_ns = VP_UNKNOWN;
	if (seen->micros) {
		micros = (word_load(text + seen->micros) ^ WORD_OF('0')) << (8 * (8 - MICROS));
		if (!word_is_digits(micros))
			return NULL;
		line->time_ns = seen->seconds_ns + word_number(micros) * 1000u;
	}
	return text + seen->len;
}

/*
 * "0.170 us" and blanks up to the bar: up to seven characters, with or without decimals. `tail` is
 * what differs from blanks in the eight bytes in front of the bar.
 */
static inline bool take_number(struct ftrace_line *line, const char *at, uint64_t tail)
{
	static const uint32_t scale[4] = {1000, 100, 10, 1};
	uint64_t word = word_load(at);
	unsigned end = word_find(word, ' '), point = word_find(word, '.');
	unsigned has_point = point < end, whole = has_point ? point : end;
	unsigned decimals = end - whole - has_point;
	uint64_t values;

	if (end == 8 || !whole || decimals > 3 || memcmp(at + end, " us ", 4) || tail >> (8 * end))
		return false;
	/* Closes the gap the point leaves, and moves the last digit to the last byte. */
	word = (word & word_low(whole)) | (word >> (8 * has_point) & ~word_low(whole));
	values = (word ^ WORD_OF('0')) << (8 * (8 - end + has_point));
	line->duration_ns = word_number(values) * scale[decimals];
	return word_is_digits(values);
}

/* "+ 12.322 us   |" or blanks; NULL when it is something else, or not as wide as it is today. */
static inline const char *take_duration(struct ftrace_line *line, const char *at)
{
	uint64_t tail = word_load(at + 6) ^ WORD_OF(' ');

	if (at[BAR_COLUMN] != '|' || at[1] != ' ')
		return NULL;
	line->duration_ns = VP_UNKNOWN;
	if (at[2] == ' ' ? (word_load(at) ^ WORD_OF(' ')) | tail
			 : at[0] == '\n' || !take_number(line, at + 2, tail))
		return NULL;
	return at + BAR_COLUMN + 1;
}

/* "();" and "() {" in the last four bytes, as one comparison whichever it has to be. */
static inline bool has_tail(const char *end, bool leaf)
{
	static const uint32_t wanted[2] = {0x7b202928, 0x3b292800}, mask[2] = {~0u, ~0xffu};
	uint32_t tail;

	memcpy(&tail, end - sizeof(tail), sizeof(tail));
	return (tail & mask[leaf]) == wanted[leaf];
}

/* "f [module]() {", "f [module]();" or "}"; where the line ends, NULL when it is something else. */
static inline const char *take_call(struct ftrace_line *line, const char *at)
{
	bool timed = line->duration_ns != VP_UNKNOWN;
	uint64_t newlines;
	const char *end;

	if (at[0] == '}') {
		line->kind = FTRACE_CLOSE;
		line->name.len = 0;
		return timed && at[1] == '\n' ? at + 1 : NULL;
	}
	newlines = word_mask(at, '\n');
	if (!newlines || newlines & 0x1f || at[0] == '/')
		return NULL;
	end = at + __builtin_ctzll(newlines);
	line->kind = timed ? FTRACE_LEAF : FTRACE_OPEN;
	line->name.text = at;
	line->name.len = (size_t)(end - at) - (timed ? 3 : 4);
	return has_tail(end, timed) ? end : NULL;
}

size_t ftrace_fast(struct ftrace_line *line, struct ftrace_prefix *seen, const char *text)
{
	const char *prefix, *at, *end;
	bool like;

	if (!WORD_IS_FIT)
		return 0;
	line->has_cpu = true;
	line->has_task = false;
	like = is_like(seen, text);
	prefix = like ? take_prefix(line, seen, text) : take_new_prefix(line, text);
	at = prefix ? take_duration(line, prefix) : NULL;
	end = at ? take_call(line, skip_spaces(at)) : NULL;
	/* Only what a call stood behind: what interrupts the calls must not displace it. */
	if (end && !like)
		remember(seen, line, text, (size_t)(prefix - text));
	return end ? (size_t)(end - text) : 0;
}
