// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows which end belongs to which entry and when to give up on a call. What a run's functions mean
 * is in runs.c, how tasks are kept in task.c, which task is on which CPU in reconstruct_tasks.c.
 */
#include "model/reconstruct.h"

#include "model/reconstruct_state.h"

#include <stdlib.h>

struct reconstruct *reconstruct_new(const struct functions *functions,
				    const struct reconstruct_sink *sink)
{
	struct reconstruct *reconstruct = calloc(1, sizeof(*reconstruct));

	if (!reconstruct)
		return NULL;
	reconstruct->functions = functions;
	reconstruct->sink = *sink;
	return reconstruct;
}

void reconstruct_free(struct reconstruct *reconstruct)
{
	uint32_t cpu;

	if (!reconstruct)
		return;
	for (cpu = 0; cpu < CPUS_MAX; cpu++) {
		struct task *task = reconstruct->current[cpu];

		if (task && !task_key_is_named(task->key))
			task_free(task);
	}
	tasks_free(&reconstruct->tasks);
	free(reconstruct);
}

const struct reconstruct_loss *reconstruct_loss(const struct reconstruct *reconstruct)
{
	return &reconstruct->loss;
}

const struct runs_traced *reconstruct_traced(const struct reconstruct *reconstruct)
{
	return &reconstruct->traced;
}

/* The task on `cpu`, a nameless one if nobody has said yet. */
static inline struct task *task_on(struct reconstruct *reconstruct, uint32_t cpu)
{
	struct task *task = reconstruct->current[cpu];

	if (!task) {
		task = task_new(task_key_nameless(cpu));
		reconstruct->current[cpu] = task;
		if (!task) {
			reconstruct->loss.no_room++;
			return NULL;
		}
		task->cpus = 1;
	}
	task->last_cpu = cpu;
	task->active = true;
	return task;
}

static inline enum role role_at(const struct reconstruct *reconstruct, uint32_t function)
{
	return (enum role)reconstruct->functions->items.items[function].role;
}

static inline bool is_handler(enum role role)
{
	return role == ROLE_KICK_HANDLER || role == ROLE_NET_HANDLER || role == ROLE_HANDLER;
}

static void break_run(struct reconstruct *reconstruct, struct task *task)
{
	reconstruct->loss.runs_broken++;
	task->run.open = false;
	reconstruct->sink.broken(reconstruct->sink.context, task->key, task->run.dir);
}

/* Gives up on the innermost open call. A run that loses a piece has a hole. */
static void drop_top(struct reconstruct *reconstruct, struct task *task)
{
	reconstruct->loss.pieces++;
	if (task->excess) {
		task->excess--;
		return;
	}
	task->depth--;
	if (!task->run.open)
		return;
	if (task->run.depth == task->depth) {
		break_run(reconstruct, task);
		task->run_dropped = true;
	} else {
		task->run.broken = true;
	}
}

void reconstruct_drop_all(struct reconstruct *reconstruct, struct task *task)
{
	while (task->depth || task->excess)
		drop_top(reconstruct, task);
}

/* Reports a whole call and charges it to the call around it. */
static inline void finish_call(struct reconstruct *reconstruct, struct task *task,
			       const struct frame *frame, uint64_t duration_ns)
{
	struct call call = {
		.function = frame->function,
		.children = frame->children,
		.descendants = frame->descendants,
		.duration_ns = duration_ns,
		.self_ns = (int64_t)(duration_ns - frame->children_ns),
	};

	reconstruct->sink.call(reconstruct->sink.context, &call);
	if (task->depth && !task->excess) {
		struct frame *parent = &task->frames[task->depth - 1];

		parent->children++;
		parent->children_ns += duration_ns;
		parent->descendants += frame->descendants + 1;
	}
}

static void give_calls(struct call_list *calls, struct done_run *done)
{
	if (calls->left_out) {
		done->calls_left_out = calls->len + calls->left_out;
		return;
	}
	if (calls->overrun)
		call_list_fit(calls);
	done->calls = calls->items;
	done->calls_len = calls->len;
}

static void finish_run(struct reconstruct *reconstruct, struct task *task, uint64_t enter_ns,
		       uint64_t leave_ns, uint64_t duration_ns)
{
	const struct run_builder *run = &task->run;
	struct done_run done = {
		.worker = task->key,
		.comm = task->comm,
		.dir = run->dir,
		.handler = (enum role)run->handler,
		.requeued = runs_requeues(run) && !run->armed,
		.chains_unsure = run->chains_unsure,
		.enter_ns = enter_ns,
		.leave_ns = leave_ns,
		.duration_ns = duration_ns,
		.requeues = run->requeues,
		.run.chains = run->chains,
		.run.calls = run->calls,
		.run.rearms = (uint16_t)run->rearms,
		.run.races = (uint16_t)run->races,
		.run.requeues = (uint16_t)runs_requeues(run),
		.run.cpu = (uint16_t)task->last_cpu,
		.run.end = (uint8_t)runs_end(run),
	};

	if (run->broken) {
		break_run(reconstruct, task);
		return;
	}
	give_calls(&task->calls, &done);
	task->run.open = false;
	reconstruct->sink.run(reconstruct->sink.context, &done);
}

static void enter_role(struct reconstruct *reconstruct, struct task *task, uint32_t function,
		       uint32_t depth)
{
	enum role role = role_at(reconstruct, function);

	task->half_run = false;
	if (task->run.open) {
		runs_enter(&task->run, role, &reconstruct->traced);
	} else if (is_handler(role)) {
		task->run_dropped = false;
		call_list_begin(&task->calls);
		runs_open(&task->run, role,
			  (enum vp_dir)reconstruct->functions->items.items[function].dir, depth);
	}
}

static inline uint32_t list_call(struct reconstruct *reconstruct, struct task *task,
				 uint32_t function, uint64_t now_ns, uint32_t depth)
{
	struct traced_call call = {
		.symbol = function,
		.depth = depth - task->run.depth,
		.enter_ns = now_ns,
	};

	return call_list_enter(&task->calls, &reconstruct->calls_pool, &call);
}

void reconstruct_enter(struct reconstruct *reconstruct, uint32_t cpu, uint32_t function,
		       uint64_t now_ns)
{
	struct task *task = task_on(reconstruct, cpu);
	enum role role = role_at(reconstruct, function);
	struct frame *frame;

	if (!task)
		return;
	frame = task->excess ? NULL : task_push(task);
	if (!frame) {
		task->excess++;
		task->run.broken = true;
		reconstruct->loss.too_deep++;
		return;
	}
	frame->function = function;
	frame->role = (uint8_t)role;
	frame->enter_ns = now_ns;
	if (role)
		enter_role(reconstruct, task, function, task->depth - 1);
	frame->call = CALL_LIST_NONE;
	if (task->run.open)
		frame->call = list_call(reconstruct, task, function, now_ns, task->depth - 1);
}

/*
 * An end whose entry was not seen. The ends of handle_tx and of its wrapper are one run, and so are
 * an entry that was given up and the end it would have had.
 */
static void end_without_entry(struct reconstruct *reconstruct, struct task *task, uint32_t function)
{
	enum role role = function == NO_FUNCTION ? ROLE_NONE : role_at(reconstruct, function);
	bool counted = task->run_dropped || (task->half_run && role != ROLE_HANDLER);

	reconstruct->loss.pieces++;
	task->half_run = role == ROLE_HANDLER;
	if (task->run.open) {
		task->run.broken = true;
	} else if (is_handler(role) && !counted) {
		task->run.dir = reconstruct->functions->items.items[function].dir;
		break_run(reconstruct, task);
	} else if (is_handler(role) && role != ROLE_HANDLER) {
		task->run_dropped = false;
	}
}

/* Brings the call that ends to the top; false when its entry was not seen. */
static bool find_entry(struct reconstruct *reconstruct, struct task *task, uint32_t function)
{
	uint32_t i = task->depth;

	if (function == NO_FUNCTION)
		return task->depth;
	while (i && task->frames[i - 1].function != function)
		i--;
	if (!i)
		return false;
	while (task->depth > i)
		drop_top(reconstruct, task);
	return true;
}

static void leave_role(struct reconstruct *reconstruct, struct task *task,
		       const struct frame *frame, uint64_t now_ns, uint64_t duration_ns)
{
	if (!task->run.open)
		return;
	if (task->run.depth == task->depth)
		finish_run(reconstruct, task, frame->enter_ns, now_ns, duration_ns);
	else
		runs_leave(&task->run, (enum role)frame->role, &reconstruct->traced);
}

void reconstruct_leave(struct reconstruct *reconstruct, uint32_t cpu, uint32_t function,
		       uint64_t now_ns, uint64_t duration_ns)
{
	struct task *task = task_on(reconstruct, cpu);
	struct frame *frame;

	if (!task)
		return;
	if (task->excess) {
		drop_top(reconstruct, task);
		return;
	}
	if (!find_entry(reconstruct, task, function)) {
		end_without_entry(reconstruct, task, function);
		return;
	}
	frame = &task->frames[task->depth - 1];
	if (duration_ns == VP_UNKNOWN && now_ns != VP_UNKNOWN && now_ns >= frame->enter_ns)
		duration_ns = now_ns - frame->enter_ns;
	if (duration_ns == VP_UNKNOWN) {
		drop_top(reconstruct, task);
		return;
	}
	task->depth--;
	finish_call(reconstruct, task, frame, duration_ns);
	if (task->run.open)
		call_list_leave(&task->calls, frame->call, duration_ns, frame->children_ns);
	if (frame->role)
		leave_role(reconstruct, task, frame, now_ns, duration_ns);
}

static inline void list_leaf(struct reconstruct *reconstruct, struct task *task, uint32_t function,
			     uint64_t now_ns, uint64_t duration_ns)
{
	uint32_t place = list_call(reconstruct, task, function, now_ns, task->depth);

	call_list_leave(&task->calls, place, duration_ns, 0);
}

/* A handler without traced callees, or one step of the run around it. */
static void leaf_role(struct reconstruct *reconstruct, struct task *task, uint32_t function,
		      uint64_t now_ns, uint64_t duration_ns)
{
	bool was_open = task->run.open;

	enter_role(reconstruct, task, function, task->depth);
	if (!was_open && task->run.open)
		list_leaf(reconstruct, task, function, now_ns, duration_ns);
	if (was_open)
		runs_leave(&task->run, role_at(reconstruct, function), &reconstruct->traced);
	else if (task->run.open)
		finish_run(reconstruct, task, now_ns,
			   now_ns == VP_UNKNOWN ? now_ns : now_ns + duration_ns, duration_ns);
}

void reconstruct_leaf(struct reconstruct *reconstruct, uint32_t cpu, uint32_t function,
		      uint64_t now_ns, uint64_t duration_ns)
{
	struct task *task = task_on(reconstruct, cpu);
	struct frame frame = {.function = function};

	if (!task)
		return;
	if (duration_ns == VP_UNKNOWN) {
		reconstruct->loss.pieces++;
		return;
	}
	finish_call(reconstruct, task, &frame, duration_ns);
	if (task->run.open && !task->excess)
		list_leaf(reconstruct, task, function, now_ns, duration_ns);
	if (role_at(reconstruct, function) && !task->excess)
		leaf_role(reconstruct, task, function, now_ns, duration_ns);
}

void reconstruct_overruns(struct reconstruct *reconstruct, uint32_t cpu, uint64_t count)
{
	struct task *task = task_on(reconstruct, cpu);

	if (!task)
		return;
	if (task->overruns != VP_UNKNOWN && count > task->overruns)
		reconstruct->loss.overruns += count - task->overruns;
	task->overruns = count;
}
