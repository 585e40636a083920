// SPDX-License-Identifier: BSD-2-Clause
/*
 * The what-if against a worker that is played through, packet by packet: what it predicts for N from the
 * run of a worker that does not poll must be what a worker that polls for N does.
 */
#include "oracle.h"

#include "analyze/whatif.h"
#include "model/hist.h"

#include <math.h>

#define ROUNDS	   60
#define PACKETS	   3000
#define SERVICE_NS 5000
#define WAKE_NS	   3000
#define CLOSE	   0.015 /* the buckets' share and the clock's unit */

/* When the guest would send next after its packet was taken: known, and the same for every worker. */
static uint64_t think_ns[PACKETS];

static void think(void)
{
	uint64_t usual = 2000 + oracle_below(60000), i;

	for (i = 0; i < PACKETS; i++)
		think_ns[i] = oracle_below(10) ? usual / 2 + oracle_below(usual)
					       : 200000 + oracle_below(3000000);
}

struct played {
	uint64_t kicks, spun_ns, total_ns;
	struct vp_hist gap;
};

/* A worker that spins up to `spin_ns` on an empty ring before it re-arms. */
static void play(struct played *out, uint64_t spin_ns)
{
	uint64_t i;

	*out = (struct played){0};
	for (i = 0; i < PACKETS; i++) {
		out->total_ns += SERVICE_NS + think_ns[i];
		if (think_ns[i] <= spin_ns) {
			out->spun_ns += think_ns[i];
			continue;
		}
		out->spun_ns += spin_ns;
		out->kicks++;
		out->total_ns += WAKE_NS;
		hist_add(&out->gap, think_ns[i] - spin_ns);
	}
}

static void check_point(const struct whatif_point *point, const struct played *quiet)
{
	struct played polls;
	double absorbed, spun = point->cpu_added * (double)quiet->total_ns;

	play(&polls, (uint64_t)point->poll_us * WHATIF_UNIT_NS);
	absorbed = 1 - (double)polls.kicks / (double)quiet->kicks;
	oracle_check(fabs(point->absorbed - absorbed) < CLOSE,
		     "poll-us %u absorbs %f, predicted %f", point->poll_us, absorbed,
		     point->absorbed);
	oracle_check(fabs(spun - (double)polls.spun_ns) < CLOSE * (double)polls.spun_ns,
		     "poll-us %u spins %f, predicted %f", point->poll_us, (double)polls.spun_ns,
		     spun);
	oracle_check(point->absorbed_low <= point->absorbed &&
			     point->absorbed <= point->absorbed_high,
		     "interval");
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

/* The promised confidence: other packets of the same guest fall into the interval. */
static unsigned check_interval(const struct whatif *whatif, unsigned *looked)
{
	struct played quiet;
	unsigned i = whatif->len / 2, inside;
	double share = 0;

	play(&quiet, 0);
	share = (double)hist_count_upto(&quiet.gap, whatif->points[i].poll_us * WHATIF_UNIT_NS) /
		(double)quiet.gap.count;
	inside = share >= whatif->points[i].absorbed_low - 0.02 &&
		 share <= whatif->points[i].absorbed_high + 0.02;
	(*looked)++;
	return inside;
}

static struct whatif predict(const struct played *quiet)
{
	static struct report_queue queue;
	struct report_source source = {.duration_ns = quiet->total_ns};

	queue = (struct report_queue){
		.dir = VP_TX, .doorbells = quiet->kicks, .poll_us = VP_UNKNOWN};
	queue.ends[VP_END_REARMED] = quiet->gap.count;
	queue.gap = quiet->gap;
	return whatif_make(&queue, &source, 1);
}

int main(int argc, char **argv)
{
	static struct played quiet;
	unsigned round, i, looked = 0, inside = 0;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		struct whatif whatif;

		think();
		play(&quiet, 0);
		whatif = predict(&quiet);
		for (i = 0; i < whatif.len; i++)
			check_point(&whatif.points[i], &quiet);
		check_recommended(&whatif);
		inside += check_interval(&whatif, &looked);
	}
	oracle_check(inside >= looked * 9 / 10, "%u of %u inside", inside, looked);
	return oracle_end("whatif", ROUNDS);
}
