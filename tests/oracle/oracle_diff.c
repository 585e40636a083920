// SPDX-License-Identifier: BSD-2-Clause
/*
 * The error rate that a diff promises, against streams of runs whose true rates and times are known:
 * two halves of one steady stream must show nothing, and a real change must show. The streams are no
 * friends of statistics: load comes in waves, run times hang together over many runs and have a heavy
 * tail.
 */
#include "oracle.h"

#include "analyze/diff.h"
#include "model/blocks.h"
#include "model/hist.h"

#include <math.h>

#define ROUNDS	  150
#define RUNS	  4000
#define FUNCTIONS 8
#define GAP_NS	  20000.0
#define MEMORY	  0.98 /* of the slow wave, from run to run */

/* Of ROUNDS rounds at the promised rate, more show something once in a thousand seeds at most. */
#define ROUNDS_WRONG_MAX 8

struct stream {
	double wave, now_ns;
	double slower; /* factor on run times */
	double denser; /* factor on the rate of runs */
};

static double uniform(void)
{
	return ((double)(oracle_random() >> 11) + 0.5) / 9007199254740992.0;
}

static double normal(void)
{
	return sqrt(-2 * log(uniform())) * cos(6.283185307179586 * uniform());
}

static void add_calls(struct report *report, const struct blocks_place *place, uint64_t run_ns)
{
	vec_foreach (function, &report->functions) {
		uint64_t ns = (uint64_t)((double)run_ns / FUNCTIONS * exp(0.3 * normal()));

		function->calls++;
		function->total_ns += ns;
		hist_add(&function->time, ns);
		oracle_check(!blocks_pair_add_call(&function->blocks, place, ns), "memory");
	}
}

static void add_run(struct report *report, struct stream *stream, uint64_t start_ns)
{
	struct report_queue *queue = &report->queues.items[0];
	uint64_t ns = (uint64_t)(5000 * stream->slower * exp(0.3 * stream->wave + 0.4 * normal()) *
				 (oracle_below(300) ? 1 : 60));
	uint64_t now_ns = (uint64_t)stream->now_ns - start_ns;
	struct vp_run run = {
		.wake_ns = now_ns,
		.enter_ns = now_ns + (uint64_t)(2000 * exp(0.5 * normal())),
		.chains = 1 + (uint32_t)oracle_below(3),
		.cause = VP_CAUSE_KICK,
		.end = VP_END_REARMED,
	};
	struct blocks_run done = {.run = &run, .gap_ns = 1000, .churned = oracle_below(10) < 4};
	struct blocks_place place = {.runs = queue->runs, .time_ns = now_ns};

	run.leave_ns = run.enter_ns + ns;
	queue->runs++;
	queue->chains += run.chains;
	queue->churn_runs += done.churned;
	hist_add(&queue->service, ns);
	hist_add(&queue->wake, run.enter_ns - run.wake_ns);
	oracle_check(!blocks_pair_add_run(&queue->blocks, &place, &done), "memory");
	add_calls(report, &place, ns);
	stream->wave = MEMORY * stream->wave + sqrt(1 - MEMORY * MEMORY) * normal();
	stream->now_ns += -log(uniform()) * GAP_NS * exp(0.5 * stream->wave) / stream->denser;
}

static struct report *new_report(void)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);
	int i;

	queue->worker_tid = 7;
	queue->dir = VP_TX;
	queue->churn_runs = 0;
	for (i = 0; i < FUNCTIONS; i++) {
		struct report_function *function = vec_add(&report->functions);
		char name[] = "function_a";

		name[sizeof(name) - 2] = (char)('a' + i);
		report_string(&function->name, name);
	}
	return report;
}

/* As far as the stream gets in `runs` runs. */
static struct report *record(struct stream *stream, unsigned runs)
{
	struct report *report = new_report();
	uint64_t start_ns = (uint64_t)stream->now_ns;

	while (runs--)
		add_run(report, stream, start_ns);
	report->source.duration_ns = (uint64_t)stream->now_ns - start_ns;
	return report;
}

/* Compares a stream with what it becomes. */
static struct diff *compare(unsigned runs, double slower, double denser)
{
	struct stream stream = {.wave = normal(), .slower = 1, .denser = 1};
	struct report *before = record(&stream, runs), *after;
	struct diff *diff;

	stream.slower = slower;
	stream.denser = denser;
	after = record(&stream, runs);
	oracle_check(!diff_make(before, after, &diff), "memory");
	return diff;
}

static void forget(struct diff *diff)
{
	report_free((struct report *)diff->before);
	report_free((struct report *)diff->after);
	diff_free(diff);
}

static void steady_shows_nothing(void)
{
	unsigned round, wrong = 0, judged = 0;

	for (round = 0; round < ROUNDS; round++) {
		struct diff *diff = compare(RUNS / 2, 1, 1);

		wrong += diff->changed > 0;
		judged += diff->judged > 30;
		forget(diff);
	}
	printf("# steady: %u of %u rounds showed a change that was none\n", wrong, ROUNDS);
	oracle_check(wrong <= ROUNDS_WRONG_MAX, "%u of %u rounds wrong", wrong, ROUNDS);
	oracle_check(judged > ROUNDS * 9 / 10, "only %u rounds judged most rows", judged);
}

static void change_shows(double slower, double denser, enum diff_measure measure)
{
	unsigned round, seen = 0;

	for (round = 0; round < 20; round++) {
		struct diff *diff = compare(RUNS * 2, slower, denser);

		seen += diff->queues.items[0].values[measure].verdict == DIFF_MORE;
		oracle_check(slower > 1 || diff_worst(diff) == 0, "a cost rose: %f",
			     diff_worst(diff));
		forget(diff);
	}
	printf("# measure %d: seen in %u of 20 rounds\n", measure, seen);
	oracle_check(seen >= 18, "measure %d: seen in %u of 20 rounds", measure, seen);
}

/* With next to nothing to go by, there is no verdict but that. */
static void short_is_not_judged(void)
{
	struct diff *diff = compare(3, 5, 1);

	oracle_check(!diff_could_judge(diff), "%u values judged", diff->judged);
	forget(diff);
}

int main(int argc, char **argv)
{
	oracle_begin(argc, argv);
	steady_shows_nothing();
	change_shows(1.6, 1, DIFF_PER_EVENT);
	change_shows(1.6, 1, DIFF_P50);
	change_shows(1.6, 1, DIFF_PER_CHAIN);
	change_shows(1, 2.5, DIFF_RATE);
	short_is_not_judged();
	return oracle_end("diff", ROUNDS);
}
