/* SPDX-License-Identifier: BSD-2-Clause */
/* What is missing from a report, as one line: for pictures, which have room for no more. */
#ifndef RENDER_LOSS_TEXT_H
#define RENDER_LOSS_TEXT_H

#include "base/sink.h"
#include "model/report.h"

/*
 * "loss: none", or "loss: 1 run broken, 12 calls broken, 2 probes missing (a, b)". Names of probes are
 * escaped for terminals.
 */
void loss_text(struct sink *sink, const struct report_loss *loss);

/* Whether anything is. What the source cannot know does not count. */
bool loss_any(const struct report_loss *loss);

#endif
