// SPDX-License-Identifier: BSD-2-Clause
/* Knows which formats there are. Adding one is one file and one row. */
#include "render/render.h"

#include "render/formats.h"

#include <stddef.h>
#include <string.h>

const struct renderer renderers[] = {
	{"text", "for people, fitted to the terminal", text_report},
	{"json", "for programs, one document, docs/report.schema.json", json_report},
	{NULL, NULL, NULL},
};

const struct renderer *renderer_find(const char *name)
{
	const struct renderer *renderer;

	for (renderer = renderers; renderer->name; renderer++)
		if (!strcmp(renderer->name, name))
			return renderer;
	return NULL;
}
