/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runs of a live profile one by one, with their stages and calls where the level has them: from the
 * kernel's records to any struct run_sink.
 *
 *   live_runs_new → live_open → live_runs_begin → live_start → { live_poll, live_runs_error } … → live_runs_free
 */
#ifndef SOURCE_LIVE_RUNS_H
#define SOURCE_LIVE_RUNS_H

#include "model/run_trace.h"
#include "source/live.h"

struct live_runs;

/* Makes itself the sink of these options. `sink` must outlive it. NULL when out of memory. */
struct live_runs *live_runs_new(struct live_options *options, const struct run_sink *sink);
/* Names functions and queues; between live_open and live_start. 0 or -ENOMEM. */
int live_runs_begin(struct live_runs *runs, struct live *live);
/* Not 0 when the sink wants no more or memory ran out. */
int live_runs_error(const struct live_runs *runs);
void live_runs_free(struct live_runs *runs); /* NULL is fine; the live profile must be closed */

#endif
