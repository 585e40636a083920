/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a recording says was counted for functions, added up: names, trees of calls and rows of each queue.
 * Bounded whatever the file says; what there is no room for is counted. Pure.
 */
#ifndef SOURCE_RECFILE_COUNTED_H
#define SOURCE_RECFILE_COUNTED_H

#include "model/report.h"
#include "source/recfile_field.h"
#include "source/recfile_table.h"

#include <stdbool.h>

struct counted {
	struct calltree *trees[RECFILE_KIND_NR][VP_CAUSE_NR];
	report_functions functions;
};

struct recfile_counted {
	struct symbols symbols; /* of all trees */
	VEC(uint32_t) names;	/* the symbol of each of the file's names; SYMBOL_NONE = not read */
	VEC(struct counted) queues; /* indexed like the table */
	uint32_t unknown;	    /* the symbol of what has no name, once there was such */
	bool has_unknown;
	size_t nodes, rows; /* in all of them */
	uint64_t unplaced;  /* calls there was no room for */
};

void counted_free(struct recfile_counted *counted);

/* A names block and a calls block: 0, -ENOMEM, -EBADMSG. */
int counted_names(struct recfile_counted *counted, struct bytes in);
int counted_calls(struct recfile_counted *counted, struct recfile_table *table, struct bytes in);

/* Moves what was counted for the queue with this index to its place in a report. */
void counted_give(struct recfile_counted *counted, size_t index, struct report_queue *queue);

#endif
