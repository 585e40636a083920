// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows which task is on which CPU, what a task brings along when it gets its name, and whose calls
 * are in doubt after a loss. Refuses to know how calls are put together.
 */
#include "model/reconstruct_state.h"

#include <string.h>

/* Hands over what is open. Both have open calls: their order cannot be told. */
static void adopt(struct reconstruct *reconstruct, struct task *task, struct task *nameless)
{
	struct frame *frames = task->frames;
	struct call_list calls = task->calls;
	uint32_t cap = task->cap;

	if (nameless->depth && task->depth)
		reconstruct_drop_all(reconstruct, nameless);
	if (nameless->active)
		reconstruct_drop_all(reconstruct, task);
	if (!nameless->depth)
		return;
	task->frames = nameless->frames;
	task->cap = nameless->cap;
	task->depth = nameless->depth;
	task->excess = nameless->excess;
	task->run = nameless->run;
	task->calls = nameless->calls;
	nameless->calls = calls;
	nameless->frames = frames;
	nameless->cap = cap;
}

static void name_current(struct reconstruct *reconstruct, uint32_t cpu, struct task *task)
{
	struct task *nameless = reconstruct->current[cpu];

	adopt(reconstruct, task, nameless);
	if (nameless->active)
		reconstruct->sink.named(reconstruct->sink.context, nameless->key, task->key,
					task->comm);
	reconstruct->current[cpu] = NULL;
	task_free(nameless);
}

static struct task *task_named(struct reconstruct *reconstruct, uint32_t cpu, uint32_t pid,
			       const char *comm)
{
	struct task *task = tasks_get(&reconstruct->tasks, task_key(pid, cpu));

	if (!task)
		reconstruct->loss.no_room++;
	else if (!task->comm[0])
		strncpy(task->comm, comm, sizeof(task->comm) - 1);
	return task;
}

static void set_current(struct reconstruct *reconstruct, uint32_t cpu, struct task *task)
{
	struct task *before = reconstruct->current[cpu];

	if (before && task_key_is_named(before->key)) {
		before->cpus--;
	} else if (before) {
		reconstruct_drop_all(reconstruct, before);
		task_free(before);
	}
	reconstruct->current[cpu] = task;
	if (task)
		task->cpus++;
}

void reconstruct_switch(struct reconstruct *reconstruct, uint32_t cpu, uint32_t prev_pid,
			const char *prev_comm, uint32_t next_pid, const char *next_comm)
{
	struct task *current = reconstruct->current[cpu], *prev;

	if (current && !task_key_is_named(current->key)) {
		prev = task_named(reconstruct, cpu, prev_pid, prev_comm);
		if (prev)
			name_current(reconstruct, cpu, prev);
	}
	set_current(reconstruct, cpu, task_named(reconstruct, cpu, next_pid, next_comm));
}

void reconstruct_running(struct reconstruct *reconstruct, uint32_t cpu, uint32_t pid,
			 const char *comm)
{
	struct task *current = reconstruct->current[cpu];

	if (!current || current->key != task_key(pid, cpu))
		set_current(reconstruct, cpu, task_named(reconstruct, cpu, pid, comm));
}

/*
 * Whoever was last seen on this CPU may have entered and left anything since, and so may everybody
 * who was last seen on a CPU that has gone on without them.
 */
static void drop_doubtful(struct reconstruct *reconstruct, struct task *task, uint32_t cpu)
{
	if (task && (task->last_cpu == cpu || reconstruct->current[task->last_cpu] != task))
		reconstruct_drop_all(reconstruct, task);
}

void reconstruct_lost(struct reconstruct *reconstruct, uint32_t cpu)
{
	size_t i;

	drop_doubtful(reconstruct, reconstruct->current[cpu], cpu);
	for (i = 0; i < sizeof(reconstruct->tasks.slots) / sizeof(reconstruct->tasks.slots[0]); i++)
		drop_doubtful(reconstruct, reconstruct->tasks.slots[i], cpu);
	reconstruct->sink.lost(reconstruct->sink.context);
}

void reconstruct_end(struct reconstruct *reconstruct)
{
	uint32_t cpu;
	size_t i;

	for (cpu = 0; cpu < CPUS_MAX; cpu++)
		if (reconstruct->current[cpu])
			reconstruct_drop_all(reconstruct, reconstruct->current[cpu]);
	for (i = 0; i < sizeof(reconstruct->tasks.slots) / sizeof(reconstruct->tasks.slots[0]); i++)
		if (reconstruct->tasks.slots[i])
			reconstruct_drop_all(reconstruct, reconstruct->tasks.slots[i]);
}
