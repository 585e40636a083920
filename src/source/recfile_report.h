/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From a recording to the report the live profile would have given: the exact counters at its end,
 * or, where those are missing, what its runs add up to. Pure.
 */
#ifndef SOURCE_RECFILE_REPORT_H
#define SOURCE_RECFILE_REPORT_H

#include "model/run_trace.h"
#include "source/recfile_read.h"

struct recfile_options {
	bool blocks; /* keep what was counted block by block */
	const struct run_sink
		*sink; /* gets every run in the order of the file; NULL = nobody wants them */
};

/*
 * Reads what is left of the file; what is missing in it is a note of the report, too. `options` NULL =
 * the report alone. A sink that wants no more runs ends it like the end of the file.
 */
int recfile_report(struct recfile *file, const char *path, const struct recfile_options *options,
		   struct report **report, struct err *err);

#endif
