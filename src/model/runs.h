/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One run, put together from the functions a worker enters and leaves between the entry and the end
 * of a virtqueue handler.
 *
 * Knows what the order of those functions proves about the run: chains taken, interrupts raised,
 * notifications re-armed, why the work was put back, how it ended. Refuses to guess the rest. Pure:
 * no time but the one given, no allocation.
 */
#ifndef MODEL_RUNS_H
#define MODEL_RUNS_H

#include "model/role.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/wire.h>

/* What was seen anywhere in the trace: a function that never shows up was not traced. */
struct runs_traced {
	bool desc;   /* so a vhost_get_vq_desc without translate_desc found the ring empty */
	bool signal; /* so a run without eventfd_signal raised no interrupt */
	bool enable; /* so a run without vhost_enable_notify did not re-arm */
};

/* The last thing a run did with its ring. */
enum run_step { STEP_NONE, STEP_TOOK, STEP_EMPTY, STEP_ASKED, STEP_GAVE, STEP_ARMED };

struct run_builder {
	bool open;
	bool broken;	    /* a piece is missing: the run will not count */
	bool took_desc;	    /* inside vhost_get_vq_desc: a descriptor was there */
	bool armed;	    /* notifications are on */
	bool socket_armed;  /* the socket poll is on */
	bool chains_unsure; /* a chain was put back */
	uint8_t dir;
	uint8_t handler; /* enum role */
	uint8_t step;	 /* enum run_step */
	uint8_t end;	 /* of the last requeue, VP_END_UNKNOWN if it cannot be told */
	uint32_t depth;	 /* of the handler's frame in the worker's stack */
	uint32_t chains, calls, rearms, races;
	uint32_t requeues[VP_REQUEUE_NR];
	uint16_t inside[ROLE_NR]; /* how many frames of each role are open above the handler */
};

void runs_open(struct run_builder *run, enum role handler, enum vp_dir dir, uint32_t depth);
/* A function above the handler was entered, left. */
void runs_enter(struct run_builder *run, enum role role, struct runs_traced *traced);
void runs_leave(struct run_builder *run, enum role role, const struct runs_traced *traced);
/* How the run ended, from all that was seen. */
enum vp_end runs_end(const struct run_builder *run);
uint32_t runs_requeues(const struct run_builder *run);

/*
 * What woke the worker for this run, given how the run before it in the same direction ended
 * (VP_END_UNKNOWN: not known) and whether that one had put its work back.
 */
enum vp_cause runs_cause(enum role handler, enum vp_end previous_end, bool previous_requeued);

#endif
