/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From entries and ends of functions to whole calls and whole runs: one stack per task, followed
 * across CPUs by what the trace says about task switches.
 *
 * A call is whole when its entry and its end were seen; a run when none of its pieces is missing.
 * Knows nothing of text, files or reports. Pure and bounded: CPUS_MAX, TASKS_MAX, TASK_DEPTH_MAX.
 */
#ifndef MODEL_RECONSTRUCT_H
#define MODEL_RECONSTRUCT_H

#include "model/function.h"
#include "model/runs.h"
#include "model/task.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/wire.h>

#define CPUS_MAX    4096u
#define NO_FUNCTION UINT32_MAX

/* One whole run. Of `run`, queue, generation, worker, cause and wake are not filled in. */
struct done_run {
	uint64_t worker; /* task key */
	const char *comm;
	enum vp_dir dir;
	enum role handler;
	bool requeued;
	bool chains_unsure;
	uint64_t enter_ns, leave_ns; /* VP_UNKNOWN without absolute time */
	uint64_t duration_ns;
	struct vp_run run;
	const uint32_t *requeues; /* [VP_REQUEUE_NR] */
	/*
	 * What it was made of, in the order of entries, the handler first; symbols are numbers of
	 * functions, and the receiver may change them. Self times add up to duration_ns.
	 */
	struct traced_call *calls;
	uint32_t calls_len;	 /* 0: there was no room for all of them */
	uint32_t calls_left_out; /* if so: how many there were */
};

struct reconstruct_sink {
	void *context;
	void (*call)(void *context, const struct call *call);
	void (*run)(void *context, const struct done_run *run);
	/* A run of this worker could not be put together: what lies around it has no neighbour. */
	void (*broken)(void *context, uint64_t worker, enum vp_dir dir);
	/* The task known as `nameless` up to now is `task`. */
	void (*named)(void *context, uint64_t nameless, uint64_t task, const char *comm);
	/* Events are missing: whatever comes next has no known neighbour before it. */
	void (*lost)(void *context);
};

struct reconstruct_loss {
	uint64_t pieces;      /* entries without end and ends without entry */
	uint64_t runs_broken; /* runs among them, and runs with a hole */
	uint64_t too_deep;    /* calls below TASK_DEPTH_MAX others */
	uint64_t no_room;     /* events of tasks there was no room for */
	uint64_t overruns;    /* calls the kernel did not trace: its own stack was full */
};

struct reconstruct;

/* `functions` gives each function's role. NULL when out of memory. */
struct reconstruct *reconstruct_new(const struct functions *functions,
				    const struct reconstruct_sink *sink);
void reconstruct_free(struct reconstruct *reconstruct);

/*
 * The events, in the order of the trace; `cpu` is below CPUS_MAX. `now_ns` may be VP_UNKNOWN.
 * reconstruct_leave takes NO_FUNCTION when the trace does not name what ended, and VP_UNKNOWN as
 * duration when it prints none.
 */
void reconstruct_enter(struct reconstruct *reconstruct, uint32_t cpu, uint32_t function,
		       uint64_t now_ns);
void reconstruct_leave(struct reconstruct *reconstruct, uint32_t cpu, uint32_t function,
		       uint64_t now_ns, uint64_t duration_ns);
void reconstruct_leaf(struct reconstruct *reconstruct, uint32_t cpu, uint32_t function,
		      uint64_t now_ns, uint64_t duration_ns);

/* The task on `cpu` was `prev`, from here on it is `next`. */
void reconstruct_switch(struct reconstruct *reconstruct, uint32_t cpu, uint32_t prev_pid,
			const char *prev_comm, uint32_t next_pid, const char *next_comm);
/* What follows on `cpu` is done by this task. */
void reconstruct_running(struct reconstruct *reconstruct, uint32_t cpu, uint32_t pid,
			 const char *comm);
/* Events of `cpu` are missing here. */
void reconstruct_lost(struct reconstruct *reconstruct, uint32_t cpu);
/* The kernel's count of calls it could not trace in the task on `cpu`, since the task began. */
void reconstruct_overruns(struct reconstruct *reconstruct, uint32_t cpu, uint64_t count);
/* The trace is over: what is open stays without end. */
void reconstruct_end(struct reconstruct *reconstruct);

const struct reconstruct_loss *reconstruct_loss(const struct reconstruct *reconstruct);
const struct runs_traced *reconstruct_traced(const struct reconstruct *reconstruct);

#endif
