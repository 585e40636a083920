// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how messages of names, trees and rows add up. Refuses to know when they were counted.
 */
#include "source/recfile_counted.h"

#include "model/report_calls.h"
#include "source/recfile_calls.h"

#include <errno.h>
#include <stdlib.h>

#define DEPTH_MAX 256u /* of a tree */

/* Where a node of the list that is being read went. */
struct place {
	uint32_t node; /* CALLTREE_NONE = there was no room */
	uint32_t depth;
};

struct name {
	char *text;
	char *module;
};

struct calls_head {
	uint32_t slot;
	uint32_t generation;
	uint32_t kind;
};

static const struct field_row name_rows[] = {
	{TAG_NAME_TEXT, FIELD_TEXT, 1, offsetof(struct name, text)},
	{TAG_NAME_MODULE, FIELD_TEXT, 1, offsetof(struct name, module)},
	{0},
};

static const struct field_row head_rows[] = {
	{TAG_CALLS_SLOT, FIELD_U32, 1, offsetof(struct calls_head, slot)},
	{TAG_CALLS_GENERATION, FIELD_U32, 1, offsetof(struct calls_head, generation)},
	{TAG_CALLS_KIND, FIELD_U32, 1, offsetof(struct calls_head, kind)},
	{0},
};

struct function_message {
	uint32_t symbol;
	struct report_function row;
};

static const struct field_row function_rows[] = {
	{TAG_FUNCTION_SYMBOL, FIELD_U32, 1, offsetof(struct function_message, symbol)},
	{TAG_FUNCTION_CALLS, FIELD_U64, 1, offsetof(struct function_message, row.calls)},
	{TAG_FUNCTION_TOTAL, FIELD_U64, 1, offsetof(struct function_message, row.total_ns)},
	{TAG_FUNCTION_SELF, FIELD_U64, 1, offsetof(struct function_message, row.self_ns)},
	{TAG_FUNCTION_TIME, FIELD_HIST, 1, offsetof(struct function_message, row.time)},
	{0},
};

static void free_rows(report_functions *functions)
{
	vec_foreach (row, functions) {
		free(row->name);
		free(row->module);
	}
	vec_free(functions);
}

void counted_free(struct recfile_counted *counted)
{
	int kind, cause;

	vec_foreach (queue, &counted->queues) {
		for (kind = 0; kind < RECFILE_KIND_NR; kind++)
			for (cause = 0; cause < VP_CAUSE_NR; cause++)
				calltree_free(queue->trees[kind][cause]);
		free_rows(&queue->functions);
	}
	vec_free(&counted->queues);
	vec_free(&counted->names);
	symbols_free(&counted->symbols);
}

static int set_name(struct recfile_counted *counted, uint64_t number, struct bytes in)
{
	struct name name = {NULL, NULL};
	uint32_t *slot;
	int error = number < RECFILE_NAMES_MAX ? fields_read(in, name_rows, &name) : -EBADMSG;

	while (!error && counted->names.len <= number) {
		slot = vec_add(&counted->names);
		if (slot)
			*slot = SYMBOL_NONE;
		else
			error = -ENOMEM;
	}
	/* A number is named once: naming it anew is no way to have more names than numbers. */
	if (!error && name.text && *name.text && counted->names.items[number] == SYMBOL_NONE) {
		uint32_t symbol = symbols_intern(&counted->symbols, name.text, name.module);

		counted->names.items[number] = symbol;
		error = symbol == SYMBOL_NONE ? -ENOMEM : 0;
	}
	free(name.text);
	free(name.module);
	return error;
}

static int first_name(struct bytes in, uint64_t *first)
{
	struct field field;

	while (field_take(&in, &field))
		if (field.tag == TAG_NAMES_FIRST)
			return number_take(&field.value, first) ? 0 : -EBADMSG;
	return -EBADMSG;
}

int counted_names(struct recfile_counted *counted, struct bytes in)
{
	struct field field;
	uint64_t number;
	int error = first_name(in, &number);

	while (!error && field_take(&in, &field))
		if (field.tag == TAG_NAME)
			error = set_name(counted, number++, field.value);
	return error || in.at == in.end ? error : -EBADMSG;
}

/* What the file calls this; a name that was not read still has its calls. */
static uint32_t symbol_of(struct recfile_counted *counted, uint64_t number)
{
	uint32_t symbol = number < counted->names.len ? counted->names.items[number] : SYMBOL_NONE;

	if (symbol != SYMBOL_NONE)
		return symbol;
	if (!counted->has_unknown) {
		counted->unknown = symbols_intern(&counted->symbols, "(unknown)", NULL);
		counted->has_unknown = counted->unknown != SYMBOL_NONE;
	}
	return counted->unknown;
}

static bool take_numbers(struct bytes *in, uint64_t *numbers, unsigned count)
{
	while (count--)
		if (!number_take(in, numbers++))
			return false;
	return true;
}

/* Places one node: numbers are its parent in the list, name, calls, total and self time. */
static int add_node(struct recfile_counted *counted, struct calltree *tree,
		    const uint64_t numbers[5], const struct place *parent, struct place *place)
{
	size_t before = tree->nodes.len;
	uint32_t symbol;

	*place = (struct place){CALLTREE_NONE, parent->depth + 1};
	if (parent->node == CALLTREE_NONE || parent->depth >= DEPTH_MAX ||
	    counted->nodes >= RECFILE_NODES_MAX) {
		counted->unplaced += numbers[2];
		return 0;
	}
	symbol = symbol_of(counted, numbers[1]);
	if (symbol != SYMBOL_NONE)
		place->node = calltree_child(tree, parent->node, symbol);
	if (place->node == CALLTREE_NONE)
		return -ENOMEM;
	counted->nodes += tree->nodes.len - before;
	calltree_add(tree, place->node, numbers[2], numbers[3], numbers[4]);
	return 0;
}

static int add_tree(struct recfile_counted *counted, struct calltree **slot, struct bytes in)
{
	size_t len = 1, most = (size_t)(in.end - in.at) / 5 + 1;
	struct place *places = calloc(most, sizeof(*places));
	struct calltree *tree = report_tree(slot);
	uint64_t numbers[5];
	int error = places && tree ? 0 : -ENOMEM;

	while (!error && in.at < in.end) {
		if (!take_numbers(&in, numbers, 5) || numbers[0] >= len) {
			error = -EBADMSG;
			break;
		}
		error = add_node(counted, tree, numbers, &places[numbers[0]], &places[len]);
		len++;
	}
	free(places);
	return error;
}

static int add_function(struct recfile_counted *counted, struct counted *queue,
			const struct function_message *message)
{
	size_t before = queue->functions.len;
	const struct symbol *name;
	struct report_function *row;
	uint32_t symbol;

	if (counted->rows >= RECFILE_ROWS_MAX) {
		counted->unplaced += message->row.calls;
		return 0;
	}
	symbol = symbol_of(counted, message->symbol);
	if (symbol == SYMBOL_NONE)
		return -ENOMEM;
	name = symbols_at(&counted->symbols, symbol);
	row = report_function_row(&queue->functions, name->name, name->module);
	if (!row)
		return -ENOMEM;
	counted->rows += queue->functions.len - before;
	report_function_add(row, &message->row);
	return 0;
}

static int take_function(struct recfile_counted *counted, struct counted *queue, struct bytes in)
{
	struct function_message *message = calloc(1, sizeof(*message));
	int error = message ? fields_read(in, function_rows, message) : -ENOMEM;

	if (!error)
		error = add_function(counted, queue, message);
	free(message);
	return error;
}

static int take_field(struct recfile_counted *counted, struct counted *queue, uint32_t kind,
		      const struct field *field)
{
	if (field->tag == TAG_CALLS_FUNCTION && kind == RECFILE_MEASURED)
		return take_function(counted, queue, field->value);
	if (field->tag >= TAG_CALLS_TREE && field->tag < TAG_CALLS_TREE + VP_CAUSE_NR)
		return add_tree(counted, &queue->trees[kind][field->tag - TAG_CALLS_TREE],
				field->value);
	return 0;
}

static struct counted *queue_at(struct recfile_counted *counted, size_t index)
{
	while (counted->queues.len <= index)
		if (!vec_add(&counted->queues))
			return NULL;
	return &counted->queues.items[index];
}

int counted_calls(struct recfile_counted *counted, struct recfile_table *table, struct bytes in)
{
	struct calls_head head = {0};
	struct counted *queue;
	struct field field;
	int index, error = fields_read(in, head_rows, &head);

	if (error || head.kind >= RECFILE_KIND_NR)
		return error; /* kinds that are not known are a newer writer's */
	index = table_index(table, head.slot, head.generation);
	if (index < 0)
		return index == -ENOSPC ? -EBADMSG : index;
	queue = queue_at(counted, (size_t)index);
	if (!queue)
		return -ENOMEM;
	while (!error && field_take(&in, &field))
		error = take_field(counted, queue, head.kind, &field);
	return error;
}

void counted_give(struct recfile_counted *counted, size_t index, struct report_queue *queue)
{
	struct counted *from;
	int cause;

	if (index >= counted->queues.len)
		return;
	from = &counted->queues.items[index];
	for (cause = 0; cause < VP_CAUSE_NR; cause++) {
		queue->trees[cause] = from->trees[RECFILE_MEASURED][cause];
		queue->samples[cause] = from->trees[RECFILE_SAMPLED][cause];
	}
	queue->functions = from->functions;
	*from = (struct counted){0};
}
