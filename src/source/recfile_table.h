/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queues of a recording, found by what its runs say: slot and generation. Holds at most
 * RECFILE_QUEUES_MAX. Pure.
 */
#ifndef SOURCE_RECFILE_TABLE_H
#define SOURCE_RECFILE_TABLE_H

#include "source/recfile.h"

#define TABLE_CHAINS 4096u

struct table_entry {
	struct recfile_queue queue; /* all but slot and generation unknown until it was described */
	bool described;
	uint32_t next; /* in its chain, 0 = the last, else index + 1 */
};

struct recfile_table {
	VEC(struct table_entry) entries;
	uint32_t chains[TABLE_CHAINS]; /* 0 = empty, else index + 1 */
};

/*
 * The index of a queue, which is added, not described, if it was not met before. Indexes are small,
 * given in the order of appearance, and never change. -ENOSPC, -ENOMEM.
 */
int table_index(struct recfile_table *table, uint32_t slot, uint32_t generation);

/* Takes over the strings of `queue`; the last description of a queue holds. -ENOSPC, -ENOMEM. */
int table_describe(struct recfile_table *table, struct recfile_queue *queue);

void table_free(struct recfile_table *table);

#endif
