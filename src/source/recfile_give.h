/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a recording knows of its queues beside their counters: blocks, trees of calls, functions. Each goes to
 * the row of the report that speaks of the same queue. Pure.
 */
#ifndef SOURCE_RECFILE_GIVE_H
#define SOURCE_RECFILE_GIVE_H

#include "source/recfile_tally.h"

/*
 * Moves all of it. A queue whose functions were not measured gets trees of its handlers alone, from its
 * runs. 0 or -ENOMEM.
 */
int recfile_give(struct recfile *file, struct tallies *tallies, struct report *report);

#endif
