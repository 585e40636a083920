// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/run_metric.h"

#include <assert.h>
#include <string.h>

static const char *const names[] = {
	[METRIC_SERVICE] = "service",
	[METRIC_WAKE] = "wake",
	[METRIC_GAP] = "gap",
};
static_assert(sizeof(names) / sizeof(names[0]) == METRIC_NR, "one name per metric");

const char *run_metric_name(enum run_metric metric)
{
	return names[metric];
}

bool run_metric_find(const char *name, enum run_metric *out)
{
	enum run_metric metric;

	for (metric = 0; metric < METRIC_NR; metric++)
		if (!strcmp(names[metric], name)) {
			*out = metric;
			return true;
		}
	return false;
}

static uint64_t wake_of(const struct vp_run *run)
{
	if (run->wake_ns == VP_UNKNOWN)
		return VP_UNKNOWN;
	return run->enter_ns > run->wake_ns ? run->enter_ns - run->wake_ns : 0;
}

int run_metric(struct run_gaps *gaps, enum run_metric metric, const struct run_trace *trace,
	       struct run_latency *out)
{
	const struct vp_run *run = trace->run;
	uint64_t gap_ns;
	int error = run_gaps_add(gaps, trace, &out->queue, &gap_ns);

	if (error)
		return error;
	switch (metric) {
	case METRIC_WAKE:
		out->at_ns = run->enter_ns;
		out->latency_ns = wake_of(run);
		return 0;
	case METRIC_GAP:
		out->at_ns = run->enter_ns;
		out->latency_ns = gap_ns;
		return 0;
	default:
		out->at_ns = run->leave_ns;
		out->latency_ns = trace->service_ns;
		return 0;
	}
}
