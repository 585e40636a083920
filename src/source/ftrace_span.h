/* SPDX-License-Identifier: BSD-2-Clause */
/* Pieces of a line, and taking numbers off their front. Nothing here looks past a span's end. */
#ifndef SOURCE_FTRACE_SPAN_H
#define SOURCE_FTRACE_SPAN_H

#include "source/ftrace_line.h"

#include <string.h>

static inline struct span span_of(const char *text, const char *end)
{
	return (struct span){text, end > text ? (size_t)(end - text) : 0};
}

static inline const char *span_end(struct span span)
{
	return span.text + span.len;
}

static inline struct span span_skip(struct span span, size_t bytes)
{
	return (struct span){span.text + bytes, span.len - bytes};
}

/* Without white space and control characters at both ends. */
struct span span_trim(struct span span);
bool span_starts(struct span span, const char *with);
bool span_ends(struct span span, const char *with);

/* Takes digits off the front; false when there are none or the number exceeds `most`. */
bool span_take_number(struct span *span, uint64_t most, uint64_t *value);
/* Takes a point and up to nine digits, as billionths. */
bool span_take_fraction(struct span *span, uint64_t *billionths);
bool span_is_digit(char c);

#endif
