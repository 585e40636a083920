/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a recording to the report the live profile would have given: the exact counters at its end,
 * or, where those are missing, what its runs add up to. Pure.
 */
#ifndef SOURCE_RECFILE_REPORT_H
#define SOURCE_RECFILE_REPORT_H

#include "source/recfile_read.h"

/* Reads what is left of the file. What is missing in it is a note of the report, too. */
int recfile_report(struct recfile *file, const char *path, struct report **report, struct err *err);
/* Also keeps what was counted block by block. */
int recfile_report_blocks(struct recfile *file, const char *path, struct report **report,
			  struct err *err);

#endif
