/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of the trace-event format share, and nobody else. */
#ifndef RENDER_TRACE_EVENT_H
#define RENDER_TRACE_EVENT_H

#include "model/run_owner.h"
#include "render/json_writer.h"
#include "render/run_stream.h"

/* A thread of the picture: the runs of a worker, or the doorbells of a queue. */
struct te_thread {
	uint32_t pid, tid;
	uint64_t busy_until_ns; /* its last slice ends here */
};

struct te_queue {
	struct run_owner owner;
	char name[48]; /* "vnet3 tx0" */
	size_t worker; /* its threads */
	size_t doorbells;
};

struct trace_event {
	struct sink text; /* the events of one run: they are written at once */
	struct json_writer json;
	VEC(struct te_thread) threads;
	VEC(struct te_queue) queues;
	uint64_t flows;	    /* numbers given to arrows */
	uint64_t not_drawn; /* runs that overlap others of their worker */
	uint64_t last_ns;
};

/* Opens an event up to its time; the caller adds what its kind has, and closes the object. */
void te_open(struct trace_event *state, const char *phase, const char *category, const char *name,
	     const struct te_thread *thread, uint64_t time_ns);

/* The queue of this run with its threads, introduced to the reader if it is new; NULL: no memory. */
struct te_queue *te_queue(struct trace_event *state, const struct run_owner *owner);

/*
 * The functions of a run that begins at `start_ns`, and the arrow `flow` from one interrupt to the next;
 * 0 = there is no arrow. `signals` is how many interrupts there are.
 */
void te_calls(struct trace_event *state, const struct te_thread *thread,
	      const struct run_trace *trace, uint64_t start_ns, uint64_t flow, uint32_t signals);
uint32_t te_signals(const struct run_trace *trace);
void te_flow(struct trace_event *state, const char *phase, const struct te_thread *thread,
	     uint64_t time_ns, uint64_t flow);

#endif
