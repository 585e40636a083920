/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The calls of one run, from entries and ends of its functions: the rules by which the BPF side adds up
 * functions (bpf/, level stages), for streams of single events. The same events make the same sums.
 *
 * - The first entry is the handler's. A run ends with the handler.
 * - At most VP_FRAMES_MAX calls lie inside each other, the handler being one; deeper ones are counted,
 *   not measured: their time is their caller's own.
 * - An end closes the topmost call of its row. Calls above it have missed their end: they are dropped,
 *   their own time stays with the call that encloses them, that of calls they made does not. An end
 *   without a call is dropped, too.
 *
 * Knows rows of probes.def as numbers. Pure.
 */
#ifndef MODEL_CALL_STACK_H
#define MODEL_CALL_STACK_H

#include "base/vec.h"
#include "model/run_trace.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/config.h>

typedef VEC(struct traced_call) traced_calls;

struct call_frame {
	size_t call; /* in the list of calls */
	uint32_t row;
	uint64_t enter_ns;
	uint64_t children_ns; /* total time of the calls it made itself */
};

struct call_stack {
	uint32_t depth;	 /* frames in use; 0 = no run is open */
	uint32_t excess; /* calls open that found no frame */
	size_t first;	 /* the handler, in the list of calls */
	bool dropped;	 /* some of the calls in the list will go */
	struct call_frame frames[VP_FRAMES_MAX];
};

struct call_loss {
	uint64_t broken;   /* calls whose end was missed, ends whose call was */
	uint64_t too_deep; /* calls below VP_FRAMES_MAX others */
};

/*
 * Appends a call to the list; with an empty stack it is the handler of a new run. Calls carry the row as
 * their symbol until somebody knows better. 0 or -ENOMEM.
 */
int call_stack_enter(struct call_stack *stack, traced_calls *calls, struct call_loss *loss,
		     uint32_t row, uint64_t time_ns);

/* True when the run has ended: its calls stand in the list, from stack->first on, measured. */
bool call_stack_end(struct call_stack *stack, traced_calls *calls, struct call_loss *loss,
		    uint32_t row, uint64_t time_ns);

/* Forgets the open run and takes its calls off the list. */
void call_stack_give_up(struct call_stack *stack, traced_calls *calls);

#endif
