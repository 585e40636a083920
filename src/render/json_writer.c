// SPDX-License-Identifier: BSD-2-Clause
#include "render/json_writer.h"

#include "base/utf8.h"

#include <math.h>
#include <string.h>

void json_begin(struct json_writer *json, struct sink *sink)
{
	*json = (struct json_writer){.sink = sink, .first = true};
}

void json_end(struct json_writer *json)
{
	sink_puts(json->sink, "\n");
}

static void start_line(struct json_writer *json)
{
	if (json->rows && json->depth > 1)
		return;
	sink_puts(json->sink, "\n");
	sink_repeat(json->sink, "  ", json->depth);
}

/* How a character is escaped inside a string; NULL when it stands for itself. */
static const char *short_escape(char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\n':
		return "\\n";
	case '\t':
		return "\\t";
	case '\r':
		return "\\r";
	default:
		return NULL;
	}
}

static size_t write_character(struct sink *sink, const char *text)
{
	size_t bytes = utf8_bytes(text);
	const char *escape = short_escape(*text);

	if (!bytes)
		sink_puts(sink, "\xef\xbf\xbd"); /* U+FFFD */
	else if (escape)
		sink_puts(sink, escape);
	else if ((unsigned char)*text < 0x20 || *text == 0x7f)
		sink_printf(sink, "\\u%04x", (unsigned char)*text);
	else
		sink_write(sink, text, bytes);
	return bytes ? bytes : 1;
}

static void quoted(struct sink *sink, const char *text)
{
	sink_puts(sink, "\"");
	while (*text)
		text += write_character(sink, text);
	sink_puts(sink, "\"");
}

static void start_value(struct json_writer *json, const char *key)
{
	if (!json->first)
		sink_puts(json->sink, ",");
	json->first = false;
	if (json->depth)
		start_line(json);
	if (!key)
		return;
	quoted(json->sink, key);
	sink_puts(json->sink, ": ");
}

static void open_scope(struct json_writer *json, const char *key, const char *bracket)
{
	start_value(json, key);
	sink_puts(json->sink, bracket);
	json->depth++;
	json->first = true;
}

static void close_scope(struct json_writer *json, const char *bracket)
{
	bool empty = json->first;

	json->depth--;
	json->first = false;
	if (!empty && !(json->rows && json->depth))
		start_line(json);
	sink_puts(json->sink, bracket);
}

void json_open_object(struct json_writer *json, const char *key)
{
	open_scope(json, key, "{");
}

void json_close_object(struct json_writer *json)
{
	close_scope(json, "}");
}

void json_open_array(struct json_writer *json, const char *key)
{
	open_scope(json, key, "[");
}

void json_close_array(struct json_writer *json)
{
	close_scope(json, "]");
}

static void write_null(struct json_writer *json, const char *key)
{
	start_value(json, key);
	sink_puts(json->sink, "null");
}

void json_number(struct json_writer *json, const char *key, uint64_t value)
{
	if (value == UINT64_MAX) {
		write_null(json, key);
		return;
	}
	start_value(json, key);
	sink_printf(json->sink, "%llu", (unsigned long long)value);
}

void json_micros(struct json_writer *json, const char *key, uint64_t ns)
{
	if (ns == UINT64_MAX) {
		write_null(json, key);
		return;
	}
	start_value(json, key);
	sink_printf(json->sink, "%llu.%03llu", (unsigned long long)ns / 1000,
		    (unsigned long long)ns % 1000);
}

void json_fraction(struct json_writer *json, const char *key, double value)
{
	unsigned long long millionths;

	if (!(value >= 0)) {
		write_null(json, key);
		return;
	}
	start_value(json, key);
	/* No %f: its decimal point follows the locale. */
	millionths = (unsigned long long)(value * 1e6 + 0.5);
	sink_printf(json->sink, "%llu.%06llu", millionths / 1000000, millionths % 1000000);
}

void json_signed(struct json_writer *json, const char *key, double value)
{
	unsigned long long millionths;

	if (!(fabs(value) < 1e12)) {
		write_null(json, key);
		return;
	}
	start_value(json, key);
	millionths = (unsigned long long)(fabs(value) * 1e6 + 0.5);
	sink_printf(json->sink, "%s%llu.%06llu", value < 0 && millionths ? "-" : "",
		    millionths / 1000000, millionths % 1000000);
}

void json_string(struct json_writer *json, const char *key, const char *text)
{
	if (!text) {
		write_null(json, key);
		return;
	}
	start_value(json, key);
	quoted(json->sink, text);
}
