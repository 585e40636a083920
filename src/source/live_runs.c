// SPDX-License-Identifier: BSD-2-Clause
#include "source/live_runs.h"

#include "model/run_calls.h"
#include "source/live_report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct live_runs {
	const struct run_sink *sink;
	const struct live_options *options;
	struct live *live;
	struct symbols symbols;
	struct run_calls *calls;
	int error;
};

static const struct live_queue *find_queue(const live_queue_vec *queues, const struct vp_run *run)
{
	vec_foreach (queue, queues)
		if (queue->slot == run->queue && queue->generation == run->generation)
			return queue;
	return NULL;
}

/* NULL for queues the user does not want to see, of whose pair BPF knows nothing. */
static const struct live_queue *queue_of(struct live_runs *runs, const struct vp_run *run)
{
	const struct live_queue *queue;
	const live_queue_vec *queues;
	struct err err;

	runs->error = live_queues(runs->live, &queues, &err);
	queue = runs->error ? NULL : find_queue(queues, run);
	if (!queue || runs->options->queue_pair == VP_NO_PAIR)
		return queue;
	return queue->identity.ifindex && queue->identity.queue_pair == runs->options->queue_pair
		       ? queue
		       : NULL;
}

static void give(struct live_runs *runs, const struct live_queue *queue, struct run_trace *trace)
{
	char comm[VP_COMM_LEN + 1] = "", ifname[VP_IFNAME_LEN + 1] = "";
	const struct vp_identity *identity = &queue->identity;
	struct run_owner owner = {
		.vm_pid = identity->owner_pid,
		.worker_tid = identity->worker_tid,
		.queue_pair = identity->ifindex ? identity->queue_pair : VP_NO_PAIR,
		.dir = queue->slot & 1 ? VP_TX : VP_RX,
		.vm_name = queue->vm_name,
		.device = identity->ifindex ? ifname : NULL,
		.worker_comm = identity->worker_tid ? comm : NULL,
	};

	memcpy(comm, identity->worker_comm, VP_COMM_LEN);
	memcpy(ifname, identity->ifname, VP_IFNAME_LEN);
	trace->owner = &owner;
	runs->error = runs->sink->run(runs->sink->context, trace);
}

static void on_run(void *context, const struct vp_run *run, const struct vp_stages *stages)
{
	struct live_runs *runs = context;
	const struct live_queue *queue = runs->error ? NULL : queue_of(runs, run);
	struct run_trace trace = {
		.run = run,
		.service_ns = run->leave_ns - run->enter_ns,
		.stage_ns = stages ? stages->ns : NULL,
		.symbols = &runs->symbols,
	};

	if (runs->options->level >= VP_LEVEL_TRACE)
		run_calls_take(runs->calls, run, &trace.calls, &trace.calls_len);
	if (queue)
		give(runs, queue, &trace);
}

static void on_events(void *context, const struct vp_events *head, const __u64 *items)
{
	struct live_runs *runs = context;

	if (!runs->error)
		runs->error = run_calls_events(runs->calls, head, items);
}

struct live_runs *live_runs_new(struct live_options *options, const struct run_sink *sink)
{
	struct live_runs *runs = calloc(1, sizeof(*runs));

	if (!runs)
		return NULL;
	runs->calls = run_calls_new();
	if (!runs->calls) {
		free(runs);
		return NULL;
	}
	runs->sink = sink;
	runs->options = options;
	options->sink = (struct live_sink){.context = runs, .run = on_run, .events = on_events};
	return runs;
}

int live_runs_begin(struct live_runs *runs, struct live *live)
{
	struct function_names names;
	enum probe_id id;

	runs->live = live;
	live_name_functions(&names, live_attachment(live));
	for (id = 0; id < PROBE_NR; id++) {
		uint32_t symbol;

		if (!names.name[id])
			continue;
		symbol = symbols_intern(&runs->symbols, names.name[id], names.module[id]);
		if (symbol == SYMBOL_NONE)
			return -ENOMEM;
		run_calls_row(runs->calls, id, symbol, probes[id].hooks == HOOKS_BOTH);
	}
	return 0;
}

int live_runs_error(const struct live_runs *runs)
{
	return runs->error;
}

void live_runs_free(struct live_runs *runs)
{
	if (!runs)
		return;
	run_calls_free(runs->calls);
	symbols_free(&runs->symbols);
	free(runs);
}
