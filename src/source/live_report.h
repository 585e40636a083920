/* SPDX-License-Identifier: BSD-2-Clause */
/* From the queues of a live profile to a report. */
#ifndef SOURCE_LIVE_REPORT_H
#define SOURCE_LIVE_REPORT_H

#include "source/live.h"
#include "source/queues.h"
#include "source/sampler.h"

struct live_span {
	uint64_t start_ns;
	uint64_t duration_ns;
	bool total; /* since the start; else the window closed last */
};

/* What the functions of the rows are called, without what the compiler appends to a clone's name. */
void live_name_functions(struct function_names *names, const struct attachment *attachment);

/* `misses` and `unplaced` as in struct report_loss; `sampler` may be NULL. The caller frees the report. */
int live_report(struct report **report, const live_queue_vec *queues,
		const struct live_options *options, const struct attachment *attachment,
		const struct live_span *span, const struct vp_node *nodes, uint64_t misses,
		uint64_t unplaced, const struct sampler *sampler, struct err *err);

#endif
