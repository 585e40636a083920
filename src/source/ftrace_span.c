// SPDX-License-Identifier: BSD-2-Clause
#include "source/ftrace_span.h"

struct span span_trim(struct span span)
{
	while (span.len && (unsigned char)span.text[span.len - 1] <= ' ')
		span.len--;
	while (span.len && (unsigned char)span.text[0] <= ' ') {
		span.text++;
		span.len--;
	}
	return span;
}

bool span_starts(struct span span, const char *with)
{
	size_t len = strlen(with);

	return span.len >= len && !memcmp(span.text, with, len);
}

bool span_ends(struct span span, const char *with)
{
	size_t len = strlen(with);

	return span.len >= len && !memcmp(span_end(span) - len, with, len);
}

bool span_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool span_take_number(struct span *span, uint64_t most, uint64_t *value)
{
	uint64_t number = 0;
	size_t i = 0;

	for (; i < span->len && span_is_digit(span->text[i]); i++) {
		number = number * 10 + (uint64_t)(span->text[i] - '0');
		if (number > most)
			return false;
	}
	if (!i)
		return false;
	*span = span_skip(*span, i);
	*value = number;
	return true;
}

bool span_take_fraction(struct span *span, uint64_t *billionths)
{
	uint64_t value = 0, scale = 1000000000u;
	size_t i = 1;

	if (!span_starts(*span, ".") || span->len < 2 || !span_is_digit(span->text[1]))
		return false;
	for (; i < span->len && span_is_digit(span->text[i]) && scale > 1; i++) {
		scale /= 10;
		value += (uint64_t)(span->text[i] - '0') * scale;
	}
	*span = span_skip(*span, i);
	*billionths = value;
	return true;
}
