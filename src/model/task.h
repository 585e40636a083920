/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tasks met in a trace, each with its stack of open calls. A CPU whose task has not been named
 * yet has a nameless one. Bounded in tasks and in depth.
 */
#ifndef MODEL_TASK_H
#define MODEL_TASK_H

#include "model/call_list.h"
#include "model/runs.h"

#include <stdbool.h>
#include <stdint.h>

#define TASKS_MAX      4096
#define TASK_DEPTH_MAX 256 /* the kernel's own limit is 50 up to 6.10, about 170 since */

struct frame {
	uint32_t function;
	uint8_t role;
	uint32_t children;
	uint64_t descendants;
	uint64_t children_ns;
	uint64_t enter_ns; /* VP_UNKNOWN without absolute time */
	uint32_t call;	   /* its place in the list of the open run; CALL_LIST_NONE */
};

struct task {
	uint64_t key;
	char comm[VP_COMM_LEN]; /* as the trace prints it: often cut to 7 characters */
	struct frame *frames;
	uint32_t depth, cap;
	uint32_t excess;   /* open calls there was no frame for, on top of the others */
	uint32_t cpus;	   /* CPUs it is current on; a task without any may be forgotten */
	uint32_t last_cpu; /* of its latest event */
	uint64_t overruns; /* as last printed; VP_UNKNOWN = never */
	bool active;	   /* had an event since it was made */
	bool run_dropped;  /* a run was given up whose end may still come */
	bool half_run;	   /* the end of handle_tx or handle_rx was the last one without entry */
	struct run_builder run;
	struct call_list calls; /* of the open run */
};

struct tasks {
	struct task *slots[2 * TASKS_MAX]; /* open addressing by key */
	uint32_t used;
};

/* Every CPU has its own idle task, all with pid 0. */
static inline uint64_t task_key(uint32_t pid, uint32_t cpu)
{
	return ((uint64_t)pid + 1) << 32 | (pid ? 0 : cpu);
}

/* The task of a CPU as long as nothing in the trace has named it. */
static inline uint64_t task_key_nameless(uint32_t cpu)
{
	return (uint64_t)cpu + 1;
}

static inline bool task_key_is_named(uint64_t key)
{
	return key >> 32;
}

/* 0 for a nameless task and for an idle one. */
static inline uint32_t task_key_pid(uint64_t key)
{
	return task_key_is_named(key) ? (uint32_t)(key >> 32) - 1 : 0;
}

/* The task with this key, made if need be; NULL when out of memory or room. */
struct task *tasks_get(struct tasks *tasks, uint64_t key);
void tasks_free(struct tasks *tasks);

struct task *task_new(uint64_t key);
void task_free(struct task *task);
/* A zeroed frame on top; NULL when out of memory or too deep. */
struct frame *task_push(struct task *task);

#endif
