/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a queue's worker was found most often: the functions on top of its sampled stacks. Pure. */
#ifndef MODEL_SAMPLE_TOP_H
#define MODEL_SAMPLE_TOP_H

#include "model/report.h"

#define SAMPLE_TOP_MAX 10

struct sample_top {
	uint64_t samples;   /* of the queue, in all */
	uint64_t period_ns; /* that each stands for */
	uint32_t len;
	struct {
		uint32_t symbol; /* of the report */
		uint64_t samples;
	} rows[SAMPLE_TOP_MAX]; /* the most first, like ones by name */
};

/* `samples` 0: there are none. 0 or -ENOMEM. */
int sample_top(const struct report *report, const struct report_queue *queue,
	       struct sample_top *top);

#endif
