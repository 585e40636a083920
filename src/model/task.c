// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how tasks are kept, found and forgotten. Refuses to know what their calls mean.
 */
#include "model/task.h"

#include <stdlib.h>
#include <string.h>

#define SLOTS (2u * TASKS_MAX)

_Static_assert(CALL_LIST_DEPTH > TASK_DEPTH_MAX, "a leaf lies below all frames");

struct task *task_new(uint64_t key)
{
	struct task *task = calloc(1, sizeof(*task));

	if (!task)
		return NULL;
	task->key = key;
	task->overruns = VP_UNKNOWN;
	return task;
}

void task_free(struct task *task)
{
	if (!task)
		return;
	call_list_free(&task->calls);
	free(task->frames);
	free(task);
}

static struct task **slot_of(struct tasks *tasks, uint64_t key)
{
	uint64_t hash = key * 0x9e3779b97f4a7c15ull;
	uint32_t slot = (uint32_t)(hash >> 40) & (SLOTS - 1);

	while (tasks->slots[slot] && tasks->slots[slot]->key != key)
		slot = (slot + 1) & (SLOTS - 1);
	return &tasks->slots[slot];
}

/* Forgets every task that has nothing open and runs nowhere. */
static void sweep(struct tasks *tasks)
{
	struct task **kept = calloc(TASKS_MAX, sizeof(struct task *));
	uint32_t i, n = 0;

	if (!kept)
		return;
	for (i = 0; i < SLOTS; i++) {
		struct task *task = tasks->slots[i];

		tasks->slots[i] = NULL;
		if (task && (task->depth || task->cpus))
			kept[n++] = task;
		else
			task_free(task);
	}
	for (i = 0; i < n; i++)
		*slot_of(tasks, kept[i]->key) = kept[i];
	tasks->used = n;
	free(kept);
}

struct task *tasks_get(struct tasks *tasks, uint64_t key)
{
	struct task **slot = slot_of(tasks, key);

	if (*slot)
		return *slot;
	if (tasks->used >= TASKS_MAX) {
		sweep(tasks);
		if (tasks->used >= TASKS_MAX)
			return NULL;
		slot = slot_of(tasks, key);
	}
	*slot = task_new(key);
	tasks->used += *slot != NULL;
	return *slot;
}

void tasks_free(struct tasks *tasks)
{
	uint32_t i;

	for (i = 0; i < SLOTS; i++) {
		task_free(tasks->slots[i]);
		tasks->slots[i] = NULL;
	}
}

static bool grow(struct task *task)
{
	uint32_t wanted = task->cap ? 2 * task->cap : 16;
	struct frame *moved;

	if (wanted > TASK_DEPTH_MAX)
		return false;
	moved = realloc(task->frames, wanted * sizeof(*moved));
	if (!moved)
		return false;
	task->frames = moved;
	task->cap = wanted;
	return true;
}

struct frame *task_push(struct task *task)
{
	struct frame *frame;

	if (task->depth == task->cap && !grow(task))
		return NULL;
	frame = &task->frames[task->depth++];
	memset(frame, 0, sizeof(*frame));
	return frame;
}
