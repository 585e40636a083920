// SPDX-License-Identifier: BSD-2-Clause
/* Knows which process and which thread of the picture a run belongs to, and what they are called. */
#include "render/trace_event.h"

#include <stdio.h>

/* Above every thread id of Linux. */
#define FIRST_MADE_UP	0x40000000u
#define UNKNOWN_PROCESS (FIRST_MADE_UP - 1)

/* A worker whose owner is not known is a process of its own. */
static uint32_t process_of(const struct run_owner *owner)
{
	if (owner->vm_pid)
		return owner->vm_pid;
	return owner->worker_tid ? owner->worker_tid : UNKNOWN_PROCESS;
}

static void write_name(struct trace_event *state, const char *kind, const struct te_thread *thread,
		       const char *name)
{
	struct json_writer *json = &state->json;

	json_open_object(json, NULL);
	json_string(json, "name", kind);
	json_string(json, "ph", "M");
	json_number(json, "pid", thread->pid);
	json_number(json, "tid", thread->tid);
	json_open_object(json, "args");
	json_string(json, "name", name);
	json_close_object(json);
	json_close_object(json);
}

static void name_process(struct trace_event *state, const struct te_thread *thread,
			 const struct run_owner *owner)
{
	char name[128];

	vec_foreach (known, &state->threads)
		if (known->pid == thread->pid)
			return;
	if (owner->vm_name)
		snprintf(name, sizeof(name), "VM %s", owner->vm_name);
	else if (owner->vm_pid)
		snprintf(name, sizeof(name), "VM of process %u", owner->vm_pid);
	else
		snprintf(name, sizeof(name), "VM of %s",
			 owner->worker_comm ? owner->worker_comm : "an unknown worker");
	write_name(state, "process_name", thread, name);
}

static int add_thread(struct trace_event *state, const struct te_thread *thread, const char *name,
		      const struct run_owner *owner, size_t *place)
{
	struct te_thread *slot;

	name_process(state, thread, owner);
	slot = vec_add(&state->threads);
	if (!slot)
		return -1;
	*slot = *thread;
	write_name(state, "thread_name", thread, name);
	*place = state->threads.len - 1;
	return 0;
}

static int find_worker(struct trace_event *state, const struct run_owner *owner, size_t *place)
{
	const struct te_thread wanted = {.pid = process_of(owner), .tid = owner->worker_tid};
	char name[64];

	vec_foreach (known, &state->threads)
		if (known->pid == wanted.pid && known->tid == wanted.tid) {
			*place = (size_t)(known - state->threads.items);
			return 0;
		}
	snprintf(name, sizeof(name), "worker %s", owner->worker_comm ? owner->worker_comm : "");
	return add_thread(state, &wanted, name, owner, place);
}

static int add_doorbells(struct trace_event *state, const struct te_queue *queue, size_t *place)
{
	const struct te_thread thread = {.pid = process_of(&queue->owner),
					 .tid = FIRST_MADE_UP + (uint32_t)state->queues.len};
	char name[80];

	snprintf(name, sizeof(name), "doorbells of %s", queue->name);
	return add_thread(state, &thread, name, &queue->owner, place);
}

static struct te_queue *add_queue(struct trace_event *state, const struct run_owner *owner)
{
	struct te_queue made = {.owner = {0}}, *slot;
	char name[16];

	if (run_owner_copy(&made.owner, owner))
		return NULL;
	snprintf(made.name, sizeof(made.name), "%s%s%s", owner->device ? owner->device : "",
		 owner->device ? " " : "", run_owner_queue(name, owner));
	if (find_worker(state, owner, &made.worker) ||
	    add_doorbells(state, &made, &made.doorbells) || !(slot = vec_add(&state->queues))) {
		run_owner_free(&made.owner);
		return NULL;
	}
	*slot = made;
	return slot;
}

struct te_queue *te_queue(struct trace_event *state, const struct run_owner *owner)
{
	vec_foreach (queue, &state->queues)
		if (run_owner_same(&queue->owner, owner))
			return queue;
	return add_queue(state, owner);
}
