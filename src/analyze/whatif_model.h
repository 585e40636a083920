/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the gaps of a queue say about a worker that spins for so long on an empty ring before it turns
 * notifications on.
 *
 * A gap runs from the leave of a run to the kick that follows; that kick is absorbed when the spin is no
 * shorter. What the worker then takes it takes at once, without the wake latency that a kick costs. Two
 * guests answer that differently:
 *
 *   - one that waits for its packet to be done sends again that much earlier: the next gap stays as it was;
 *   - one that sends by the clock does not: the next gap is longer by the wake latency.
 *
 * For the first the share of kicks absorbed is P1 = P(gap <= spin). For the second it is P1 after a kick and
 * P2 = P(gap + wake latency <= spin) after an absorbed one; a chain of these two states spends
 * P1 / (1 + P1 - P2) of its steps in absorption. The wake latency is taken at its median: its
 * spread is in the gaps already, since by the clock a slow wakeup leaves a shorter gap.
 *
 * Knows one length of a spin. Refuses to know which lengths are worth it. Pure.
 */
#ifndef ANALYZE_WHATIF_MODEL_H
#define ANALYZE_WHATIF_MODEL_H

#include "model/report.h"

#include <stdbool.h>

#define WHATIF_CONFIDENCE 0.95

struct whatif_model {
	const struct report_queue *queue;
	double wake_ns; /* the usual wake latency; 0: not known, or in the gaps already */
};

struct whatif_share {
	double waiting;	  /* absorbed of a guest that waits for completions */
	double absorbed;  /* of one that sends by the clock: the lower of the two */
	double low, high; /* interval of `absorbed` */
	bool by_blocks;	  /* the interval comes from blocks; false: gaps taken as independent */
	double spun_ns;	  /* in all gaps together, of a guest that sends by the clock */
};

/* The queue has gaps. `tied_to_enter`: its gaps end at the next run, not at the kick. */
void whatif_model_init(struct whatif_model *model, const struct report_queue *queue,
		       bool tied_to_enter);
struct whatif_share whatif_model_share(const struct whatif_model *model, double spin_ns);

#endif
