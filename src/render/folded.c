// SPDX-License-Identifier: BSD-2-Clause
/*
 * Folded stacks: a line for each stack with time of its own, "VM;worker;queue;cause;function;… value". Values
 * are whole, for half of the readers take nothing else; there is no comment, for the others take it for a
 * stack. Knows nothing of what is drawn from it.
 */
#include "render/diff.h"
#include "render/formats.h"

#include "render/number.h"
#include "render/stacks.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A semicolon would start another frame. */
static void put_name(struct sink *sink, const char *name)
{
	for (; *name; name++)
		sink_write(sink, *name == ';' ? ":" : name, 1);
}

/* Some readers take a line that begins so for a comment, or the file for JSON. */
static void put_first(struct sink *sink, const char *name)
{
	bool odd = strchr(" #{[", *name);

	sink_puts(sink, odd ? "_" : "");
	put_name(sink, odd ? name + 1 : name);
}

static uint64_t value_of(const struct stacks *stacks, uint32_t stack, enum stack_side side)
{
	uint64_t self_ns = stacks->items.items[stack].values[side].self_ns;

	return number_whole(stacks_scaled(stacks, side, self_ns));
}

static void put_line(struct sink *sink, const struct stacks *stacks, uint32_t stack, uint32_t *path)
{
	uint64_t before = stacks->compares ? value_of(stacks, stack, STACK_BEFORE) : 0;
	uint64_t value = value_of(stacks, stack, STACK_THIS);
	uint32_t depth, i;

	if (!value && !before)
		return;
	depth = stacks_path(stacks, stack, path);
	put_first(sink, stacks->items.items[path[0]].name);
	for (i = 1; i < depth; i++) {
		sink_puts(sink, ";");
		put_name(sink, stacks->items.items[path[i]].name);
	}
	if (stacks->compares)
		sink_printf(sink, " %" PRIu64, before);
	sink_printf(sink, " %" PRIu64 "\n", value);
}

static int put_stacks(struct sink *sink, const struct report *report, const struct report *before,
		      enum normalize normalize, struct err *err)
{
	struct stacks *stacks;
	uint32_t *path, stack = STACKS_ROOT;
	int error = stacks_make(report, before, normalize, &stacks, err);

	if (error)
		return error;
	path = calloc(stacks->deepest + 1, sizeof(*path));
	if (!path)
		error = err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	while (!error && (stack = stacks_next(stacks, stack)) != STACKS_ROOT)
		put_line(sink, stacks, stack, path);
	free(path);
	stacks_free(stacks);
	return error;
}

void folded_report(struct sink *sink, const struct report *report,
		   const struct render_options *options)
{
	struct err err;
	int error = put_stacks(sink, report, NULL, options->normalize, &err);

	sink->error = sink->error ? sink->error : error;
}

int diff_folded(struct sink *sink, const struct report *before, const struct report *after,
		const struct render_options *options, struct err *err)
{
	return put_stacks(sink, after, before, options->normalize, err);
}
