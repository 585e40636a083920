/* SPDX-License-Identifier: BSD-2-Clause */
/* What the frames of stacks are called. Every function returns a copy to free, NULL when out of memory. */
#ifndef RENDER_STACKS_NAME_H
#define RENDER_STACKS_NAME_H

#include "model/report.h"

/* With control characters and bytes that are not UTF-8 as \xNN; "?" for an empty name. */
char *stacks_name(const char *text);

/* "web1"; "web1 (4242)" where another VM has the same name. */
char *stacks_name_vm(const struct report *report, const struct report_queue *queue);
char *stacks_name_worker(const struct report_queue *queue); /* "vhost-4242/4250": comm, thread */
char *stacks_name_queue(const struct report_queue *queue);  /* "vnet3 tx0" */
char *stacks_name_cause(enum vp_cause cause);

#endif
