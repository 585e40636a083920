/* SPDX-License-Identifier: BSD-2-Clause */
/* One latency of each run, and when it was over. Pure. */
#ifndef ANALYZE_RUN_METRIC_H
#define ANALYZE_RUN_METRIC_H

#include "analyze/run_gaps.h"

#include <stdbool.h>

enum run_metric {
	METRIC_SERVICE, /* enter to leave */
	METRIC_WAKE,	/* wake to enter */
	METRIC_GAP,	/* leave of a re-armed run to the kick that follows */
	METRIC_NR,
};

struct run_latency {
	size_t queue; /* its place in the gaps */
	uint64_t at_ns;
	uint64_t latency_ns; /* VP_UNKNOWN: this run has none */
};

/* 0 or -ENOMEM. */
int run_metric(struct run_gaps *gaps, enum run_metric metric, const struct run_trace *trace,
	       struct run_latency *out);

/* "service", … and back; false if there is none of this name. */
const char *run_metric_name(enum run_metric metric);
bool run_metric_find(const char *name, enum run_metric *out);

#endif
