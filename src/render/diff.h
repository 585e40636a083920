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

#endif
