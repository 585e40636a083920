/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Between a live profile and a .vprof file: collects records to whole blocks, keeps the file's queue
 * table up to date and leaves a mark every so often, with what was counted for functions since the last,
 * so that a crash costs little. Looks at no run.
 *
 *   recorder_new → live_open → recorder_begin → live_start → { live_poll, recorder_tick } …
 *   → live_stop → recorder_finish → recorder_free
 */
#ifndef SOURCE_RECORDER_H
#define SOURCE_RECORDER_H

#include "base/err.h"
#include "source/live.h"

struct recorder;

/* Asks for the records of a profile that will be opened with these options; NULL: out of memory. */
struct recorder *recorder_new(struct live_options *options);
void recorder_free(struct recorder *recorder);

/* Creates the file; "-" is stdout. */
int recorder_begin(struct recorder *recorder, struct live *live, const char *path, struct err *err);

/* Writes what has come in, and a mark. The first call gives the recording's start. */
int recorder_tick(struct recorder *recorder, struct live_progress *progress, struct err *err);

/* The failure to write a record, if there was one since the last tick. */
int recorder_check(const struct recorder *recorder, struct err *err);

/* After live_stop: writes the rest, the exact counters and the index, and closes the file. */
int recorder_finish(struct recorder *recorder, struct err *err);

uint64_t recorder_runs(const struct recorder *recorder);
uint64_t recorder_bytes(const struct recorder *recorder);

#endif
