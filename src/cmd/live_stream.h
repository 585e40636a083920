/* SPDX-License-Identifier: BSD-2-Clause */
/* A live profile whose runs are shown as they come. */
#ifndef CMD_LIVE_STREAM_H
#define CMD_LIVE_STREAM_H

#include "cmd/stream_out.h"
#include "source/live.h"

/*
 * Until a signal, or for so many seconds if not 0. What the renderer needs decides the level unless the user
 * has chosen one. `filter` NULL = all runs. Returns an exit code.
 */
int live_stream(struct live_options *target, const struct stream_renderer *renderer,
		const struct output *output, const struct run_filter_options *filter,
		uint64_t seconds);

#endif
