// SPDX-License-Identifier: BSD-2-Clause
#include "render/xml.h"

#include "base/cleanup.h"
#include "base/escape.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const char *entity(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_valid(struct sink *sink, const char *text)
{
	for (; *text; text++) {
		if (entity(*text))
			sink_puts(sink, entity(*text));
		else
			sink_write(sink, text, 1);
	}
}

void xml_text(struct sink *sink, const char *text)
{
	size_t size = 4 * strlen(text) + 1;
	cleanup_free char *safe = malloc(size);

	if (!safe) {
		sink->error = sink->error ? sink->error : -ENOMEM;
		return;
	}
	put_valid(sink, escape_terminal(safe, size, text));
}
