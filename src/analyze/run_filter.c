// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/run_filter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A run that waits for its successor, with everything it borrowed. */
struct held {
	bool full;
	bool churned; /* handed on already, as the second of a pair */
	struct run_owner owner;
	struct vp_run run;
	uint64_t service_ns;
	bool staged;
	uint32_t stage_ns[VP_STAGE_NR];
	const struct symbols *symbols;
	VEC(struct traced_call) calls;
};

struct run_filter {
	struct run_filter_options options;
	struct run_sink next;
	struct run_gaps gaps;
	VEC(struct held) held; /* by the queue's place in the gaps */
	uint64_t seen, passed;
};

struct run_filter *run_filter_new(const struct run_filter_options *options,
				  const struct run_sink *next)
{
	struct run_filter *filter = calloc(1, sizeof(*filter));

	if (!filter)
		return NULL;
	filter->options = *options;
	filter->next = *next;
	return filter;
}

static void empty(struct held *held)
{
	if (held->full)
		run_owner_free(&held->owner);
	held->full = false;
	held->calls.len = 0;
}

void run_filter_free(struct run_filter *filter)
{
	if (!filter)
		return;
	vec_foreach (held, &filter->held) {
		empty(held);
		vec_free(&held->calls);
	}
	vec_free(&filter->held);
	run_gaps_free(&filter->gaps);
	free(filter);
}

uint64_t run_filter_seen(const struct run_filter *filter)
{
	return filter->seen;
}

uint64_t run_filter_passed(const struct run_filter *filter)
{
	return filter->passed;
}

static bool is_wanted(const struct run_filter_options *options, const struct run_trace *trace)
{
	const struct run_owner *owner = trace->owner;

	if (trace->service_ns < options->least_ns)
		return false;
	if (options->of_queue && owner->dir != options->dir)
		return false;
	if (options->of_queue && options->queue_pair != FILTER_ANY_PAIR &&
	    owner->queue_pair != options->queue_pair)
		return false;
	return !options->causes || options->causes & 1u << trace->run->cause;
}

static int hand_on(struct run_filter *filter, const struct run_trace *trace)
{
	if (!is_wanted(&filter->options, trace))
		return 0;
	filter->passed++;
	return filter->next.run(filter->next.context, trace);
}

static int hand_on_held(struct run_filter *filter, struct held *held)
{
	const struct run_trace trace = {
		.owner = &held->owner,
		.run = &held->run,
		.service_ns = held->service_ns,
		.stage_ns = held->staged ? held->stage_ns : NULL,
		.symbols = held->symbols,
		.calls = held->calls.items,
		.calls_len = (uint32_t)held->calls.len,
	};

	return hand_on(filter, &trace);
}

static int hold_calls(struct held *held, const struct run_trace *trace)
{
	uint32_t i;

	for (i = 0; i < trace->calls_len; i++) {
		struct traced_call *call = vec_add(&held->calls);

		if (!call)
			return -ENOMEM;
		*call = trace->calls[i];
	}
	return 0;
}

static int hold(struct held *held, const struct run_trace *trace, bool churned)
{
	empty(held);
	held->churned = churned;
	held->run = *trace->run;
	held->service_ns = trace->service_ns;
	held->symbols = trace->symbols;
	held->staged = trace->stage_ns;
	if (trace->stage_ns)
		memcpy(held->stage_ns, trace->stage_ns, sizeof(held->stage_ns));
	if (run_owner_copy(&held->owner, trace->owner))
		return -ENOMEM;
	held->full = true;
	return hold_calls(held, trace);
}

static struct held *held_of(struct run_filter *filter, size_t queue)
{
	while (filter->held.len <= queue)
		if (!vec_add(&filter->held))
			return NULL;
	return &filter->held.items[queue];
}

static int judge_churn(struct run_filter *filter, const struct run_trace *trace)
{
	struct held *held;
	uint64_t gap_ns;
	size_t queue;
	bool churns;
	int error = run_gaps_add(&filter->gaps, trace, &queue, &gap_ns);

	held = error ? NULL : held_of(filter, queue);
	if (!held)
		return -ENOMEM;
	churns = gap_ns != VP_UNKNOWN && gap_ns <= filter->options.churn_window_ns;
	if (churns && held->full && !held->churned)
		error = hand_on_held(filter, held);
	if (churns && !error)
		error = hand_on(filter, trace);
	return error ? error : hold(held, trace, churns);
}

static int on_run(void *context, const struct run_trace *trace)
{
	struct run_filter *filter = context;

	filter->seen++;
	return filter->options.churn_only ? judge_churn(filter, trace) : hand_on(filter, trace);
}

struct run_sink run_filter_sink(struct run_filter *filter)
{
	return (struct run_sink){.context = filter, .run = on_run};
}
