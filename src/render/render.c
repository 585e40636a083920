// SPDX-License-Identifier: BSD-2-Clause
/* Knows which formats there are. Adding one is one file and one row. */
#include "render/render.h"

#include "render/formats.h"
#include "render/stacks.h"

#include <stddef.h>
#include <string.h>

static int has_stacks(const struct report *report, const struct render_options *options,
		      struct err *err)
{
	struct stacks *stacks;
	int error = stacks_make(report, NULL, options->normalize, &stacks, err);

	if (!error)
		stacks_free(stacks);
	return error;
}

const struct renderer renderers[] = {
	{.name = "text", .help = "for people, fitted to the terminal", .report = text_report},
	{.name = "json",
	 .help = "for programs, one document, docs/report.schema.json",
	 .report = json_report},
	{.name = "csv", .help = "one row per queue (CSV)", .report = csv_report, .alone = true},
	{.name = "folded",
	 .help = "a line for each stack: flamegraph.pl, inferno, speedscope, Perfetto",
	 .report = folded_report,
	 .check = has_stacks,
	 .alone = true,
	 .loss_outside = true},
	{.name = "flamegraph",
	 .help = "an SVG for browsers: zoom, search, details",
	 .report = flamegraph_report,
	 .check = has_stacks,
	 .alone = true},
	{.name = "perf-script",
	 .help = "samples as perf script prints them: stackcollapse-perf.pl, speedscope",
	 .report = perf_script_report,
	 .check = has_stacks,
	 .alone = true},
	{.name = NULL},
};

const struct renderer *renderer_find(const char *name)
{
	const struct renderer *renderer;

	for (renderer = renderers; renderer->name; renderer++)
		if (!strcmp(renderer->name, name))
			return renderer;
	return NULL;
}
