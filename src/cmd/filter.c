// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/filter.h"
#include "cmd/usage.h"

#include <string.h>

enum { KEY_MIN_US = 0x500, KEY_QUEUE, KEY_CAUSE, KEY_CHURN_ONLY };

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "Which runs (default: all):", 2},
	{"min-us", KEY_MIN_US, "US", 0, "those that took so many microseconds or more", 2},
	{"queue", KEY_QUEUE, "QUEUE", 0, "those of tx0, rx1, …, or of all tx or rx queues", 2},
	{"cause", KEY_CAUSE, "CAUSE", 0, "those begun by kick, net or requeue; repeatable", 2},
	{"churn-only", KEY_CHURN_ONLY, NULL, 0,
	 "pairs: a run that ended re-armed, and the next, kicked within the churn window", 2},
	{0},
};

static void set_queue(struct run_filter_options *filter, const char *arg, struct argp_state *state)
{
	if (strncmp(arg, "tx", 2) && strncmp(arg, "rx", 2))
		usage_error(state, "--queue takes tx0, rx0, tx1, …, tx or rx, not '%s'", arg);
	filter->of_queue = true;
	filter->dir = arg[0] == 't' ? VP_TX : VP_RX;
	if (arg[2])
		filter->queue_pair = (uint32_t)usage_number(arg + 2, 0, 65535, "--queue", state);
}

static void add_cause(struct run_filter_options *filter, const char *arg, struct argp_state *state)
{
	if (!strcmp(arg, "kick"))
		filter->causes |= 1u << VP_CAUSE_KICK;
	else if (!strcmp(arg, "net"))
		filter->causes |= 1u << VP_CAUSE_NET;
	else if (!strcmp(arg, "requeue"))
		filter->causes |= 1u << VP_CAUSE_REQUEUE;
	else
		usage_error(state, "--cause takes kick, net or requeue, not '%s'", arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct run_filter_options *filter = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*filter = (struct run_filter_options){.queue_pair = FILTER_ANY_PAIR};
		return 0;
	case KEY_MIN_US:
		filter->least_ns = 1000 * usage_number(arg, 0, 1000000000, "--min-us", state);
		return 0;
	case KEY_QUEUE:
		set_queue(filter, arg, state);
		return 0;
	case KEY_CAUSE:
		add_cause(filter, arg, state);
		return 0;
	case KEY_CHURN_ONLY:
		filter->churn_only = true;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp filter_argp = {.options = options, .parser = parse};
