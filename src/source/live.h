/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Profiling a running kernel: from options to reports. The BPF side counts; this side names queues,
 * switches counter banks between windows, and drains the records.
 *
 *   live_open → live_start → live_poll … → live_interval … → live_stop → live_total → live_close
 */
#ifndef SOURCE_LIVE_H
#define SOURCE_LIVE_H

#include "base/err.h"
#include "model/report.h"
#include "source/attach.h"
#include "source/procfs.h"
#include "source/queues.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct live;

/* What the kernel hands over, in the order in which it happened to each worker. */
struct live_sink {
	void *context;
	/* `stages` is NULL below level stages. */
	void (*run)(void *context, const struct vp_run *run, const struct vp_stages *stages);
	/* Level trace: entries and ends, before the run they belong to. `items` has head->len. */
	void (*events)(void *context, const struct vp_events *head, const __u64 *items);
};

struct live_options {
	pid_vec pids;	     /* workers and owners to record; none = everything */
	VEC(char *) vms;     /* names of VMs to record; borrowed */
	int dir;	     /* enum vp_dir, -1 both */
	uint32_t queue_pair; /* VP_NO_PAIR = all */
	uint64_t churn_window_ns;
	enum vp_level level;
	bool level_given;	     /* by the user: else what is to be shown decides */
	double max_overhead_percent; /* of the workers' time, in the probes' programs; 0 = any */
	enum rung first_rung;
	bool without[PROBE_NR]; /* probes to leave out */
	uint32_t max_devices;	/* 0 = what the level has room for */
	uint32_t ring_bytes;	/* power of two, at least a page */
	uint32_t sample_hz;	/* stacks of each worker per second on a CPU; 0 = none */
	struct live_sink sink;	/* every record as it is read; NULL functions drop them */
};

void live_options_init(struct live_options *options);
/* How many devices there will be room for. */
uint32_t live_max_devices(const struct live_options *options);

/* Checks rights and kernel, loads, attaches and finds the devices; records nothing yet. */
int live_open(struct live **live, const struct live_options *options, struct err *err);
void live_close(struct live *live); /* NULL is fine */

/* Opens the first window. */
int live_start(struct live *live, struct err *err);

/* Drains records and looks for new devices; waits at most `timeout_ms`. -EINTR is no error. */
int live_poll(struct live *live, int timeout_ms, struct err *err);

/* Closes the window, opens the next one and reports the closed one. */
int live_interval(struct live *live, struct report **report, struct err *err);

/* Closes the last window; nothing is recorded from then on. */
int live_stop(struct live *live, struct err *err);

/* Reports the last window (only after live_stop), or everything since live_start. */
int live_last(struct live *live, struct report **report, struct err *err);
int live_total(struct live *live, struct report **report, struct err *err);

/* How far it has come since live_start; losses as in struct report_loss. */
struct live_progress {
	uint64_t start_ns;
	uint64_t now_ns;
	uint64_t records_lost;
	uint64_t runs_broken;
	uint64_t probe_misses;
	uint64_t queues_unplaced;
	uint64_t calls_broken;
	uint64_t calls_too_deep;
	uint64_t calls_unplaced;
	uint64_t events_lost;
	uint64_t samples_lost;
};
void live_progress(struct live *live, struct live_progress *progress);

/* Everything met up to now, in the order of appearance; queues never go and keep their index. */
int live_queues(struct live *live, const live_queue_vec **queues, struct err *err);

const struct attachment *live_attachment(const struct live *live);

/* A report without measurements that names all queues: what `vhostprof list` shows. */
int live_list(struct live *live, struct report **report, struct err *err);

#endif
