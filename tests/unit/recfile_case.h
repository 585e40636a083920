/* SPDX-License-Identifier: BSD-2-Clause */
/* A small recording, made up: two described queues, one with two blocks of runs, and a report. */
#ifndef RECFILE_CASE_H
#define RECFILE_CASE_H

#include "base/sink.h"
#include "model/counters.h"
#include "render/render.h"
#include "source/recfile_block.h"
#include "source/recfile_report.h"
#include "source/recfile_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define CASE_WINDOW_NS 50000
#define CASE_START_NS  1000000
#define CASE_END_NS    9000000

struct case_file {
	uint8_t *bytes;
	size_t len;
};

static inline struct vp_run case_run(uint32_t number)
{
	uint64_t enter_ns = CASE_START_NS + 40000ull * (number + 1);

	return (struct vp_run){
		.wake_ns = number % 7 ? enter_ns - 1500 - number : VP_UNKNOWN,
		.enter_ns = enter_ns,
		.leave_ns = enter_ns + 9000 + 13 * number,
		.bytes = number % 5 ? VP_UNKNOWN : number,
		.queue = number % 3 == 0,
		.generation = 1,
		.worker_tid = 4711,
		.chains = number % 300,
		.calls = number % 2,
		.coalesced = number % 11 == 3,
		.rearms = 1,
		.races = number % 13 == 1,
		.cpu = (uint16_t)(number % 4),
		.cause = (uint8_t)(number % 7 ? VP_CAUSE_KICK : VP_CAUSE_UNKNOWN),
		.end = VP_END_REARMED,
	};
}

static inline struct report_queue *case_queue(struct report *report, enum vp_dir dir, uint32_t runs)
{
	struct report_queue *queue = report_add_queue(report);
	struct counters_previous previous = {0};
	struct vp_counters counters = {.doorbells = 100 + (uint64_t)dir, .coalesced = 3};
	uint32_t i;

	for (i = 0; i < runs; i++) {
		struct vp_run run = case_run(i);

		if (run.queue == (uint32_t)dir)
			counters_add_run(&counters, &previous, &run, GAP_ENDS_AT_WAKE,
					 CASE_WINDOW_NS);
	}
	report_queue_counters(queue, &counters, CASE_WINDOW_NS);
	queue->dir = dir;
	queue->vm_pid = 4700;
	queue->worker_tid = 4711;
	queue->queue_pair = 0;
	queue->eventfd_min = 90;
	queue->eventfd_max = 101;
	queue->features = 0x130000000;
	queue->poll_us = 48;
	queue->sched = (struct report_sched){1, 2, 3, 4, 5, 6};
	report_string(&queue->vm_name, "web \x1b[31m1");
	report_string(&queue->device, "tap0");
	report_string(&queue->worker_comm, "vhost-4700");
	return queue;
}

/* What a live profile of `runs` runs would have said. */
static inline struct report *case_report(uint32_t runs)
{
	struct report *report = report_new();

	report->source.start_ns = CASE_START_NS;
	report->source.duration_ns = CASE_END_NS - CASE_START_NS;
	report_string(&report->source.kind, "live");
	report_string(&report->source.kernel, "6.1.0-test");
	report_string(&report->source.machine, "x86_64");
	report_string(&report->source.level, "runs");
	case_queue(report, VP_RX, runs);
	case_queue(report, VP_TX, runs)->bytes = 123456789;
	report->loss.runs_broken = 2;
	report->loss.probe_misses = 1;
	report->loss.queues_unplaced = 0;
	report_probe_missing(report, "poll_queue");
	report_note(report, "a note of the live report");
	return report;
}

static inline void case_meta(struct recfile_meta *meta)
{
	static struct recfile_probe probes[] = {
		{"handle_tx_kick", "fentry+fexit", "handle_tx_kick", "", "vhost_net"},
		{"enable_notify", "kretprobe", "vhost_enable_notify", "no BTF", "vhost"},
		{"poll_queue", "-", "", "not in this kernel", NULL},
		{"call", "fentry", "eventfd_signal_mask", "", NULL},
	};

	*meta = (struct recfile_meta){
		.kernel = "6.1.0-test",
		.machine = "x86_64",
		.clock = "CLOCK_MONOTONIC",
		.boot_id = "00000000-1111-2222-3333-444444444444",
		.level = "runs",
		.version = "0",
		.churn_window_ns = CASE_WINDOW_NS,
	};
	meta->probes.items = probes;
	meta->probes.len = sizeof(probes) / sizeof(probes[0]);
}

static inline int case_write_queues(struct recfile_writer *writer, struct err *err)
{
	struct recfile_queue queue = {
		.generation = 1,
		.vm_pid = 4700,
		.worker_tid = 4711,
		.vm_name = "web \x1b[31m1",
		.device = "tap0",
		.worker_comm = "vhost-4700",
	};
	int error = recfile_write_queue(writer, &queue, err);

	queue.slot = queue.dir = 1;
	return error ? error : recfile_write_queue(writer, &queue, err);
}

/* Writes `runs` runs in two blocks, or as many as they need; finished only with a report. */
static inline int case_write(const char *path, uint32_t runs, const struct report *report,
			     struct err *err)
{
	struct vp_run *items = calloc(runs + 1, sizeof(*items));
	struct recfile_mark mark = {.time_ns = CASE_START_NS};
	struct recfile_writer *writer = NULL;
	struct recfile_meta meta;
	uint32_t i, half = runs / 2;
	int error;

	for (i = 0; i < runs; i++)
		items[i] = case_run(i);
	case_meta(&meta);
	error = recfile_create(&writer, path, &meta, err);
	error = error ? error : recfile_write_mark(writer, &mark, err);
	error = error ? error : case_write_queues(writer, err);
	error = error ? error : recfile_write_runs(writer, items, NULL, half, err);
	error = error ? error : recfile_write_runs(writer, items + half, NULL, runs - half, err);
	mark = (struct recfile_mark){.time_ns = CASE_END_NS, .runs_broken = 2, .probe_misses = 1};
	error = error ? error : recfile_write_mark(writer, &mark, err);
	if (report)
		error = error ? error : recfile_finish(writer, report, err);
	free(items);
	if (writer && recfile_close_writer(writer, error ? &(struct err){0} : err) && !error)
		error = -EIO;
	return error;
}

static inline struct case_file case_load(const char *path)
{
	struct case_file file = {NULL, 0};
	struct stat status;
	int fd = open(path, O_RDONLY);

	if (fd >= 0 && !fstat(fd, &status)) {
		file.bytes = malloc((size_t)status.st_size);
		file.len = (size_t)read(fd, file.bytes, (size_t)status.st_size);
	}
	close(fd);
	return file;
}

/* The report of a file that is in memory. */
static inline int case_read_with(const uint8_t *bytes, size_t len,
				 const struct recfile_options *options, struct report **report,
				 struct err *err)
{
	int fd = memfd_create("case", 0), error;
	struct recfile *file;

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len || lseek(fd, 0, SEEK_SET))
		abort();
	error = recfile_open(&file, fd, "case", NULL, 0, err);
	if (!error) {
		error = recfile_report(file, "case", options, report, err);
		recfile_close(file);
	}
	close(fd);
	return error;
}

static inline int case_read(const uint8_t *bytes, size_t len, struct report **report,
			    struct err *err)
{
	return case_read_with(bytes, len, NULL, report, err);
}

/* The report as JSON, whichever source it says it has. The caller frees it. */
static inline char *case_json(struct report *report)
{
	const struct render_options options = {.width = 80};
	struct sink sink;
	char *text;

	report_string(&report->source.kind, "any");
	report_string(&report->source.path, NULL);
	sink_open_memory(&sink);
	renderer_find("json")->report(&sink, report, &options);
	text = strdup(sink_text(&sink));
	sink_close(&sink);
	return text;
}

#endif
