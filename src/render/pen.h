/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writes aligned, wrapped, perhaps coloured text to a sink. Knows the column it stands in, what the
 * terminal can show, and how strings from outside are made harmless. Refuses to know what a report is.
 */
#ifndef RENDER_PEN_H
#define RENDER_PEN_H

#include "render/render.h"

enum style {
	STYLE_PLAIN = 0,
	STYLE_TITLE,
	STYLE_LABEL,
	STYLE_GOOD,
	STYLE_WARN,
	STYLE_BAD,
	STYLE_BAR,
	STYLE_NR,
};

struct pen {
	struct sink *sink;
	bool color;
	bool unicode;
	unsigned width;
	unsigned column;  /* the next character goes here */
	unsigned spaces;  /* owed before it: a line never ends in spaces */
	bool inked;	  /* the character before is not a space */
	enum style style; /* switched on right now */
};

/* Uses the terminal's width up to `widest`, and 80 columns at least. */
void pen_open(struct pen *pen, struct sink *sink, const struct render_options *options,
	      unsigned widest);

void pen_text(struct pen *pen, enum style style, const char *text);
/* Padded to `width` columns; a longer text is cut and the cut marked. */
void pen_left(struct pen *pen, enum style style, const char *text, unsigned width);
void pen_right(struct pen *pen, enum style style, const char *text, unsigned width);
/* Spaces up to `column`. */
void pen_to(struct pen *pen, unsigned column);
void pen_newline(struct pen *pen);

/* Joins items by `separator`, going on at `indent` of a new line when one does not fit. */
void pen_item(struct pen *pen, enum style style, unsigned indent, const char *separator,
	      const char *text);
/* One paragraph, wrapped between words, every line from `indent`. Ends with a newline. A word that
 * ends in a digit stays with the next: numbers keep their units. */
void pen_paragraph(struct pen *pen, enum style style, unsigned indent, const char *text);

/* A string from outside: escaped, plain ASCII if the terminal is, at most `columns` wide. "-" for NULL. */
char *pen_foreign(const struct pen *pen, char *out, size_t size, const char *text,
		  unsigned columns);

/* What separates the parts of a title. */
const char *pen_dot(const struct pen *pen);
const char *pen_dash(const struct pen *pen);

#endif
