/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The renderers: each turns a finished report into bytes in a sink. They know nothing of where the
 * report came from, and nothing but the sink and these options of where it goes.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "base/sink.h"
#include "model/report.h"

struct render_options {
	unsigned width; /* columns of the terminal, at least 80 */
	bool color;
	bool unicode;
};

struct renderer {
	const char *name; /* as in --format */
	const char *help;
	void (*report)(struct sink *sink, const struct report *report,
		       const struct render_options *options);
};

/* All renderers, ended by one without a name. */
extern const struct renderer renderers[];

/* NULL if there is no such format. */
const struct renderer *renderer_find(const char *name);

#endif
