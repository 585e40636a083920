// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows which queue a slot and a generation name. Refuses to know what was counted for it.
 */
#include "source/recfile_table.h"

#include <errno.h>

static uint32_t *chain_of(struct recfile_table *table, uint32_t slot, uint32_t generation)
{
	return &table->chains[(slot + generation * 0x9e3779b1u) % TABLE_CHAINS];
}

int table_index(struct recfile_table *table, uint32_t slot, uint32_t generation)
{
	uint32_t *chain = chain_of(table, slot, generation);
	struct table_entry *entry;
	uint32_t link;

	for (link = *chain; link; link = table->entries.items[link - 1].next) {
		entry = &table->entries.items[link - 1];
		if (entry->queue.slot == slot && entry->queue.generation == generation)
			return (int)(link - 1);
	}
	if (table->entries.len >= RECFILE_QUEUES_MAX)
		return -ENOSPC;
	entry = vec_add(&table->entries);
	if (!entry)
		return -ENOMEM;
	/* The lowest bit of a slot is its direction; see struct vp_run. */
	entry->queue = (struct recfile_queue){
		.slot = slot, .generation = generation, .dir = slot & 1, .queue_pair = UINT32_MAX};
	entry->next = *chain;
	*chain = (uint32_t)table->entries.len;
	return (int)table->entries.len - 1;
}

int table_describe(struct recfile_table *table, struct recfile_queue *queue)
{
	int index = table_index(table, queue->slot, queue->generation);
	struct table_entry *entry;

	if (index < 0)
		return index;
	entry = &table->entries.items[index];
	recfile_queue_free(&entry->queue);
	entry->queue = *queue;
	entry->described = true;
	queue->vm_name = queue->device = queue->worker_comm = NULL;
	return 0;
}

void table_free(struct recfile_table *table)
{
	vec_foreach (entry, &table->entries)
		recfile_queue_free(&entry->queue);
	vec_free(&table->entries);
}
