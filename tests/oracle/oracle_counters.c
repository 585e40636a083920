// SPDX-License-Identifier: BSD-2-Clause
/*
 * Counting runs one by one against counting them again from the whole list, told in the words of
 * the definition: a gap lies between a run that ended re-armed and the next run if that was kicked.
 */
#include "oracle.h"

#include "model/counters.h"
#include "model/hist.h"

#include <string.h>

#define ROUNDS	 2000
#define RUNS_MAX 100

static struct vp_run runs[RUNS_MAX];
static size_t len;
static uint64_t window_ns;
static enum counters_gap_end gap_end;
static struct vp_counters counted, expected;

/* Time goes on by nothing, a little, or a lot; wakes may come before the leave before them. */
static uint64_t pass(uint64_t now_ns)
{
	return now_ns + oracle_below(3) * oracle_magnitude(18);
}

static void invent_run(struct vp_run *run, uint64_t *now_ns)
{
	uint64_t before_ns = *now_ns;

	memset(run, 0, sizeof(*run));
	run->wake_ns = oracle_below(4) ? pass(before_ns) : before_ns - oracle_below(1000);
	run->enter_ns = pass(run->wake_ns > before_ns ? run->wake_ns : before_ns);
	run->leave_ns = pass(run->enter_ns);
	if (!oracle_below(5))
		run->wake_ns = VP_UNKNOWN;
	run->chains = (uint32_t)oracle_below(257);
	run->calls = (uint32_t)oracle_below(4);
	run->rearms = (uint16_t)oracle_below(3);
	run->races = (uint16_t)oracle_below(3);
	run->cause = (uint8_t)oracle_below(VP_CAUSE_NR);
	run->end = (uint8_t)(oracle_below(2) ? VP_END_REARMED : oracle_below(VP_END_NR));
	*now_ns = run->leave_ns;
}

static void invent(void)
{
	uint64_t now_ns = 1000000000;
	size_t i;

	len = oracle_below(RUNS_MAX + 1);
	window_ns = oracle_magnitude(18);
	gap_end = oracle_below(2) ? GAP_ENDS_AT_WAKE : GAP_ENDS_AT_ENTER;
	for (i = 0; i < len; i++)
		invent_run(&runs[i], &now_ns);
}

static void count(void)
{
	struct counters_previous previous = {0};
	size_t i;

	memset(&counted, 0, sizeof(counted));
	for (i = 0; i < len; i++)
		counters_add_run(&counted, &previous, &runs[i], gap_end, window_ns);
}

static void recount_gap(const struct vp_run *before, const struct vp_run *run)
{
	uint64_t end_ns = gap_end == GAP_ENDS_AT_ENTER ? run->enter_ns : run->wake_ns;
	uint64_t gap_ns;

	if (before->end != VP_END_REARMED)
		return;
	if (run->cause != VP_CAUSE_KICK)
		return;
	if (end_ns == VP_UNKNOWN)
		return;
	gap_ns = end_ns < before->leave_ns ? 0 : end_ns - before->leave_ns;
	hist_add(&expected.gap, gap_ns);
	expected.churn_runs += gap_ns <= window_ns;
}

static void recount(void)
{
	size_t i;

	memset(&expected, 0, sizeof(expected));
	expected.runs = len;
	for (i = 0; i < len; i++) {
		expected.causes[runs[i].cause]++;
		expected.ends[runs[i].end]++;
		expected.chains += runs[i].chains;
		expected.calls += runs[i].calls;
		expected.rearms += runs[i].rearms;
		expected.races += runs[i].races;
		hist_add(&expected.service, runs[i].leave_ns - runs[i].enter_ns);
		hist_add(&expected.batch, runs[i].chains);
		if (runs[i].wake_ns != VP_UNKNOWN)
			hist_add(&expected.wake, runs[i].enter_ns - runs[i].wake_ns);
		if (i)
			recount_gap(&runs[i - 1], &runs[i]);
	}
}

#define same(field)                                                                   \
	oracle_check(!memcmp(&counted.field, &expected.field, sizeof(counted.field)), \
		     "%zu runs, window %llu ns", len, (unsigned long long)window_ns)

static void compare(void)
{
	same(runs);
	same(causes);
	same(ends);
	same(chains);
	same(calls);
	same(rearms);
	same(races);
	same(churn_runs);
	same(wake);
	same(service);
	same(gap);
	same(batch);
	oracle_check(!memcmp(&counted, &expected, sizeof(counted)), "something else was touched");
}

int main(int argc, char **argv)
{
	unsigned long round;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		invent();
		count();
		recount();
		compare();
	}
	return oracle_end("counters", ROUNDS);
}
