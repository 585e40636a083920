// SPDX-License-Identifier: BSD-2-Clause
#include "render/flamegraph_head.h"

#include "base/escape.h"
#include "base/units.h"
#include "base/utf8.h"
#include "render/loss_text.h"
#include "render/number.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COLUMNS 104

/* Bytes of the first line of `text`: up to the last space that fits, or as much as fits. */
static size_t line_bytes(const char *text)
{
	size_t fits = utf8_cut(text, COLUMNS), at;

	if (!text[fits])
		return fits;
	for (at = fits; at > fits / 2; at--)
		if (text[at] == ' ')
			return at;
	return fits;
}

/* Wrapped; closes `text`. */
static void add_lines(struct flamegraph_head *head, struct sink *text, bool bad)
{
	const char *rest = sink_text(text);
	char safe[8192];

	escape_terminal(safe, sizeof(safe), rest);
	for (rest = safe; *rest && head->lines < FLAMEGRAPH_HEAD_LINES;) {
		size_t bytes = line_bytes(rest);

		sink_write(&head->text, rest, bytes);
		sink_write(&head->text, "", 1);
		head->bad[head->lines++] = bad;
		rest += bytes;
		rest += *rest == ' ';
	}
	head->text.error = head->text.error ? head->text.error : text->error;
	sink_close(text);
}

static void add_source(struct flamegraph_head *head, const char *prefix,
		       const struct report *report)
{
	const struct report_source *source = &report->source;
	char duration[UNITS_LEN];
	struct sink text;

	sink_open_memory(&text);
	sink_printf(&text, "%s%s", prefix, source->kind ? source->kind : "unknown source");
	if (source->path)
		sink_printf(&text, " %s", source->path);
	if (source->kernel)
		sink_printf(&text, " · Linux %s", source->kernel);
	if (source->machine)
		sink_printf(&text, " · %s", source->machine);
	if (source->level)
		sink_printf(&text, " · level %s", source->level);
	if (source->duration_ns != VP_UNKNOWN)
		sink_printf(&text, " · window %s", units_duration(duration, source->duration_ns));
	add_lines(head, &text, false);
}

static void add_loss(struct flamegraph_head *head, const char *prefix, const struct report *report)
{
	struct sink text;

	sink_open_memory(&text);
	sink_puts(&text, prefix);
	loss_text(&text, &report->loss);
	add_lines(head, &text, loss_any(&report->loss));
}

static void add_total(struct flamegraph_head *head, const struct flamegraph *graph)
{
	const struct stack *root = &graph->stacks->items.items[STACKS_ROOT];
	char amount[FLAMEGRAPH_AMOUNT_LEN];
	struct sink text;

	sink_open_memory(&text);
	sink_printf(&text, "all: %s",
		    flamegraph_amount(amount, graph->stacks, STACK_THIS,
				      root->values[STACK_THIS].total_ns));
	if (graph->stacks->compares)
		sink_printf(&text, ", before %s; width: after, colour: change of self time",
			    flamegraph_amount(amount, graph->stacks, STACK_BEFORE,
					      root->values[STACK_BEFORE].total_ns));
	if (graph->gone_ns)
		sink_printf(&text, "; %s were before in frames that are gone",
			    flamegraph_amount(amount, graph->stacks, STACK_BEFORE, graph->gone_ns));
	if (graph->narrow)
		sink_printf(&text, "; %u frame%s too narrow to draw: %s", graph->narrow,
			    graph->narrow == 1 ? "" : "s",
			    flamegraph_amount(amount, graph->stacks, STACK_THIS, graph->narrow_ns));
	add_lines(head, &text, false);
}

void flamegraph_head_make(struct flamegraph_head *head, const struct flamegraph *graph,
			  const struct report *report, const struct report *before)
{
	memset(head, 0, sizeof(*head));
	sink_open_memory(&head->text);
	if (before)
		add_source(head, "before: ", before);
	add_source(head, before ? "after: " : "", report);
	add_total(head, graph);
	if (before)
		add_loss(head, "before: ", before);
	add_loss(head, before ? "after: " : "", report);
}

int flamegraph_head_close(struct flamegraph_head *head)
{
	return sink_close(&head->text);
}
