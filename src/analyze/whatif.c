// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/whatif.h"

#include "analyze/whatif_model.h"
#include "model/hist.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <string.h>

static const uint32_t candidates[] = {1,  2,  3,  5,   7,   10,	 15,  20,  25,	30,
				      40, 50, 70, 100, 150, 200, 250, 300, 400, 500};
static_assert(sizeof(candidates) / sizeof(candidates[0]) == WHATIF_POINTS, "one point each");

static uint64_t kicks_of(const struct report_queue *queue)
{
	return queue->doorbells != VP_UNKNOWN ? queue->doorbells : queue->causes[VP_CAUSE_KICK];
}

static bool is_known(uint64_t duration_ns)
{
	return duration_ns && duration_ns != VP_UNKNOWN;
}

/* Re-arms that no gap was measured for may have been followed by a long one: each costs all of N. */
static double unfollowed(const struct report_queue *queue)
{
	uint64_t ends = queue->ends[VP_END_REARMED];

	return ends > queue->gap.count ? (double)(ends - queue->gap.count) : 0;
}

/*
 * The kernel reads its clock in units and spins while it has not passed start + N: for N units and what
 * was left of the one it began in, half of one on average. A queue that polls already spent that.
 */
static double spin_of(const struct report_queue *queue, uint32_t poll_us)
{
	if (queue->poll_us == VP_UNKNOWN || !queue->poll_us)
		return (poll_us + 0.5) * WHATIF_UNIT_NS;
	return (double)(poll_us - queue->poll_us) * WHATIF_UNIT_NS;
}

static struct whatif_point point_at(const struct whatif_model *model, uint32_t poll_us,
				    uint64_t duration_ns, bool *by_blocks)
{
	const struct report_queue *queue = model->queue;
	double spin_ns = spin_of(queue, poll_us), seconds = (double)duration_ns / 1e9;
	struct whatif_share share = whatif_model_share(model, spin_ns);
	double absorbed = share.absorbed * (double)queue->gap.count;
	double spun = share.spun_ns + unfollowed(queue) * spin_ns;

	*by_blocks &= share.by_blocks;
	return (struct whatif_point){
		.poll_us = poll_us,
		.absorbed = share.absorbed,
		.absorbed_low = share.low,
		.absorbed_high = share.high,
		.absorbed_waiting = share.waiting,
		.spin_per_kick_ns = absorbed > 0 ? spun / absorbed : INFINITY,
		/* A kick that closed no gap met a worker at work: it is not this one's to absorb. */
		.kicks_left = is_known(duration_ns)
				      ? fmax(0, (double)kicks_of(queue) - absorbed) / seconds
				      : NAN,
		.cpu_added = is_known(duration_ns) ? spun / 1e9 / seconds : NAN,
	};
}

/* The usual values and those asked for, each once, in order. */
static unsigned values_of(uint32_t values[WHATIF_POINTS_MAX], const struct whatif_options *options)
{
	unsigned n = 0, i, at;

	memcpy(values, candidates, sizeof(candidates));
	n = WHATIF_POINTS;
	for (i = 0; i < options->extras; i++) {
		for (at = 0; at < n && values[at] < options->extra[i]; at++)
			;
		if (at < n && values[at] == options->extra[i])
			continue;
		memmove(&values[at + 1], &values[at], (n - at) * sizeof(*values));
		values[at] = options->extra[i];
		n++;
	}
	return n;
}

static bool is_asked(const struct whatif_options *options, uint32_t poll_us)
{
	unsigned i;

	for (i = 0; i < options->extras; i++)
		if (options->extra[i] == poll_us)
			return true;
	return false;
}

static bool is_tied_to_enter(const struct report_source *source)
{
	return source->kind && !strcmp(source->kind, "function_graph");
}

static void fill_points(struct whatif *whatif, const struct report_queue *queue,
			const struct report_source *source, const struct whatif_options *options)
{
	uint32_t values[WHATIF_POINTS_MAX];
	unsigned i, n = values_of(values, options);
	struct whatif_model model;

	whatif_model_init(&model, queue, whatif->tied_to_enter);
	whatif->by_blocks = true;
	for (i = 0; i < n; i++) {
		struct whatif_point *point = &whatif->points[whatif->len];

		if (queue->poll_us != VP_UNKNOWN && values[i] <= queue->poll_us)
			continue;
		*point = point_at(&model, values[i], source->duration_ns, &whatif->by_blocks);
		point->asked = is_asked(options, values[i]);
		whatif->len++;
	}
}

static bool has_gaps(const struct report_queue *queue)
{
	return queue->gap.count && queue->churn_runs != VP_UNKNOWN;
}

int whatif_at(const struct report_queue *queue, const struct report_source *source,
	      uint32_t poll_us, struct whatif_point *point)
{
	struct whatif_model model;
	bool by_blocks = true;

	if (!has_gaps(queue))
		return -ENODATA;
	if (!poll_us || (queue->poll_us != VP_UNKNOWN && poll_us <= queue->poll_us))
		return -ERANGE;
	whatif_model_init(&model, queue, is_tied_to_enter(source));
	*point = point_at(&model, poll_us, source->duration_ns, &by_blocks);
	return 0;
}

static bool is_affordable(const struct whatif_point *point, const struct whatif_options *options)
{
	return isnan(point->cpu_added) || point->cpu_added <= options->cpu_budget;
}

/* The more it polls the more it absorbs: the best is the last one that can be afforded. */
static int best_of(const struct whatif *whatif, const struct whatif_options *options)
{
	int best = -1;
	unsigned i;

	for (i = 0; i < whatif->len; i++)
		if (is_affordable(&whatif->points[i], options) &&
		    whatif->points[i].spin_per_kick_ns <= options->worth_ns)
			best = (int)i;
	return best;
}

static enum whatif_why why_none(const struct whatif *whatif, double worth_ns)
{
	unsigned i;
	bool enough = false, cheap = false;

	for (i = 0; i < whatif->len; i++) {
		bool absorbs = whatif->points[i].absorbed >= WHATIF_WORTH_SHARE;

		enough |= absorbs;
		cheap |= absorbs && whatif->points[i].spin_per_kick_ns <= worth_ns;
	}
	return !enough ? WHATIF_FEW_SHORT : cheap ? WHATIF_OVER_BUDGET : WHATIF_DEAR;
}

static void recommend(struct whatif *whatif, const struct whatif_options *options)
{
	int best = best_of(whatif, options), i = 0;

	if (best < 0 || whatif->points[best].absorbed < WHATIF_WORTH_SHARE) {
		whatif->why = why_none(whatif, options->worth_ns);
		return;
	}
	while (whatif->points[i].absorbed < WHATIF_OF_BEST * whatif->points[best].absorbed ||
	       whatif->points[i].absorbed < WHATIF_WORTH_SHARE)
		i++;
	whatif->recommended = i;
	whatif->why = WHATIF_RECOMMENDED;
}

struct whatif whatif_make(const struct report_queue *queue, const struct report_source *source,
			  const struct whatif_options *options)
{
	struct whatif whatif = {
		.recommended = -1,
		.gaps = queue->gap.count,
		.kicks = kicks_of(queue),
		.poll_now_us = queue->poll_us,
		.gap_p50_ns = hist_percentile(&queue->gap, 0.5),
		.gap_p90_ns = hist_percentile(&queue->gap, 0.9),
		.tied_to_enter = is_tied_to_enter(source),
	};

	if (!has_gaps(queue)) {
		whatif.why = WHATIF_NO_GAPS;
		return whatif;
	}
	fill_points(&whatif, queue, source, options);
	if (whatif.gaps < WHATIF_GAPS_MIN)
		whatif.why = WHATIF_FEW_GAPS;
	else
		recommend(&whatif, options);
	return whatif;
}
