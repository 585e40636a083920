/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a .vprof file: its runs in the order of the file, a block at a time, and whose they are.
 *
 *   recfile_open → recfile_next … → recfile_totals, recfile_damage → recfile_close
 *
 * Memory is bounded whatever the file says: two buffers of 1 MiB, 4096 runs, the queues' names, what the
 * exact counters take (33 KiB for each queue that is in the file), and what was counted for functions
 * (8 KiB for each of at most RECFILE_ROWS_MAX, 48 bytes for each of at most RECFILE_NODES_MAX nodes).
 */
#ifndef SOURCE_RECFILE_READ_H
#define SOURCE_RECFILE_READ_H

#include "base/err.h"
#include "model/report.h"
#include "model/run_trace.h"
#include "source/recfile.h"

struct recfile;
struct recfile_counted;

struct recfile_runs {
	const struct vp_run *items;
	const struct vp_stages *stages; /* NULL = not measured, or not wanted */
	uint32_t len;
	uint64_t missing; /* runs between the ones before and these that could not be read */
};

/*
 * `before` are bytes that were read from the descriptor already. `name` is for messages and, as the
 * descriptor, must outlive the file. Neither is closed nor freed.
 */
int recfile_open(struct recfile **file, int fd, const char *name, const void *before, size_t len,
		 struct err *err);
void recfile_close(struct recfile *file); /* NULL is fine */

/* The next runs: 1; 0 at the end; -errno. Valid until the next call. */
int recfile_next(struct recfile *file, struct recfile_runs *runs, struct err *err);

/*
 * Asks for what single runs were made of, before the first recfile_next; without it events and stages are
 * passed over. 0 or -ENOMEM.
 */
int recfile_want_traces(struct recfile *file);
/* The calls of a run, once, in the order of the runs; *len is 0 where they are not there or not whole. */
void recfile_calls_of(struct recfile *file, const struct vp_run *run,
		      const struct traced_call **calls, uint32_t *len);

/* Names and counts of functions, as far as they were read; indexed like the queues. */
struct recfile_counted *recfile_counted(struct recfile *file);

/* What is known so far: all of it after recfile_next has returned 0. */
const struct recfile_meta *recfile_meta(const struct recfile *file);
/* NULL when no mark was read. */
const struct recfile_mark *recfile_first_mark(const struct recfile *file);
const struct recfile_mark *recfile_last_mark(const struct recfile *file);

/*
 * Queues are numbered from 0 in the order in which the file mentions them; -1: one of more than
 * RECFILE_QUEUES_MAX. A queue may be described only after its first runs: ask for the description
 * at the end.
 */
int recfile_queue_of(struct recfile *file, const struct vp_run *run);
size_t recfile_queue_count(const struct recfile *file);
const struct recfile_queue *recfile_queue(const struct recfile *file, size_t index);

/* At the end: the exact counters, NULL when they are not all there. The caller owns the report. */
struct report *recfile_take_totals(struct recfile *file);

/* At the end: what is missing in the file, one line; "" when nothing is. */
const char *recfile_damage(const struct recfile *file);
/* Runs that damaged blocks held. */
uint64_t recfile_runs_missing(const struct recfile *file);

#endif
