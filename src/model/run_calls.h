/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From the streamed entries and ends of functions (struct vp_events) to the calls of each run. Events of a
 * run come before its record; several workers may be mixed, each one's events are in order.
 *
 *   run_calls_new → run_calls_row … → { run_calls_events | run_calls_take } … → run_calls_free
 *
 * A run whose events are not all there is given up as a whole. Memory is bounded: at most RUN_CALLS_HELD
 * calls wait for their run's record. Pure.
 */
#ifndef MODEL_RUN_CALLS_H
#define MODEL_RUN_CALLS_H

#include "model/run_trace.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/wire.h>

#define RUN_CALLS_ROWS 128u /* what an event has room for */
#define RUN_CALLS_HELD (1u << 20)

struct run_calls;

struct run_calls *run_calls_new(void);	      /* NULL when out of memory */
void run_calls_free(struct run_calls *calls); /* NULL is fine */

/*
 * Names a row of probes.def: its symbol in the owner's table, and whether its call is a run (as those of the
 * four handlers are). Events of rows without a name are passed over.
 */
void run_calls_row(struct run_calls *calls, uint32_t row, uint32_t symbol, bool is_run);

/* One batch of a worker: head->len items. 0 or -ENOMEM; then the run in it is given up. */
int run_calls_events(struct run_calls *calls, const struct vp_events *head, const __u64 *items);

/*
 * The calls of this run, in the order of their entries; *len is 0 when they are not whole, which is
 * counted. Valid until the next call of any of these functions. Runs of a worker that began before are
 * forgotten.
 */
void run_calls_take(struct run_calls *calls, const struct vp_run *run,
		    const struct traced_call **list, uint32_t *len);

/* Batches may be missing here: open runs are given up. */
void run_calls_hole(struct run_calls *calls);

struct run_calls_loss {
	uint64_t runs;		 /* taken without their calls */
	uint64_t calls_broken;	 /* as in struct report_loss */
	uint64_t calls_too_deep; /* likewise */
	uint64_t events;	 /* which the batches say could not be stored */
};

void run_calls_loss(const struct run_calls *calls, struct run_calls_loss *loss);

#endif
