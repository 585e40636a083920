// SPDX-License-Identifier: BSD-2-Clause
#include "render/pen.h"

#include "base/escape.h"
#include "base/utf8.h"

#include <assert.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define NARROWEST 80
#define WIDEST	  200

static const char *const style_codes[] = {
	[STYLE_PLAIN] = "",	   [STYLE_TITLE] = "\033[1m", [STYLE_LABEL] = "\033[2m",
	[STYLE_GOOD] = "\033[32m", [STYLE_WARN] = "\033[33m", [STYLE_BAD] = "\033[1;31m",
	[STYLE_BAR] = "\033[36m",
};
static_assert(sizeof(style_codes) / sizeof(style_codes[0]) == STYLE_NR, "one code per style");

void pen_open(struct pen *pen, struct sink *sink, const struct render_options *options,
	      unsigned widest)
{
	unsigned width = options->width < widest ? options->width : widest;

	assert(widest <= WIDEST);
	*pen = (struct pen){
		.sink = sink,
		.color = options->color,
		.unicode = options->unicode,
		.width = width < NARROWEST ? NARROWEST : width,
	};
}

const char *pen_dot(const struct pen *pen)
{
	return pen->unicode ? " · " : " | ";
}

const char *pen_dash(const struct pen *pen)
{
	return pen->unicode ? " – " : " - ";
}

/* Only changes are written: neighbours that look alike share one pair of codes. */
static void switch_style(struct pen *pen, enum style style)
{
	if (!pen->color || style == pen->style)
		return;
	if (pen->style != STYLE_PLAIN)
		sink_puts(pen->sink, "\033[0m");
	sink_puts(pen->sink, style_codes[style]);
	pen->style = style;
}

static void write_styled(struct pen *pen, enum style style, const char *text, size_t bytes)
{
	if (!bytes)
		return;
	sink_repeat(pen->sink, " ", pen->spaces);
	pen->spaces = 0;
	switch_style(pen, style);
	sink_write(pen->sink, text, bytes);
	pen->inked = text[bytes - 1] != ' ';
}

void pen_text(struct pen *pen, enum style style, const char *text)
{
	write_styled(pen, style, text, strlen(text));
	pen->column += (unsigned)utf8_columns(text);
}

void pen_to(struct pen *pen, unsigned column)
{
	if (column <= pen->column)
		return;
	pen->spaces += column - pen->column;
	pen->column = column;
	pen->inked = false;
}

void pen_newline(struct pen *pen)
{
	switch_style(pen, STYLE_PLAIN);
	sink_puts(pen->sink, "\n");
	pen->column = 0;
	pen->spaces = 0;
	pen->inked = false;
}

static void write_cut(struct pen *pen, enum style style, const char *text, unsigned width)
{
	const char *mark = pen->unicode ? "…" : "~";

	write_styled(pen, style, text, utf8_cut(text, width - 1));
	write_styled(pen, style, mark, strlen(mark));
	pen->column += width;
}

void pen_left(struct pen *pen, enum style style, const char *text, unsigned width)
{
	unsigned end = pen->column + width;

	if (utf8_columns(text) > width)
		write_cut(pen, style, text, width);
	else
		pen_text(pen, style, text);
	pen_to(pen, end);
}

void pen_right(struct pen *pen, enum style style, const char *text, unsigned width)
{
	size_t columns = utf8_columns(text);

	if (columns > width) {
		write_cut(pen, style, text, width);
		return;
	}
	pen_to(pen, pen->column + width - (unsigned)columns);
	pen_text(pen, style, text);
}

static void separate(struct pen *pen, const char *separator)
{
	if (separator[strspn(separator, " ")])
		pen_text(pen, STYLE_PLAIN, separator);
	else
		pen_to(pen, pen->column + (unsigned)strlen(separator));
}

void pen_item(struct pen *pen, enum style style, unsigned indent, const char *separator,
	      const char *text)
{
	size_t columns = utf8_columns(separator) + utf8_columns(text);
	bool first = !pen->inked && pen->column <= indent;

	if (!first && pen->column + columns > pen->width)
		pen_newline(pen);
	else if (!first)
		separate(pen, separator);
	pen_to(pen, indent);
	pen_text(pen, style, text);
}

static size_t word_bytes(const char *text)
{
	size_t bytes = strcspn(text, " ");

	while (bytes && isdigit((unsigned char)text[bytes - 1]) && text[bytes] == ' ')
		bytes += 1 + strcspn(text + bytes + 1, " ");
	return bytes;
}

void pen_paragraph(struct pen *pen, enum style style, unsigned indent, const char *text)
{
	while (*text) {
		size_t bytes = word_bytes(text), line = utf8_cut(text, pen->width - indent);
		char word[4 * WIDEST + 1];

		bytes = bytes < line ? bytes : line;
		snprintf(word, sizeof(word), "%.*s", (int)bytes, text);
		pen_item(pen, style, indent, " ", word);
		text += bytes + strspn(text + bytes, " ");
	}
	pen_newline(pen);
}

/* A terminal without UTF-8 would show one odd character per byte: as escapes they are readable. */
static void escape_high_bytes(char *out, size_t size, const char *text)
{
	size_t used = 0;

	for (; *text && used + 5 < size; text++) {
		if ((unsigned char)*text < 0x80)
			out[used++] = *text;
		else
			used += (size_t)snprintf(out + used, size - used, "\\x%02x",
						 (unsigned char)*text);
	}
	out[used] = '\0';
}

char *pen_foreign(const struct pen *pen, char *out, size_t size, const char *text, unsigned columns)
{
	char safe[512];

	escape_terminal(safe, sizeof(safe), text && *text ? text : "-");
	if (pen->unicode)
		snprintf(out, size, "%s", safe);
	else
		escape_high_bytes(out, size, safe);
	if (utf8_columns(out) > columns) {
		size_t used = utf8_cut(out, columns - 1);

		snprintf(out + used, size - used, "%s", pen->unicode ? "…" : "~");
	}
	return out;
}
