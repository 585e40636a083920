/* SPDX-License-Identifier: BSD-2-Clause */
/* The functions of one queue, from its trees of calls. Pure. */
#ifndef MODEL_QUEUE_FUNCTIONS_H
#define MODEL_QUEUE_FUNCTIONS_H

#include "model/report.h"

/*
 * Adds a row for each symbol in the queue's trees, which `symbols` names, and takes the rows off `room`.
 * How long single calls took cannot be told from trees: the rows' histograms stay empty. 0, -ENOMEM, or
 * -ENOSPC when there is not room for all of them; then none is added.
 */
int queue_functions(const struct symbols *symbols, struct report_queue *queue, uint32_t *room);

#endif
