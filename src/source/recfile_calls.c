// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how trees and rows of functions become messages that fit a block. Refuses to know what they are
 * the sum of.
 */
#include "source/recfile_calls.h"

#include "model/calltree.h"
#include "model/symbols.h"

#include <errno.h>
#include <stdlib.h>

#define NODES_IN_PIECE 4096u /* of at most five numbers of ten bytes */

/* What is being written: pieces go into one message until the next one might not fit. */
struct writing {
	struct sink *out;
	struct symbols *names;
	const struct recfile_calls *calls;
	calls_block_fn block;
	void *context;
	size_t head_bytes; /* of a message without a piece */
};

/* Those that a reader has no room for share the first number. */
static uint32_t number_of(struct symbols *names, const char *name, const char *module)
{
	uint32_t number = symbols_intern(names, name, module);

	return number < RECFILE_NAMES_MAX ? number : 0;
}

static int names_of_tree(struct symbols *names, const struct calltree *tree,
			 const struct symbols *symbols)
{
	size_t i;

	for (i = 1; tree && i < tree->nodes.len; i++) {
		const struct symbol *symbol = symbols_at(symbols, tree->nodes.items[i].symbol);

		if (symbols_intern(names, symbol->name, symbol->module) == SYMBOL_NONE)
			return -ENOMEM;
	}
	return 0;
}

int calls_names(struct symbols *names, const struct recfile_calls *calls)
{
	int cause, error = symbols_intern(names, "(other)", NULL) == SYMBOL_NONE ? -ENOMEM : 0;
	size_t i;

	for (cause = 0; !error && cause < VP_CAUSE_NR; cause++)
		error = names_of_tree(names, calls->trees[cause], calls->symbols);
	for (i = 0; !error && i < calls->functions_len; i++)
		if (symbols_intern(names, calls->functions[i].name, calls->functions[i].module) ==
		    SYMBOL_NONE)
			error = -ENOMEM;
	return error;
}

static void write_text(struct sink *out, uint64_t tag, const struct symbol *symbol)
{
	struct sink inner;

	sink_open_memory(&inner);
	field_put_text(&inner, TAG_NAME_TEXT, symbol->name);
	field_put_text(&inner, TAG_NAME_MODULE, symbol->module);
	field_put_sink(out, tag, &inner);
}

void names_write(struct sink *out, const struct symbols *names, uint32_t first)
{
	size_t i;

	field_put_number(out, TAG_NAMES_FIRST, first);
	for (i = first; i < names->items.len && i < RECFILE_NAMES_MAX; i++)
		write_text(out, TAG_NAME, &names->items.items[i]);
}

static void begin_message(struct writing *writing)
{
	field_put_number(writing->out, TAG_CALLS_SLOT, writing->calls->slot);
	field_put_number(writing->out, TAG_CALLS_GENERATION, writing->calls->generation);
	field_put_number(writing->out, TAG_CALLS_KIND, writing->calls->kind);
	writing->head_bytes = writing->out->used;
}

static int end_message(struct writing *writing)
{
	return writing->out->used > writing->head_bytes ? writing->block(writing->context) : 0;
}

/* Takes over the piece. */
static int add_piece(struct writing *writing, uint64_t tag, struct sink *piece)
{
	int error = 0;

	if (writing->out->used + piece->used + 2 * NUMBER_BYTES_MAX > RECFILE_RAW_MAX) {
		error = end_message(writing);
		if (!error)
			begin_message(writing);
	}
	field_put_sink(writing->out, tag, piece);
	return error ? error : writing->out->error;
}

static int write_function(struct writing *writing, const struct report_function *function)
{
	struct sink piece;

	if (!function->calls)
		return 0;
	sink_open_memory(&piece);
	field_put_number(&piece, TAG_FUNCTION_SYMBOL,
			 number_of(writing->names, function->name, function->module));
	field_put_number(&piece, TAG_FUNCTION_CALLS, function->calls);
	field_put_number(&piece, TAG_FUNCTION_TOTAL, function->total_ns);
	field_put_number(&piece, TAG_FUNCTION_SELF, function->self_ns);
	field_put_hist(&piece, TAG_FUNCTION_TIME, &function->time);
	return add_piece(writing, TAG_CALLS_FUNCTION, &piece);
}

static bool is_counted(const struct calltree_node *node)
{
	return node->calls || node->total_ns || node->self_ns;
}

/* Marks nodes of [from, to) that were counted for, and what they hang from. */
static bool mark_nodes(const struct calltree *tree, size_t from, size_t to, uint32_t *numbers)
{
	bool any = false;
	size_t i;

	for (i = from; i < to; i++) {
		size_t node = i;

		if (!is_counted(&tree->nodes.items[i]))
			continue;
		for (; node && !numbers[node]; node = tree->nodes.items[node].parent)
			numbers[node] = 1;
		any = true;
	}
	return any;
}

/* In the list the root is 0, and the nodes count from 1 on. Those before `from` were counted before. */
static void put_nodes(struct writing *writing, const struct calltree *tree, size_t from, size_t to,
		      uint32_t *numbers, struct sink *piece)
{
	uint32_t next = 0;
	size_t i;

	for (i = 1; i < to; i++) {
		const struct calltree_node *node = &tree->nodes.items[i];
		const struct symbol *symbol;

		if (!numbers[i])
			continue;
		symbol = symbols_at(writing->calls->symbols, node->symbol);
		numbers[i] = ++next;
		number_write(piece, numbers[node->parent]);
		number_write(piece, number_of(writing->names, symbol->name, symbol->module));
		number_write(piece, i < from ? 0 : node->calls);
		number_write(piece, i < from ? 0 : node->total_ns);
		number_write(piece, i < from ? 0 : node->self_ns);
	}
}

static int write_nodes(struct writing *writing, int cause, size_t from, size_t to)
{
	const struct calltree *tree = writing->calls->trees[cause];
	uint32_t *numbers = calloc(to, sizeof(*numbers));
	struct sink piece;
	int error = 0;

	if (!numbers)
		return -ENOMEM;
	if (mark_nodes(tree, from, to, numbers)) {
		sink_open_memory(&piece);
		put_nodes(writing, tree, from, to, numbers, &piece);
		error = add_piece(writing, TAG_CALLS_TREE + (uint64_t)cause, &piece);
	}
	free(numbers);
	return error;
}

static int write_tree(struct writing *writing, int cause)
{
	const struct calltree *tree = writing->calls->trees[cause];
	size_t from, to, len = tree ? tree->nodes.len : 0;
	int error = 0;

	for (from = 1; !error && from < len; from = to) {
		to = len - from < NODES_IN_PIECE ? len : from + NODES_IN_PIECE;
		error = write_nodes(writing, cause, from, to);
	}
	return error;
}

int calls_write(struct sink *out, struct symbols *names, const struct recfile_calls *calls,
		calls_block_fn block, void *context)
{
	struct writing writing = {
		.out = out, .names = names, .calls = calls, .block = block, .context = context};
	int cause, error = 0;
	size_t i;

	begin_message(&writing);
	for (cause = 0; !error && cause < VP_CAUSE_NR; cause++)
		error = write_tree(&writing, cause);
	for (i = 0; !error && i < calls->functions_len; i++)
		error = write_function(&writing, &calls->functions[i]);
	if (!error)
		error = end_message(&writing);
	out->used = 0;
	return error;
}
