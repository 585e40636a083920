// SPDX-License-Identifier: BSD-2-Clause
#include "render/pen.h"

#include "base/escape.h"
#include "base/utf8.h"

#include <assert.h>
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

static void write_styled(struct pen *pen, enum style style, const char *text, size_t bytes)
{
	bool colored = pen->color && style != STYLE_PLAIN && bytes;

	if (colored)
		sink_puts(pen->sink, style_codes[style]);
	sink_write(pen->sink, text, bytes);
	if (colored)
		sink_puts(pen->sink, "\033[0m");
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
	sink_repeat(pen->sink, " ", column - pen->column);
	pen->column = column;
}

void pen_newline(struct pen *pen)
{
	sink_puts(pen->sink, "\n");
	pen->column = 0;
}

static void write_cut(struct pen *pen, enum style style, const char *text, unsigned width)
{
	write_styled(pen, style, text, utf8_cut(text, width - 1));
	sink_puts(pen->sink, pen->unicode ? "…" : "~");
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

void pen_item(struct pen *pen, enum style style, unsigned indent, const char *separator,
	      const char *text)
{
	size_t columns = utf8_columns(separator) + utf8_columns(text);

	if (pen->column > indent && pen->column + columns > pen->width)
		pen_newline(pen);
	else if (pen->column > indent)
		pen_text(pen, STYLE_PLAIN, separator);
	pen_to(pen, indent);
	pen_text(pen, style, text);
}

void pen_paragraph(struct pen *pen, enum style style, unsigned indent, const char *text)
{
	while (*text) {
		size_t bytes = strcspn(text, " "), line = utf8_cut(text, pen->width - indent);
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

	escape_terminal(safe, sizeof(safe), text ? text : "-");
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
