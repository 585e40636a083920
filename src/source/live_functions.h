/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was counted for the functions of one queue: a histogram for each, and calls and times for each
 * place in the tree of calls, by cause. Knows the maps' layout and how it becomes a part of a report.
 */
#ifndef SOURCE_LIVE_FUNCTIONS_H
#define SOURCE_LIVE_FUNCTIONS_H

#include "model/probe.h"
#include "model/report.h"

#include <stdint.h>
#include <vhostprof/config.h>
#include <vhostprof/wire.h>

/* The maps as they lie in memory; all NULL below level stages. Layout: bpf/maps.bpf.h. */
struct function_maps {
	struct vp_hist *functions;
	struct vp_node_counters *node_counters;
	const struct vp_node *nodes; /* VP_NODES */
};

#define FUNCTION_NODES (VP_CAUSE_NR * VP_NODES)

struct live_functions {
	struct vp_hist *time[PROBE_NR];	 /* by row; NULL = never called */
	struct vp_node_counters *places; /* FUNCTION_NODES, by cause and node; NULL likewise */
};

/* Adds what the maps hold for `slot` and `bank`; -ENOMEM. */
int live_functions_add(struct live_functions *into, const struct function_maps *maps, uint32_t slot,
		       unsigned bank);
void live_functions_clear_bank(const struct function_maps *maps, uint32_t slot, unsigned bank);

/* Forgets everything. */
void live_functions_free(struct live_functions *functions);

/* How the rows are called here; NULL = the row is not attached. Must not be copied: names lie in `text`. */
struct function_names {
	const char *name[PROBE_NR];
	const char *module[PROBE_NR];
	char text[PROBE_NR][64];
};

/* Fills functions and trees of the queue, whose report gets the names; -ENOMEM. */
int live_functions_report(const struct live_functions *functions, const struct vp_node *nodes,
			  const struct function_names *names, struct report *report,
			  struct report_queue *queue);

#endif
