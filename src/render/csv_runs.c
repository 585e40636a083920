// SPDX-License-Identifier: BSD-2-Clause
/* One row per run, as it comes. Knows the columns, whose names are a promise and say their units. */
#include "render/run_stream.h"

#include "model/probe.h"
#include "model/run_owner.h"
#include "render/csv_writer.h"
#include "render/run_words.h"

#include <stdio.h>

static const char *const titles[] = {"vm_pid",
				     "vm_name",
				     "device",
				     "worker_tid",
				     "worker_comm",
				     "queue",
				     "cpu",
				     "cause",
				     "end",
				     "wake_time_ns",
				     "enter_time_ns",
				     "leave_time_ns",
				     "wake_ns",
				     "service_ns",
				     "chains",
				     "bytes",
				     "calls",
				     "coalesced",
				     "rearms",
				     "races",
				     "requeues",
				     "waiting_enter_chains",
				     "waiting_leave_chains",
				     NULL};

static int begin(struct run_stream *stream)
{
	struct csv_writer csv = {.sink = stream->sink};
	char title[48];
	int i;

	for (i = 0; titles[i]; i++)
		csv_text(&csv, titles[i]);
	for (i = 0; i < VP_STAGE_NR; i++) {
		snprintf(title, sizeof(title), "stage_%s_ns", probe_stage_name((enum vp_stage)i));
		csv_text(&csv, title);
	}
	csv_end_row(&csv);
	return 0;
}

static void count(struct csv_writer *csv, uint64_t value, uint64_t unknown)
{
	csv_number(csv, value == unknown ? VP_UNKNOWN : value);
}

static void write_owner(struct csv_writer *csv, const struct run_owner *owner)
{
	char name[16];

	count(csv, owner->vm_pid, 0);
	csv_text(csv, owner->vm_name);
	csv_text(csv, owner->device);
	count(csv, owner->worker_tid, 0);
	csv_text(csv, owner->worker_comm);
	csv_text(csv, run_owner_queue(name, owner));
}

static void write_times(struct csv_writer *csv, const struct run_trace *trace)
{
	const struct vp_run *run = trace->run;
	bool woken = run->wake_ns != VP_UNKNOWN && run->enter_ns != VP_UNKNOWN &&
		     run->wake_ns <= run->enter_ns;

	csv_number(csv, run->wake_ns);
	csv_number(csv, run->enter_ns);
	csv_number(csv, run->leave_ns);
	csv_number(csv, woken ? run->enter_ns - run->wake_ns : VP_UNKNOWN);
	csv_number(csv, trace->service_ns);
}

static void write_counts(struct csv_writer *csv, const struct vp_run *run)
{
	count(csv, run->chains, RUN_UNKNOWN);
	csv_number(csv, run->bytes);
	count(csv, run->calls, RUN_UNKNOWN);
	count(csv, run->coalesced, RUN_UNKNOWN);
	count(csv, run->rearms, VP_UNKNOWN_U16);
	count(csv, run->races, VP_UNKNOWN_U16);
	count(csv, run->requeues, VP_UNKNOWN_U16);
	count(csv, run->waiting_enter, VP_UNKNOWN_U16);
	count(csv, run->waiting_leave, VP_UNKNOWN_U16);
}

static int run(struct run_stream *stream, const struct run_trace *trace)
{
	struct csv_writer csv = {.sink = stream->sink};
	int i;

	write_owner(&csv, trace->owner);
	count(&csv, trace->run->cpu, VP_UNKNOWN_U16);
	csv_text(&csv, run_word_cause(trace->run));
	csv_text(&csv, run_word_end(trace->run));
	write_times(&csv, trace);
	write_counts(&csv, trace->run);
	for (i = 0; i < VP_STAGE_NR; i++)
		count(&csv, trace->stage_ns ? trace->stage_ns[i] : RUN_UNKNOWN, RUN_UNKNOWN);
	csv_end_row(&csv);
	return 0;
}

const struct stream_renderer csv_runs_stream = {
	.name = "csv-runs",
	.level = VP_LEVEL_STAGES,
	.help = "one row per run (CSV)",
	.begin = begin,
	.run = run,
};
