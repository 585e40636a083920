/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does a queue churn? A run churns when it ended by re-arming notifications on an empty ring and a
 * kick of the same queue followed within the window: two context switches and a guest exit for
 * what a few microseconds of patience would have picked up.
 *
 * Knows where the line between churn, some churn and none is drawn. Refuses to know how the
 * finding is worded. Pure.
 */
#ifndef ANALYZE_CHURN_H
#define ANALYZE_CHURN_H

#include "model/report.h"

#include <stdint.h>

/* From here on most runs exist only because of churn. */
#define CHURN_RATIO 0.50
/* Below it, even perfect tuning would save fewer than one wakeup in ten. */
#define CHURN_RATIO_SOME 0.10
/* With fewer runs, one run more or less moves the ratio by over half of CHURN_RATIO_SOME. */
#define CHURN_RUNS_MIN 20

enum churn_verdict {
	CHURN_UNKNOWN = 0, /* `why` says why */
	CHURN_NONE,
	CHURN_SOME,
	CHURN_YES,
	CHURN_VERDICT_NR,
};

enum churn_why {
	CHURN_WHY_JUDGED = 0,
	CHURN_WHY_NO_RUNS,
	CHURN_WHY_FEW_RUNS,
	CHURN_WHY_NO_REARMS, /* re-arms were not measured */
	CHURN_WHY_NO_TIME,   /* the source has no absolute time, gaps cannot be measured */
};

struct churn {
	enum churn_verdict verdict;
	enum churn_why why;
	enum vp_dir dir;
	uint64_t runs;
	uint64_t churn_runs;   /* VP_UNKNOWN without absolute time or re-arms */
	double ratio;	       /* churn_runs / runs; negative = unknown */
	double per_second;     /* churn runs; negative = unknown */
	double chains_per_run; /* negative = unknown */
	uint64_t window_ns;
	uint64_t gap_p50_ns; /* VP_UNKNOWN when there was no gap */
};

/* `duration_ns` of the window may be VP_UNKNOWN. */
struct churn churn_judge(const struct report_queue *queue, uint64_t duration_ns);

#endif
