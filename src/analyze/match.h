/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Which queue and which function of one report is which of another. Queues are the same when names agree
 * (VM, device, queue); failing that, when the worker does; failing that, in the order they come within
 * their direction, if both reports have as many left. Pure.
 */
#ifndef ANALYZE_MATCH_H
#define ANALYZE_MATCH_H

#include "model/report.h"

enum match_how { MATCH_NONE = 0, MATCH_NAME, MATCH_WORKER, MATCH_ORDER };

struct match {
	size_t other; /* index in the other report; nothing without a match */
	enum match_how how;
};

/* One entry for each queue of `a`; `matches` has room for them. 0 or -ENOMEM. */
int match_queues(const struct report *a, const struct report *b, struct match *matches);

/* By name, and by module where both know it. NULL when `report` has no such function. */
const struct report_function *match_function(const struct report *report,
					     const struct report_function *wanted);

#endif
