/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Writing a .vprof file, front to back: nothing written is ever touched again, so that the file can
 * be a pipe and a cut one reads up to its last whole block.
 *
 *   create → { queue | events | runs | calls | mark } … → finish → close
 *
 * The first failure sticks: everything after it fails the same way and writes nothing.
 */
#ifndef SOURCE_RECFILE_WRITE_H
#define SOURCE_RECFILE_WRITE_H

#include "base/err.h"
#include "model/report.h"
#include "source/recfile.h"
#include "source/recfile_events.h"

struct recfile_writer;

/* `path` is created or emptied; "-" is stdout. Writes the beginning. */
int recfile_create(struct recfile_writer **writer, const char *path,
		   const struct recfile_meta *meta, struct err *err);

/* A queue that is new or has changed. */
int recfile_write_queue(struct recfile_writer *writer, const struct recfile_queue *queue,
			struct err *err);
/*
 * Any number of runs; a block is best filled with RECFILE_RUNS_MAX. What each spent on every stage, one for
 * each run; NULL = not measured.
 */
int recfile_write_runs(struct recfile_writer *writer, const struct vp_run *runs,
		       const struct vp_stages *stages, size_t n, struct err *err);
int recfile_write_mark(struct recfile_writer *writer, const struct recfile_mark *mark,
		       struct err *err);
/*
 * Empties `block`. The events of a run come before it, and the file holds few events between an entry of a
 * handler and its run: a reader keeps what is between them.
 */
int recfile_write_events(struct recfile_writer *writer, struct events_block *block,
			 struct err *err);
/* What was counted for one queue's functions since this was last called for it. */
int recfile_write_calls(struct recfile_writer *writer, const struct recfile_calls *calls,
			struct err *err);
/* The exact counters, then the index: the recording is whole. */
int recfile_finish(struct recfile_writer *writer, const struct report *report, struct err *err);

uint64_t recfile_written_runs(const struct recfile_writer *writer);
uint64_t recfile_written_bytes(const struct recfile_writer *writer);

/* Keeps what was written. The error of closing, unless one was reported before. NULL is fine. */
int recfile_close_writer(struct recfile_writer *writer, struct err *err);

#endif
