// SPDX-License-Identifier: BSD-2-Clause
/*
 * One frame of a flame graph. It is an <svg> of its own, so that its name is cut where it ends; places are
 * in percent, so that the picture can be as wide as its window.
 */
#include "render/flamegraph.h"

#include "model/probe.h"
#include "render/number.h"
#include "render/xml.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static const char *const kind_words[] = {
	[STACK_ALL] = "",
	[STACK_VM] = "VM ",
	[STACK_WORKER] = "worker ",
	[STACK_QUEUE] = "queue ",
	[STACK_CAUSE] = "runs by cause: ",
	[STACK_FUNCTION] = "",
};
static_assert(sizeof(kind_words) / sizeof(kind_words[0]) == STACK_FUNCTION + 1, "all have words");

const char *flamegraph_stage_class(uint8_t stage)
{
	return stage < VP_STAGE_NR ? probe_stage_name((enum vp_stage)stage) : FLAMEGRAPH_OTHER;
}

static const char *class_of(const struct stack *stack)
{
	return stack->kind == STACK_FUNCTION ? flamegraph_stage_class(stack->stage)
					     : FLAMEGRAPH_AROUND;
}

char *flamegraph_amount(char out[FLAMEGRAPH_AMOUNT_LEN], const struct stacks *stacks,
			enum stack_side side, uint64_t ns)
{
	double value = stacks_scaled(stacks, side, ns);
	char digits[NUMBER_LEN];

	if (stacks->scale[side] == 1)
		number_grouped(digits, ns);
	else if (value < 99.95)
		snprintf(digits, sizeof(digits), "%.*f", value < 9.995 ? 2 : 1, value);
	else
		number_grouped(digits, number_whole(value));
	snprintf(out, FLAMEGRAPH_AMOUNT_LEN, "%s %s", digits, stacks->unit);
	return out;
}

/* 238 is the paper grey of no change; full change leaves enough light to read black on it. */
char *flamegraph_change_color(char out[8], double change)
{
	double strength = sqrt(fmin(fabs(change), 1));
	unsigned own = (unsigned)lround(238 + strength * (255 - 238));
	unsigned others = (unsigned)lround(238 - strength * (238 - 105));
	unsigned green = change < 0 ? (others + 238) / 2 : others;

	if (change < 0)
		snprintf(out, 8, "#%02x%02x%02x", others & 255, green & 255, own & 255);
	else
		snprintf(out, 8, "#%02x%02x%02x", own & 255, green & 255, others & 255);
	return out;
}

static void put_share(const struct flamegraph *graph, uint64_t ns)
{
	uint64_t all = graph->stacks->items.items[STACKS_ROOT].values[STACK_THIS].total_ns;
	char share[NUMBER_LEN];

	sink_puts(graph->sink, " (");
	xml_text(graph->sink, number_share(share, number_ratio(ns, all)));
	sink_puts(graph->sink, ")");
}

static void put_change(const struct flamegraph *graph, uint64_t now_ns, uint64_t before_ns)
{
	double now = stacks_scaled(graph->stacks, STACK_THIS, now_ns);
	double before = stacks_scaled(graph->stacks, STACK_BEFORE, before_ns);
	char amount[FLAMEGRAPH_AMOUNT_LEN];

	sink_printf(graph->sink, ", before %s",
		    flamegraph_amount(amount, graph->stacks, STACK_BEFORE, before_ns));
	if (before > 0)
		sink_printf(graph->sink, " (%+.1f %%)", (now / before - 1) * 100);
}

static void put_time(const struct flamegraph *graph, const char *what, uint64_t now_ns,
		     uint64_t before_ns)
{
	char amount[FLAMEGRAPH_AMOUNT_LEN];

	sink_printf(graph->sink, "\n%s %s", what,
		    flamegraph_amount(amount, graph->stacks, STACK_THIS, now_ns));
	put_share(graph, now_ns);
	if (graph->stacks->compares)
		put_change(graph, now_ns, before_ns);
}

static void put_calls(const struct flamegraph *graph, const struct stack *stack)
{
	const struct stack_value *now = &stack->values[STACK_THIS];
	const char *word = graph->stacks->sampled ? "sample" : "call";
	char count[NUMBER_LEN];

	sink_printf(graph->sink, "\n%s %s%s", number_grouped(count, now->calls), word,
		    now->calls == 1 ? "" : "s");
	if (graph->stacks->compares)
		sink_printf(graph->sink, ", before %s",
			    number_grouped(count, stack->values[STACK_BEFORE].calls));
	else if (now->calls && !graph->stacks->sampled)
		sink_printf(graph->sink, ", %s ns each",
			    number_grouped(count, now->total_ns / now->calls));
}

static void put_details(const struct flamegraph *graph, const struct stack *stack)
{
	const struct stack_value *now = &stack->values[STACK_THIS];
	const struct stack_value *before = &stack->values[STACK_BEFORE];

	sink_puts(graph->sink, "<title>");
	sink_puts(graph->sink, kind_words[stack->kind]);
	xml_text(graph->sink, stack->name);
	if (stack->module) {
		sink_puts(graph->sink, " [");
		xml_text(graph->sink, stack->module);
		sink_puts(graph->sink, "]");
	}
	put_time(graph, "total", now->total_ns, before->total_ns);
	if (stack->kind == STACK_FUNCTION) {
		put_time(graph, "self", now->self_ns, before->self_ns);
		put_calls(graph, stack);
		sink_printf(graph->sink, "\nstage: %s", flamegraph_stage_class(stack->stage));
	}
	sink_puts(graph->sink, "</title>");
}

static void put_rectangle(const struct flamegraph *graph, const struct stack *stack)
{
	double now = stacks_scaled(graph->stacks, STACK_THIS, stack->values[STACK_THIS].self_ns);
	double before =
		stacks_scaled(graph->stacks, STACK_BEFORE, stack->values[STACK_BEFORE].self_ns);
	char color[8];

	sink_puts(graph->sink, "<rect width=\"100%\" height=\"100%\"");
	if (!graph->stacks->compares)
		sink_printf(graph->sink, " class=\"%s\"", class_of(stack));
	else if (graph->largest_change > 0)
		sink_printf(graph->sink, " fill=\"%s\"",
			    flamegraph_change_color(color, (now - before) / graph->largest_change));
	else
		sink_printf(graph->sink, " fill=\"%s\"", flamegraph_change_color(color, 0));
	sink_puts(graph->sink, "/>");
}

void flamegraph_frame(const struct flamegraph *graph, uint32_t stack, unsigned y)
{
	const struct stack *items = graph->stacks->items.items;
	double width = (double)items[stack].values[STACK_THIS].total_ns /
		       (double)items[STACKS_ROOT].values[STACK_THIS].total_ns;

	sink_printf(graph->sink,
		    "<svg class=\"frame\" data-depth=\"%u\" x=\"%.6f%%\" y=\"%u\" width=\"%.6f%%\" "
		    "height=\"%u\">",
		    items[stack].depth, graph->x[stack] * 100, y, width * 100, FLAMEGRAPH_ROW - 1);
	put_details(graph, &items[stack]);
	put_rectangle(graph, &items[stack]);
	sink_puts(graph->sink, "<text x=\"4\" y=\"13\">");
	xml_text(graph->sink, items[stack].name);
	sink_puts(graph->sink, "</text></svg>\n");
}
