/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What calls of functions add to a report: rows of functions, and trees of calls by the cause of the run
 * they belong to. Pure.
 */
#ifndef MODEL_REPORT_CALLS_H
#define MODEL_REPORT_CALLS_H

#include "model/report.h"
#include "model/run_trace.h"

/* The row of this function, made if need be; that moves the others. NULL when out of memory. */
struct report_function *report_function_row(report_functions *functions, const char *name,
					    const char *module);

/* Adds calls, times and histogram of `from`. */
void report_function_add(struct report_function *into, const struct report_function *from);

/* The tree in this place, made if need be; NULL when out of memory. */
struct calltree *report_tree(struct calltree **place);

/* Adds the calls of one run, whose symbols are those of `symbols`. 0 or -ENOMEM. */
int report_queue_add_calls(struct report_queue *queue, enum vp_cause cause,
			   const struct symbols *symbols, const struct traced_call *calls,
			   uint32_t len);
/* Only the tree of them. */
int calls_to_tree(struct calltree *tree, const struct traced_call *calls, uint32_t len);

/* Makes the report's own list of functions, which must be empty: the sum over its queues. 0 or -ENOMEM. */
int report_sum_functions(struct report *report);

#endif
