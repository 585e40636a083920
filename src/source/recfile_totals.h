/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The exact counters at the end of a recording: a report as bytes and back. One message for each
 * queue and one that closes. Kernel, machine and level stand at the file's beginning. Pure.
 */
#ifndef SOURCE_RECFILE_TOTALS_H
#define SOURCE_RECFILE_TOTALS_H

#include "base/sink.h"
#include "model/report.h"
#include "source/recfile_field.h"

void totals_write(struct sink *out, const struct report_queue *queue);
void close_write(struct sink *out, const struct report *report);

/* Adds one queue to the report; -ENOMEM or -EBADMSG, the report is then of no use. */
int totals_read(struct bytes in, struct report *report);

/*
 * Fills in times, losses and notes, and says how many queues were written. -ENOMEM or -EBADMSG, the
 * report is then of no use.
 */
int close_read(struct bytes in, struct report *report, uint64_t *queues);

#endif
