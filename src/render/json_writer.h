/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * JSON into a sink. The writer places commas, newlines and indentation; a caller cannot write a
 * document that does not parse, as long as it closes what it opens. Inside an object every value
 * has a key, elsewhere the key is NULL.
 *
 * Knows RFC 8259 and that unknown is null. Refuses to know what a report is.
 */
#ifndef RENDER_JSON_WRITER_H
#define RENDER_JSON_WRITER_H

#include "base/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct json_writer {
	struct sink *sink;
	unsigned depth;
	bool first; /* nothing written yet in what was opened last */
	bool rows;  /* what lies in the outermost array or object is on one line each */
};

void json_begin(struct json_writer *json, struct sink *sink);
void json_end(struct json_writer *json); /* the newline after the document */

void json_open_object(struct json_writer *json, const char *key);
void json_close_object(struct json_writer *json);
void json_open_array(struct json_writer *json, const char *key);
void json_close_array(struct json_writer *json);

/* VP_UNKNOWN (UINT64_MAX) is written as null. */
void json_number(struct json_writer *json, const char *key, uint64_t value);
/* Nanoseconds as microseconds with three decimals, exactly; VP_UNKNOWN is written as null. */
void json_micros(struct json_writer *json, const char *key, uint64_t ns);
/* Six decimals at most, whatever the locale; a negative value is written as null. */
void json_fraction(struct json_writer *json, const char *key, double value);
/* The same for a value that may be negative; NaN and infinity are written as null. */
void json_signed(struct json_writer *json, const char *key, double value);
/* NULL is written as null; bytes that are not valid UTF-8 as U+FFFD. */
void json_string(struct json_writer *json, const char *key, const char *text);

#endif
