// SPDX-License-Identifier: BSD-2-Clause
/* Knows how a tree grows. Refuses to know what its symbols are called and what is made of it. */
#include "model/calltree.h"

#include <errno.h>
#include <stdlib.h>

struct calltree *calltree_new(void)
{
	struct calltree *tree = calloc(1, sizeof(*tree));

	if (!tree)
		return NULL;
	if (!vec_add(&tree->nodes)) {
		free(tree);
		return NULL;
	}
	return tree;
}

void calltree_free(struct calltree *tree)
{
	if (!tree)
		return;
	vec_free(&tree->nodes);
	free(tree);
}

uint32_t calltree_child(struct calltree *tree, uint32_t parent, uint32_t symbol)
{
	struct calltree_node *nodes = tree->nodes.items, *made;
	uint32_t child = nodes[parent].child;

	while (child && nodes[child].symbol != symbol)
		child = nodes[child].next;
	if (child)
		return child;
	made = vec_add(&tree->nodes);
	if (!made)
		return CALLTREE_NONE;
	child = (uint32_t)tree->nodes.len - 1;
	made->parent = parent;
	made->symbol = symbol;
	made->next = tree->nodes.items[parent].child;
	tree->nodes.items[parent].child = child;
	return child;
}

void calltree_add(struct calltree *tree, uint32_t node, uint64_t calls, uint64_t total_ns,
		  uint64_t self_ns)
{
	tree->nodes.items[node].calls += calls;
	tree->nodes.items[node].total_ns += total_ns;
	tree->nodes.items[node].self_ns += self_ns;
}

int calltree_merge(struct calltree *into, const struct calltree *from, const uint32_t *translate)
{
	uint32_t *place = calloc(from->nodes.len, sizeof(*place));
	int error = place ? 0 : -ENOMEM;

	for (size_t i = 1; !error && i < from->nodes.len; i++) {
		const struct calltree_node *node = &from->nodes.items[i];
		uint32_t symbol = translate ? translate[node->symbol] : node->symbol;

		place[i] = calltree_child(into, place[node->parent], symbol);
		if (place[i] == CALLTREE_NONE)
			error = -ENOMEM;
		else
			calltree_add(into, place[i], node->calls, node->total_ns, node->self_ns);
	}
	free(place);
	return error;
}
