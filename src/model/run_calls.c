// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows which worker an event belongs to and which record its run gets. Refuses to know how calls nest:
 * that is call_stack.c.
 */
#include "model/run_calls.h"

#include "model/call_stack.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A run that has ended and waits for its record. */
struct ended {
	uint64_t enter_ns;
	uint64_t leave_ns;
	size_t first; /* in the worker's list of calls */
	uint32_t len;
};

struct worker {
	uint64_t lost; /* as its last batch said */
	uint64_t used; /* when: counts batches */
	struct call_stack stack;
	traced_calls calls; /* of the ended runs, then of the open one */
	VEC(struct ended) ended;
	size_t taken; /* of the ended runs, those at the front that are gone */
};

struct run_calls {
	uint32_t symbols[RUN_CALLS_ROWS]; /* SYMBOL_NONE = no name */
	bool is_run[RUN_CALLS_ROWS];
	uint32_t len;  /* workers known */
	uint32_t last; /* asked for last */
	uint64_t batches;
	size_t held; /* calls in all lists */
	struct call_loss loss;
	uint64_t runs_without; /* their calls, that were taken */
	uint64_t events_lost;
	uint32_t tids[VP_MAX_WORKERS];
	struct worker workers[VP_MAX_WORKERS];
};

struct run_calls *run_calls_new(void)
{
	struct run_calls *calls = calloc(1, sizeof(*calls));
	uint32_t row;

	if (!calls)
		return NULL;
	for (row = 0; row < RUN_CALLS_ROWS; row++)
		calls->symbols[row] = SYMBOL_NONE;
	return calls;
}

static void worker_free(struct worker *worker)
{
	vec_free(&worker->calls);
	vec_free(&worker->ended);
}

void run_calls_free(struct run_calls *calls)
{
	uint32_t i;

	if (!calls)
		return;
	for (i = 0; i < calls->len; i++)
		worker_free(&calls->workers[i]);
	free(calls);
}

void run_calls_row(struct run_calls *calls, uint32_t row, uint32_t symbol, bool is_run)
{
	if (row >= RUN_CALLS_ROWS)
		return;
	calls->symbols[row] = symbol;
	calls->is_run[row] = is_run;
}

static struct worker *find(struct run_calls *calls, uint32_t tid)
{
	uint32_t i;

	if (calls->last < calls->len && calls->tids[calls->last] == tid)
		return &calls->workers[calls->last];
	for (i = 0; i < calls->len; i++)
		if (calls->tids[i] == tid) {
			calls->last = i;
			return &calls->workers[i];
		}
	return NULL;
}

/* The worker that has been silent for longest: it is gone, or can be spared best. */
static uint32_t least_used(const struct run_calls *calls)
{
	uint32_t i, least = 0;

	for (i = 1; i < calls->len; i++)
		if (calls->workers[i].used < calls->workers[least].used)
			least = i;
	return least;
}

static struct worker *add(struct run_calls *calls, uint32_t tid)
{
	uint32_t place = calls->len < VP_MAX_WORKERS ? calls->len : least_used(calls);
	struct worker *worker = &calls->workers[place];

	if (place < calls->len) {
		calls->held -= worker->calls.len;
		worker_free(worker);
		*worker = (struct worker){0};
	} else {
		calls->len++;
	}
	calls->tids[place] = tid;
	calls->last = place;
	return worker;
}

static size_t open_calls_from(const struct worker *worker)
{
	return worker->stack.depth ? worker->stack.first : worker->calls.len;
}

/* Forgets what was taken once it is the larger part. */
static void tidy(struct run_calls *calls, struct worker *worker)
{
	size_t left = worker->ended.len - worker->taken;
	size_t gone = left ? worker->ended.items[worker->taken].first : open_calls_from(worker);
	size_t i;

	if (!gone || gone < worker->calls.len / 2)
		return;
	worker->calls.len -= gone;
	calls->held -= gone;
	memmove(worker->calls.items, worker->calls.items + gone,
		worker->calls.len * sizeof(*worker->calls.items));
	memmove(worker->ended.items, worker->ended.items + worker->taken,
		left * sizeof(*worker->ended.items));
	worker->ended.len = left;
	worker->taken = 0;
	for (i = 0; i < left; i++)
		worker->ended.items[i].first -= gone;
	worker->stack.first -= worker->stack.depth ? gone : 0;
	for (i = 0; i < worker->stack.depth; i++)
		worker->stack.frames[i].call -= gone;
}

static void give_up(struct worker *worker)
{
	call_stack_give_up(&worker->stack, &worker->calls);
}

/* Nobody comes for most of what waits: of all that, and of the memory it took, so that none is preferred. */
static void forget_all(struct run_calls *calls)
{
	uint32_t i;

	for (i = 0; i < calls->len; i++) {
		give_up(&calls->workers[i]);
		vec_free(&calls->workers[i].calls);
		vec_free(&calls->workers[i].ended);
		calls->workers[i].taken = 0;
	}
	calls->held = 0;
}

/* The calls of the run that has just ended wait for its record. */
static int keep(struct run_calls *calls, struct worker *worker, uint64_t leave_ns)
{
	struct traced_call *first = worker->calls.items + worker->stack.first;
	struct ended *ended = vec_add(&worker->ended);
	size_t i, len = worker->calls.len - worker->stack.first;

	if (!ended) {
		worker->calls.len = worker->stack.first;
		return -ENOMEM;
	}
	for (i = 0; i < len; i++)
		first[i].symbol = calls->symbols[first[i].symbol];
	*ended = (struct ended){first->enter_ns, leave_ns, worker->stack.first, (uint32_t)len};
	return 0;
}

/* A handler's entry begins a run; whatever comes before the first one belongs to none. */
static int enter(struct run_calls *calls, struct worker *worker, uint32_t row, uint64_t time_ns)
{
	if (calls->is_run[row])
		give_up(worker);
	else if (!worker->stack.depth)
		return 0;
	if (calls->held >= RUN_CALLS_HELD) {
		forget_all(calls);
		if (!calls->is_run[row])
			return 0;
	}
	return call_stack_enter(&worker->stack, &worker->calls, &calls->loss, row, time_ns);
}

static int end(struct run_calls *calls, struct worker *worker, uint32_t row, uint64_t time_ns)
{
	if (!worker->stack.depth)
		return 0;
	if (!call_stack_end(&worker->stack, &worker->calls, &calls->loss, row, time_ns))
		return 0;
	return keep(calls, worker, time_ns);
}

static int add_event(struct run_calls *calls, struct worker *worker, uint64_t event,
		     uint64_t base_ns)
{
	uint64_t time_ns = vp_event_time(event, base_ns);
	uint32_t row = vp_event_row(event);
	size_t others = calls->held - worker->calls.len;
	int error;

	if (calls->symbols[row] == SYMBOL_NONE)
		return 0;
	if (vp_event_is_end(event))
		error = end(calls, worker, row, time_ns);
	else
		error = enter(calls, worker, row, time_ns);
	if (!calls->held)
		others = 0; /* forgotten, too */
	calls->held = others + worker->calls.len;
	return error;
}

/* Items that could not be stored lie between the batch before and this one. */
static void note_lost(struct run_calls *calls, struct worker *worker, uint64_t lost)
{
	size_t before = worker->calls.len;

	if (lost == worker->lost)
		return;
	give_up(worker);
	calls->held -= before - worker->calls.len;
	calls->events_lost += lost > worker->lost ? lost - worker->lost : 0;
	worker->lost = lost;
}

int run_calls_events(struct run_calls *calls, const struct vp_events *head, const __u64 *items)
{
	struct worker *worker = find(calls, head->worker_tid);
	int error = 0;
	uint32_t i;

	if (!worker)
		worker = add(calls, head->worker_tid);
	worker->used = ++calls->batches;
	note_lost(calls, worker, head->lost);
	tidy(calls, worker);
	for (i = 0; !error && i < head->len; i++)
		error = add_event(calls, worker, items[i], head->base_ns);
	return error;
}

void run_calls_take(struct run_calls *calls, const struct vp_run *run,
		    const struct traced_call **list, uint32_t *len)
{
	struct worker *worker = find(calls, run->worker_tid);
	const struct ended *ended = NULL;

	*list = NULL;
	*len = 0;
	for (; worker && worker->taken < worker->ended.len; worker->taken++) {
		ended = &worker->ended.items[worker->taken];
		if (ended->enter_ns >= run->enter_ns)
			break;
		ended = NULL;
	}
	if (!ended || ended->enter_ns != run->enter_ns || ended->leave_ns != run->leave_ns) {
		calls->runs_without++;
		return;
	}
	worker->taken++;
	*list = worker->calls.items + ended->first;
	*len = ended->len;
}

void run_calls_hole(struct run_calls *calls)
{
	uint32_t i;

	for (i = 0; i < calls->len; i++) {
		struct worker *worker = &calls->workers[i];
		size_t before = worker->calls.len;

		give_up(worker);
		calls->held -= before - worker->calls.len;
	}
}

void run_calls_loss(const struct run_calls *calls, struct run_calls_loss *loss)
{
	*loss = (struct run_calls_loss){
		.runs = calls->runs_without,
		.calls_broken = calls->loss.broken,
		.calls_too_deep = calls->loss.too_deep,
		.events = calls->events_lost,
	};
}
