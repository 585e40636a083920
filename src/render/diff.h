/* SPDX-License-Identifier: BSD-2-Clause */
/* The renderers of a diff: for people, and for programs (schema vhostprof.diff/1, docs/diff.schema.json). */
#ifndef RENDER_DIFF_H
#define RENDER_DIFF_H

#include "analyze/diff.h"
#include "render/render.h"

struct diff_options {
	bool all; /* text: also show functions in which nothing changed */
};

void diff_text(struct sink *sink, const struct diff *diff, const struct render_options *options,
	       const struct diff_options *wanted);
void diff_json(struct sink *sink, const struct diff *diff);

/*
 * The same as stacks, without a verdict: 0, or -errno and why it cannot be shown so. Folded lines end in the
 * value before and the one after.
 */
int diff_folded(struct sink *sink, const struct report *before, const struct report *after,
		const struct render_options *options, struct err *err);
int diff_flamegraph(struct sink *sink, const struct report *before, const struct report *after,
		    const struct render_options *options, struct err *err);

#endif
