/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Several reports side by side, one line for each direction of each: what to compare first.
 * Knows no report but through what it copies from it, so that one report at a time is in memory.
 */
#ifndef CMD_SUMMARY_H
#define CMD_SUMMARY_H

#include "base/vec.h"
#include "render/render.h"

struct summary_row {
	char *path;
	enum vp_dir dir;
	uint64_t workers, runs, requeues, broken;
	uint64_t churn_runs; /* VP_UNKNOWN when any queue's is */
	struct vp_hist service, gap;
};

struct summary {
	VEC(struct summary_row) rows;
};

/* 0 or -ENOMEM. */
int summary_add(struct summary *summary, const struct report *report);
void summary_print(const struct summary *summary, const struct render_options *options);
void summary_free(struct summary *summary);

#endif
