// SPDX-License-Identifier: BSD-2-Clause
/*
 * The flame graph: one SVG that needs nothing from outside. Knows the parts of the page, from top to bottom:
 * title, what was measured and lost, the frames with the root lowest, what the colours mean. A still picture
 * is whole without its script; flamegraph.js makes it answer.
 */
#include "render/flamegraph.h"

#include "render/diff.h"
#include "render/flamegraph_head.h"
#include "render/formats.h"
#include "render/number.h"
#include "render/xml.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WIDTH	       1200 /* of the still picture */
#define MARGIN	       10
#define TITLE_Y	       24
#define HEAD_Y	       48
#define HEAD_LINE      16
#define LEGEND_LINE    20
#define LEGEND_COLUMNS 6

struct page {
	unsigned frames_y, legend_y, height;
	unsigned legend_len;
	uint64_t stage_ns[VP_STAGE_NR + 1];
};

static void sum_stages(struct page *page, const struct stacks *stacks)
{
	int stage;

	vec_foreach (stack, &stacks->items)
		page->stage_ns[stack->stage < VP_STAGE_NR ? stack->stage : VP_STAGE_NR] +=
			stack->values[STACK_THIS].self_ns;
	for (stage = 0; stage <= VP_STAGE_NR; stage++)
		page->legend_len += page->stage_ns[stage] > 0;
	if (stacks->compares)
		page->legend_len = 3;
}

static void lay_out_page(struct page *page, const struct flamegraph *graph, unsigned lines)
{
	unsigned legend_lines;

	memset(page, 0, sizeof(*page));
	sum_stages(page, graph->stacks);
	legend_lines = (page->legend_len + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
	page->frames_y = HEAD_Y + lines * HEAD_LINE;
	page->legend_y = page->frames_y + (graph->deepest + 1) * FLAMEGRAPH_ROW + MARGIN;
	page->height = page->legend_y + legend_lines * LEGEND_LINE + MARGIN;
}

static void put_open(struct sink *sink, const struct page *page)
{
	sink_printf(
		sink,
		"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" version=\"1.1\" width=\"%d\" height=\"%u\" "
		"viewBox=\"0 0 %d %u\">\n",
		WIDTH, page->height, WIDTH, page->height);
	sink_puts(sink, "<style>\n");
	sink_puts(sink, flamegraph_css);
	sink_puts(sink, "</style>\n<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n");
}

static const char *title_of(const struct stacks *stacks)
{
	if (stacks->compares)
		return stacks->sampled ? "vhost-net runs: what changed, sampled"
				       : "vhost-net runs: what changed";
	return stacks->sampled ? "vhost-net runs: where the time goes, sampled"
			       : "vhost-net runs: where the time goes";
}

static void put_head(struct sink *sink, const struct stacks *stacks, struct flamegraph_head *head)
{
	const char *line = sink_text(&head->text);
	unsigned i;

	sink_printf(sink, "<text class=\"title\" x=\"%d\" y=\"%d\">%s</text>\n", MARGIN, TITLE_Y,
		    title_of(stacks));
	for (i = 0; i < head->lines; i++, line += strlen(line) + 1) {
		sink_printf(sink, "<text class=\"note%s\" x=\"%d\" y=\"%u\">",
			    head->bad[i] ? " loss" : "", MARGIN, HEAD_Y + i * HEAD_LINE);
		xml_text(sink, line);
		sink_puts(sink, "</text>\n");
	}
}

static void put_frames(const struct flamegraph *graph, const struct page *page)
{
	uint32_t stack = STACKS_ROOT;

	do {
		uint32_t depth = graph->stacks->items.items[stack].depth;

		if (!isnan(graph->x[stack]))
			flamegraph_frame(graph, stack,
					 page->frames_y +
						 (graph->deepest - depth) * FLAMEGRAPH_ROW);
		stack = stacks_next(graph->stacks, stack);
	} while (stack != STACKS_ROOT);
}

static void put_key(struct sink *sink, const struct page *page, unsigned index, const char *look,
		    const char *text)
{
	double width = 100.0 / LEGEND_COLUMNS;
	unsigned y = page->legend_y + index / LEGEND_COLUMNS * LEGEND_LINE;

	sink_printf(sink, "<svg x=\"%.2f%%\" y=\"%u\" width=\"%.2f%%\" height=\"%d\">",
		    index % LEGEND_COLUMNS * width, y, width, LEGEND_LINE);
	sink_printf(sink,
		    "<rect %s x=\"%d\" y=\"2\" width=\"13\" height=\"13\"/>"
		    "<text class=\"note\" x=\"%d\" y=\"13\">",
		    look, MARGIN, MARGIN + 19);
	xml_text(sink, text);
	sink_puts(sink, "</text></svg>\n");
}

static void put_stages(struct sink *sink, const struct page *page, const struct stacks *stacks)
{
	uint64_t all = stacks->items.items[STACKS_ROOT].values[STACK_THIS].total_ns;
	char look[32], text[64], share[NUMBER_LEN];
	unsigned index = 0;
	uint8_t stage;

	for (stage = 0; stage <= VP_STAGE_NR; stage++) {
		if (!page->stage_ns[stage])
			continue;
		number_share(share, number_ratio(page->stage_ns[stage], all));
		snprintf(text, sizeof(text), "%s %s", flamegraph_stage_class(stage), share);
		snprintf(look, sizeof(look), "class=\"key %s\"", flamegraph_stage_class(stage));
		put_key(sink, page, index++, look, text);
	}
}

static void put_changes(struct sink *sink, const struct page *page)
{
	static const char *const words[] = {"shrank", "as before", "grew"};
	char look[64], color[8];
	unsigned i;

	for (i = 0; i < 3; i++) {
		snprintf(look, sizeof(look), "class=\"key\" fill=\"%s\"",
			 flamegraph_change_color(color, (double)i - 1));
		put_key(sink, page, i, look, words[i]);
	}
}

static void put_page(const struct flamegraph *graph, struct flamegraph_head *head)
{
	struct page page;

	lay_out_page(&page, graph, head->lines);
	put_open(graph->sink, &page);
	put_head(graph->sink, graph->stacks, head);
	put_frames(graph, &page);
	if (graph->stacks->compares)
		put_changes(graph->sink, &page);
	else
		put_stages(graph->sink, &page, graph->stacks);
	sink_puts(graph->sink, "<script><![CDATA[\n");
	sink_puts(graph->sink, flamegraph_js);
	sink_puts(graph->sink, "]]></script>\n</svg>\n");
}

static int draw(struct sink *sink, const struct report *report, const struct report *before,
		enum normalize normalize, struct err *err)
{
	struct flamegraph graph = {.sink = sink};
	struct flamegraph_head head;
	struct stacks *stacks;
	int error = stacks_make(report, before, normalize, &stacks, err);

	if (error)
		return error;
	error = flamegraph_lay_out(&graph, stacks);
	if (!error) {
		flamegraph_head_make(&head, &graph, report, before);
		put_page(&graph, &head);
		error = flamegraph_head_close(&head);
	}
	free(graph.x);
	stacks_free(stacks);
	return error ? err_set(err, -error, EXIT_FAILED, "out of memory") : 0;
}

void flamegraph_report(struct sink *sink, const struct report *report,
		       const struct render_options *options)
{
	struct err err;
	int error = draw(sink, report, NULL, options->normalize, &err);

	sink->error = sink->error ? sink->error : error;
}

int diff_flamegraph(struct sink *sink, const struct report *before, const struct report *after,
		    const struct render_options *options, struct err *err)
{
	return draw(sink, after, before, options->normalize, err);
}
