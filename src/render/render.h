/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The renderers: each turns a finished report into bytes in a sink. They know nothing of where the
 * report came from, and nothing but the sink and these options of where it goes.
 */
#ifndef RENDER_RENDER_H
#define RENDER_RENDER_H

#include "base/err.h"
#include "base/sink.h"
#include "model/report.h"

/* What the times of a picture are divided by. */
enum normalize {
	NORMALIZE_DEFAULT = 0, /* nothing */
	NORMALIZE_RUN,
	NORMALIZE_CHAIN,
	NORMALIZE_TIME, /* the window: share of wall-clock time */
	NORMALIZE_NR,
};

struct render_options {
	unsigned width; /* columns of the terminal, at least 80 */
	bool color;
	bool unicode;
	enum normalize normalize;
};

struct renderer {
	const char *name; /* as in --format */
	const char *help;
	void (*report)(struct sink *sink, const struct report *report,
		       const struct render_options *options);
	/* 0, or -errno and why this report cannot be shown so; NULL: every report can. */
	int (*check)(const struct report *report, const struct render_options *options,
		     struct err *err);
	bool alone;	   /* an output holds one report and nothing else */
	bool loss_outside; /* the format has no place to state the loss */
};

/* All renderers, ended by one without a name. */
extern const struct renderer renderers[];

/* NULL if there is no such format. */
const struct renderer *renderer_find(const char *name);

/* By the words of --normalize. */
bool normalize_find(const char *name, enum normalize *out);

#endif
