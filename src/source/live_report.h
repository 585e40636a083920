/* SPDX-License-Identifier: BSD-2-Clause */
/* From the queues of a live profile to a report. */
#ifndef SOURCE_LIVE_REPORT_H
#define SOURCE_LIVE_REPORT_H

#include "source/live.h"
#include "source/queues.h"

struct live_span {
	uint64_t start_ns;
	uint64_t duration_ns;
	bool total; /* since the start; else the window closed last */
};

/* `misses` and `unplaced` as in struct report_loss. The caller frees the report. */
int live_report(struct report **report, const live_queue_vec *queues,
		const struct live_options *options, const struct attachment *attachment,
		const struct live_span *span, uint64_t misses, uint64_t unplaced, struct err *err);

#endif
