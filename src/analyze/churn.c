// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/churn.h"

#include "model/hist.h"

static double ratio_of(uint64_t part, uint64_t whole)
{
	if (part == VP_UNKNOWN || whole == VP_UNKNOWN || !whole)
		return -1;
	return (double)part / (double)whole;
}

static enum churn_why what_is_missing(const struct churn *churn, uint64_t rearms)
{
	if (!churn->runs)
		return CHURN_WHY_NO_RUNS;
	if (churn->ratio < 0)
		return rearms == VP_UNKNOWN ? CHURN_WHY_NO_REARMS : CHURN_WHY_NO_TIME;
	return churn->runs < CHURN_RUNS_MIN ? CHURN_WHY_FEW_RUNS : CHURN_WHY_JUDGED;
}

static enum churn_verdict verdict_of(double ratio)
{
	if (ratio >= CHURN_RATIO)
		return CHURN_YES;
	return ratio >= CHURN_RATIO_SOME ? CHURN_SOME : CHURN_NONE;
}

struct churn churn_judge(const struct report_queue *queue, uint64_t duration_ns)
{
	struct churn churn = {
		.dir = queue->dir,
		.runs = queue->runs,
		.churn_runs = queue->churn_runs,
		.ratio = ratio_of(queue->churn_runs, queue->runs),
		.per_second = ratio_of(queue->churn_runs, duration_ns) * 1e9,
		.chains_per_run = ratio_of(queue->chains, queue->runs),
		.window_ns = queue->churn_window_ns,
		.gap_p50_ns = hist_percentile(&queue->gap, 0.5),
	};

	churn.why = what_is_missing(&churn, queue->rearms);
	if (churn.why == CHURN_WHY_JUDGED)
		churn.verdict = verdict_of(churn.ratio);
	return churn;
}
