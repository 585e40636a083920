// SPDX-License-Identifier: BSD-2-Clause
/*
 * Causes and wake times of the BPF side against a naive vhost whose enqueues race each other and the
 * worker between every two steps. Where no flag changed between an enqueue's first probe and its
 * try, the answer must be exact. Where one did, two orders can look the same to every probe: there the
 * answer must be right most of the time, and the share of wrong ones is held below a bound.
 */
#include "oracle.h"

#include "../bpf/world.h"

#define ROUNDS	      150
#define STEPS	      3000
#define WRONG_PERCENT 8 /* of all runs, with interruptions at every second step */

static struct vp_run recorded;
static bool has_recorded;
static unsigned long long exact, torn, wrong, unknown;
static struct {
	unsigned torn, before; /* torn tries between the last two takes, and those before */
} rounds_of[DEVICES * 2][2];

static void keep_record(const void *record)
{
	recorded = ((const struct run_record *)record)->run;
	has_recorded = true;
}

static void note_lost(void)
{
	oracle_check(false, "nothing is lost here");
}

static bool probe_missed(struct worker *worker, bool enter)
{
	(void)worker, (void)enter;
	return false;
}

/* The first probe of the enqueue, or a later one of it that was the first to find the flag clear. */
static bool is_right(const struct worker *worker)
{
	const struct enqueue *owner = &worker->owner;

	return recorded.cause == worker->truth.cause && recorded.wake_ns >= owner->first_ns &&
	       recorded.wake_ns <= owner->last_ns;
}

static void run_left(struct worker *worker)
{
	const struct work *work = worker->work;
	unsigned *before = &rounds_of[slot_of(work)][work->is_net].before;
	bool has_torn = worker->torn || *before;

	oracle_check(has_recorded, "no record");
	has_recorded = false;
	oracle_check(is_right(worker) || has_torn || worker->owner.torn,
		     "cause %u, not %u; woken %llu, not %llu", recorded.cause, worker->truth.cause,
		     (unsigned long long)recorded.wake_ns,
		     (unsigned long long)worker->owner.first_ns);
	exact += !has_torn;
	torn += has_torn;
	wrong += !is_right(worker);
	unknown += recorded.wake_ns == VP_UNKNOWN;
	*before = worker->torn ? 8 : *before - (*before > 0);
}

static void round_begin(void)
{
	atomic_enqueues = false;
	has_recorded = false;
	memset(rounds_of, 0, sizeof(rounds_of));
	world_begin();
	sim.submitted = keep_record;
	sim.lost = note_lost;
	control.on = 1;
}

int main(int argc, char **argv)
{
	unsigned long round;
	unsigned i, rest;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		round_begin();
		rest = 1 + (unsigned)oracle_below(40);
		for (i = 0; i < STEPS; i++)
			world_step(rest);
		kernel_end();
	}
	printf("# %llu runs, %llu near a torn enqueue, %llu of these wrong, %llu unknown\n",
	       exact + torn, torn, wrong, unknown);
	oracle_check(wrong * 100 <= (exact + torn) * WRONG_PERCENT, "%llu of %llu runs are wrong",
		     wrong, exact + torn);
	oracle_check(unknown * 200 <= exact + torn, "%llu runs were queued by nobody", unknown);
	oracle_check(torn > exact / 100, "%llu: the races are not there", torn);
	return oracle_end("wake", ROUNDS);
}
