// SPDX-License-Identifier: BSD-2-Clause
/*
 * What `perf script` would print had it sampled: for each stack with time of its own two samples, at the
 * beginning and at the end of that time laid out on a time line, each with half of it as its period. So
 * readers that add up periods and readers that measure the distance of time stamps (and give each
 * sample half of the way to its neighbours) see the same. Knows what the readers' expressions stumble over.
 */
#include "render/formats.h"

#include "base/escape.h"
#include "render/loss_text.h"
#include "render/number.h"
#include "render/stacks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct script {
	struct sink *sink;
	const struct stacks *stacks;
	uint32_t *path;
	uint64_t now_ns;
};

/*
 * Readers end a name at white space (to some of them that is more than ASCII has) or "(", drop quotes, and
 * take "->" for a call that was inlined.
 */
static void put_word(struct sink *sink, const char *text)
{
	for (; *text; text++) {
		bool plain = *text > ' ' && *text < 0x7f && !strchr("();\"'<>", *text);

		sink_write(sink, plain ? text : "_", 1);
	}
}

/* Neither may be shorter than two characters nor look like a comment. */
static void put_comm(struct sink *sink, const char *comm)
{
	char safe[4 * 64];
	size_t len;

	escape_terminal(safe, sizeof(safe), comm ? comm : "worker");
	if (*safe == '#')
		*safe = '_';
	put_word(sink, safe);
	for (len = strlen(safe); len < 2; len++)
		sink_puts(sink, "_");
}

static void put_head(struct script *script, const struct report_queue *queue, uint64_t period_ns)
{
	put_comm(script->sink, queue->worker_comm);
	sink_printf(script->sink, " %u/%u %" PRIu64 ".%09" PRIu64 ": %" PRIu64 " %s:\n",
		    queue->vm_pid ? queue->vm_pid : queue->worker_tid, queue->worker_tid,
		    script->now_ns / 1000000000, script->now_ns % 1000000000, period_ns,
		    script->stacks->sampled ? "sampled-ns" : "self-ns");
}

static void put_frame(struct sink *sink, const struct stack *stack)
{
	char module[256] = "kernel.kallsyms";

	if (stack->kind != STACK_FUNCTION)
		strcpy(module, "vhostprof");
	else if (stack->module)
		escape_terminal(module, sizeof(module), stack->module);
	sink_puts(sink, "\t0 ");
	put_word(sink, stack->name);
	sink_puts(sink, " ([");
	put_word(sink, module);
	sink_puts(sink, "])\n");
}

/* Innermost first, out to the queue: VM and worker stand in the first line. */
static void put_sample(struct script *script, uint32_t stack, uint64_t period_ns)
{
	const struct stack *items = script->stacks->items.items;
	uint32_t depth = stacks_path(script->stacks, stack, script->path);

	put_head(script, items[stack].queue, period_ns);
	while (depth-- > 0 && items[script->path[depth]].kind >= STACK_QUEUE)
		put_frame(script->sink, &items[script->path[depth]]);
	sink_puts(script->sink, "\n");
}

static void put_stack(struct script *script, uint32_t stack)
{
	const struct stack_value *value = &script->stacks->items.items[stack].values[STACK_THIS];
	uint64_t self_ns = number_whole(stacks_scaled(script->stacks, STACK_THIS, value->self_ns));

	/* A period of 0 is read as 1. */
	if (self_ns > 1)
		put_sample(script, stack, self_ns / 2);
	script->now_ns += self_ns;
	if (self_ns)
		put_sample(script, stack, self_ns - self_ns / 2);
}

static void put_comments(struct script *script, const struct report *report)
{
	const struct stacks *stacks = script->stacks;

	sink_printf(script->sink, "# vhostprof: %s, period in %s\n# ",
		    stacks->sampled ? "sampled stacks" : "time inside functions", stacks->unit);
	loss_text(script->sink, &report->loss);
	sink_puts(script->sink, "\n\n");
}

void perf_script_report(struct sink *sink, const struct report *report,
			const struct render_options *options)
{
	uint64_t start_ns = report->source.start_ns;
	struct script script = {.sink = sink, .now_ns = start_ns == VP_UNKNOWN ? 0 : start_ns};
	uint32_t stack = STACKS_ROOT;
	struct stacks *stacks;
	struct err err;
	int error = stacks_make(report, NULL, options->normalize, &stacks, &err);

	if (error) {
		sink->error = sink->error ? sink->error : error;
		return;
	}
	script.stacks = stacks;
	script.path = calloc(stacks->deepest + 1, sizeof(*script.path));
	if (script.path)
		put_comments(&script, report);
	else
		sink->error = sink->error ? sink->error : -ENOMEM;
	while (script.path && (stack = stacks_next(stacks, stack)) != STACKS_ROOT)
		put_stack(&script, stack);
	free(script.path);
	stacks_free(stacks);
}
