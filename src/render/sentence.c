// SPDX-License-Identifier: BSD-2-Clause
#include "render/sentence.h"

#include "base/units.h"
#include "render/number.h"

#include <assert.h>
#include <stdio.h>

static const char *const verdicts[] = {
	[CHURN_UNKNOWN] = "churn unknown",
	[CHURN_NONE] = "does not churn",
	[CHURN_SOME] = "churns now and then",
	[CHURN_YES] = "churns",
};
static_assert(sizeof(verdicts) / sizeof(verdicts[0]) == CHURN_VERDICT_NR,
	      "every verdict is worded");

/* "50 us", not "50.0 us": the window is a round number somebody chose. */
static char *window_text(char out[UNITS_LEN], uint64_t ns)
{
	if (ns % 1000 == 0 && ns < 1000000)
		snprintf(out, UNITS_LEN, "%u us", (unsigned)(ns / 1000));
	else
		units_duration(out, ns);
	return out;
}

/* "660 of 680 runs (97 %) re-armed notifications and were kicked again within 50 us" */
static int add_evidence(char *out, size_t size, const struct churn *churn)
{
	char part[UNITS_LEN], whole[UNITS_LEN], share[NUMBER_LEN], window[UNITS_LEN];

	return snprintf(out, size,
			"%s of %s runs (%s) re-armed notifications and were kicked again within %s",
			units_count(part, churn->churn_runs), units_count(whole, churn->runs),
			number_share(share, churn->ratio), window_text(window, churn->window_ns));
}

static int add_gap(char *out, size_t size, const struct churn *churn)
{
	char gap[UNITS_LEN];

	if (churn->gap_p50_ns == VP_UNKNOWN)
		return 0;
	return snprintf(out, size, " (gap p50 %s)", units_duration(gap, churn->gap_p50_ns));
}

/* What churn costs, per chain: a chain is one packet, or one buffer the guest hands back on rx. */
static int add_cost(char *out, size_t size, const struct churn *churn)
{
	const char *thing = churn->dir == VP_TX ? "packet" : "buffer";
	double chains = churn->chains_per_run;
	char mean[NUMBER_LEN];

	if (chains < 0 || churn->verdict < CHURN_SOME)
		return snprintf(out, size, ".");
	number_mean(mean, chains);
	if (churn->verdict == CHURN_SOME)
		return snprintf(out, size, "; %s chains per run.", mean);
	if (chains < 1.25)
		return snprintf(out, size,
				"; %s %s per run, so almost every %s costs a guest exit and a "
				"worker wakeup.",
				mean, chains < 1.05 && chains >= 0.95 ? "chain" : "chains", thing);
	if (chains < 2)
		return snprintf(out, size,
				"; %s chains per run, so most %ss cost a guest exit and a worker "
				"wakeup.",
				mean, thing);
	return snprintf(
		out, size,
		"; %s chains per run, so every %s %ss cost a guest exit and a worker wakeup.", mean,
		mean, thing);
}

static char *judged(char out[SENTENCE_LEN], const char *queue, const struct churn *churn)
{
	size_t used;

	used = (size_t)snprintf(out, SENTENCE_LEN, "%s %s: ", queue, verdicts[churn->verdict]);
	used += (size_t)add_evidence(out + used, SENTENCE_LEN - used, churn);
	used += (size_t)add_gap(out + used, SENTENCE_LEN - used, churn);
	add_cost(out + used, SENTENCE_LEN - used, churn);
	return out;
}

static char *too_few(char out[SENTENCE_LEN], const char *queue, const struct churn *churn)
{
	size_t used;

	used = (size_t)snprintf(out, SENTENCE_LEN, "%s: %s, %u runs are the least to judge from; ",
				queue, verdicts[CHURN_UNKNOWN], CHURN_RUNS_MIN);
	used += (size_t)add_evidence(out + used, SENTENCE_LEN - used, churn);
	snprintf(out + used, SENTENCE_LEN - used, ".");
	return out;
}

static char *not_judged(char out[SENTENCE_LEN], const char *queue, const char *why)
{
	snprintf(out, SENTENCE_LEN, "%s: %s, %s.", queue, verdicts[CHURN_UNKNOWN], why);
	return out;
}

char *sentence_churn(char out[SENTENCE_LEN], const char *queue, const struct churn *churn)
{
	switch (churn->why) {
	case CHURN_WHY_NO_RUNS:
		return not_judged(out, queue, "there were no runs");
	case CHURN_WHY_NO_REARMS:
		return not_judged(out, queue, "re-arms of notifications were not measured");
	case CHURN_WHY_NO_TIME:
		return not_judged(out, queue,
				  "the source has no absolute time to measure gaps with");
	case CHURN_WHY_FEW_RUNS:
		return too_few(out, queue, churn);
	default:
		return judged(out, queue, churn);
	}
}
