/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Findings as plain sentences with their evidence. Knows how to say it; refuses to judge.
 */
#ifndef RENDER_SENTENCE_H
#define RENDER_SENTENCE_H

#include "analyze/churn.h"

#define SENTENCE_LEN 400

/* "tx0 churns: 660 of 680 runs (97 %) …". `queue` is the queue's name. Returns `out`. */
char *sentence_churn(char out[SENTENCE_LEN], const char *queue, const struct churn *churn);

#endif
