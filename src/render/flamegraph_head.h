/* SPDX-License-Identifier: BSD-2-Clause */
/* The lines above a flame graph: what was measured, how, and what is missing from it. */
#ifndef RENDER_FLAMEGRAPH_HEAD_H
#define RENDER_FLAMEGRAPH_HEAD_H

#include "render/flamegraph.h"

#define FLAMEGRAPH_HEAD_LINES \
	64 /* more than these are cut: names of probes and files can be long */

/* Lines of text, each fit for the narrowest window; those of loss are marked. */
struct flamegraph_head {
	struct sink text; /* the lines, each ended by a NUL */
	bool bad[FLAMEGRAPH_HEAD_LINES];
	unsigned lines;
};

/* `before` NULL: nothing is compared. The head is to be closed. */
void flamegraph_head_make(struct flamegraph_head *head, const struct flamegraph *graph,
			  const struct report *report, const struct report *before);
int flamegraph_head_close(struct flamegraph_head *head); /* 0 or the first -errno */

#endif
