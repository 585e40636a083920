// SPDX-License-Identifier: BSD-2-Clause
/*
 * The what-if against a worker that is played through, packet by packet: what it predicts for N from the
 * run of a worker that does not poll must be what a worker that polls for N does. Played with guests that
 * wait until their packet is done before they go on, and with guests that send by the clock.
 */
#include "oracle.h"

#include "analyze/whatif.h"
#include "model/hist.h"

#include <math.h>

#define ROUNDS	   80
#define PACKETS	   3000
#define SERVICE_NS 5000
#define CLOSE	   0.05 /* the buckets and the unit of the clock that the spin ends in */
#define ROUNDING   1e-9
#define CLOSE_WALK 0.05
#define MOSTLY	   0.92

static const struct whatif_options options = {.cpu_budget = 1, .worth_ns = WHATIF_WORTH_NS};

/* Known, and the same for every worker: from one packet to the next, and how long the worker wakes. */
static uint64_t step_ns[PACKETS], wake_ns[PACKETS];

/* Of guests that send by the clock. */
static unsigned points, close_shares, close_spins;

static double uniform(void)
{
	return (double)(oracle_random() >> 11) / 0x1p53;
}

/* Steady with some jitter, Poisson, or trains with a pause between. */
static uint64_t step_of(unsigned kind, uint64_t usual, unsigned i)
{
	switch (kind) {
	case 0:
		return usual * 9 / 10 + oracle_below(usual / 5);
	case 1:
		return (uint64_t)((double)usual * -log(1 - uniform()));
	default:
		return i % 8 ? usual / 2 + oracle_below(usual) : 200000 + oracle_below(3000000);
	}
}

static void make_traffic(unsigned kind, uint64_t usual, uint64_t slow)
{
	unsigned i;

	for (i = 0; i < PACKETS; i++) {
		step_ns[i] = step_of(kind, usual, i);
		wake_ns[i] = slow / 2 + oracle_below(slow);
	}
}

struct played {
	uint64_t kicks, spun_ns, total_ns;
	struct vp_hist gap, wake;
};

/* As the kernel's clock has it: up to the end of the unit that is N after the one it began in. */
static uint64_t spin_ns(uint64_t begin_ns, uint32_t poll_us)
{
	uint64_t unit = WHATIF_UNIT_NS;

	return poll_us ? (begin_ns / unit + poll_us + 1) * unit - begin_ns : 0;
}

/* The worker is idle since `idle_ns`; the next packet comes at `due_ns`. Returns when it takes it. */
static uint64_t wait_for(struct played *out, uint64_t idle_ns, uint64_t due_ns, uint32_t poll_us,
			 unsigned i)
{
	uint64_t spin = spin_ns(idle_ns, poll_us), gap_ns = due_ns - idle_ns;

	if (gap_ns < spin) {
		out->spun_ns += gap_ns;
		return due_ns;
	}
	out->spun_ns += spin;
	out->kicks++;
	hist_add(&out->gap, gap_ns - spin);
	hist_add(&out->wake, wake_ns[i]);
	return due_ns + wake_ns[i];
}

/* A guest that waits goes on a step after its packet was done, the other one a step after it was sent. */
static void play(struct played *out, uint32_t poll_us, bool waits)
{
	uint64_t idle_ns = 0, due_ns = 0;
	unsigned i;

	*out = (struct played){0};
	for (i = 0; i < PACKETS; i++) {
		due_ns = (waits ? idle_ns : due_ns) + step_ns[i];
		if (due_ns > idle_ns)
			idle_ns = wait_for(out, idle_ns, due_ns, poll_us, i);
		idle_ns += SERVICE_NS;
	}
	out->total_ns = idle_ns;
}

/*
 * Exact for a guest that waits. For one that sends by the clock two states stand for all that went before,
 * so where a little more spinning changes everything the prediction may be off: rarely.
 */
static void check_point(const struct whatif_point *point, const struct played *quiet, bool waits)
{
	struct played polls;
	double absorbed;

	play(&polls, point->poll_us, waits);
	absorbed = 1 - (double)polls.kicks / (double)quiet->kicks;
	oracle_check(point->absorbed_low <= point->absorbed + ROUNDING &&
			     point->absorbed <= point->absorbed_high + ROUNDING &&
			     point->absorbed <= point->absorbed_waiting + ROUNDING,
		     "%f %f %f, %f", point->absorbed_low, point->absorbed, point->absorbed_high,
		     point->absorbed_waiting);
	if (waits) {
		oracle_check(fabs(point->absorbed_waiting - absorbed) < CLOSE,
			     "poll-us %u absorbs %f, predicted %f", point->poll_us, absorbed,
			     point->absorbed_waiting);
		return;
	}
	points++;
	close_shares += fabs(point->absorbed - absorbed) < CLOSE_WALK;
	close_spins += fabs(point->cpu_added * (double)quiet->total_ns - (double)polls.spun_ns) <
		       2 * CLOSE_WALK * (double)polls.spun_ns;
}

static void check_recommended(const struct whatif *whatif)
{
	double best = 0;
	unsigned i;

	for (i = 0; i < whatif->len; i++)
		if (whatif->points[i].cpu_added <= 1 &&
		    whatif->points[i].spin_per_kick_ns <= WHATIF_WORTH_NS)
			best = fmax(best, whatif->points[i].absorbed);
	oracle_check((whatif->recommended >= 0) == (best >= WHATIF_WORTH_SHARE), "best %f", best);
	if (whatif->recommended < 0)
		return;
	i = (unsigned)whatif->recommended;
	oracle_check(whatif->points[i].absorbed >= WHATIF_OF_BEST * best, "too little");
	oracle_check(!i || whatif->points[i - 1].absorbed < WHATIF_OF_BEST * best ||
			     whatif->points[i - 1].absorbed < WHATIF_WORTH_SHARE,
		     "too much");
}

static struct whatif predict(const struct played *quiet)
{
	static struct report_queue queue;
	struct report_source source = {.duration_ns = quiet->total_ns};

	queue = (struct report_queue){
		.dir = VP_TX, .doorbells = quiet->kicks, .poll_us = VP_UNKNOWN};
	queue.ends[VP_END_REARMED] = quiet->gap.count;
	queue.gap = quiet->gap;
	queue.wake = quiet->wake;
	return whatif_make(&queue, &source, &options);
}

/* Another measurement of the same guest falls into the interval: unsure itself, five times in six. */
static unsigned is_inside(const struct whatif *one, const struct whatif *other)
{
	const struct whatif_point *a = &one->points[one->len / 2];
	const struct whatif_point *b = &other->points[other->len / 2];

	return b->absorbed >= a->absorbed_low - ROUNDING &&
	       b->absorbed <= a->absorbed_high + ROUNDING;
}

static struct whatif measure(unsigned kind, uint64_t usual, uint64_t slow, bool waits,
			     struct played *quiet)
{
	make_traffic(kind, usual, slow);
	play(quiet, 0, waits);
	return predict(quiet);
}

int main(int argc, char **argv)
{
	static struct played quiet;
	unsigned round, i, inside = 0;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		uint64_t usual = 12000 + oracle_below(60000), slow = 2000 + oracle_below(8000);
		bool waits = round % 2;
		struct whatif other = measure(round / 2 % 3, usual, slow, waits, &quiet);
		struct whatif whatif = measure(round / 2 % 3, usual, slow, waits, &quiet);

		inside += is_inside(&other, &whatif);
		for (i = 0; i < whatif.len; i++)
			check_point(&whatif.points[i], &quiet, waits);
		check_recommended(&whatif);
	}
	oracle_check(inside >= ROUNDS * 7 / 10, "%u of %u inside", inside, ROUNDS);
	oracle_check(close_shares >= MOSTLY * points, "%u of %u shares", close_shares, points);
	oracle_check(close_spins >= MOSTLY * points, "%u of %u spins", close_spins, points);
	return oracle_end("whatif", ROUNDS);
}
