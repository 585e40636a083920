/* SPDX-License-Identifier: BSD-2-Clause */
/* The renderers of advice: for people, and for programs (schema vhostprof.advice/1,
 * docs/advice.schema.json). */
#ifndef RENDER_ADVICE_H
#define RENDER_ADVICE_H

#include "analyze/advise.h"
#include "render/render.h"

void advice_text(struct sink *sink, const struct advice *advice,
		 const struct render_options *options);
void advice_json(struct sink *sink, const struct advice *advice);

#define ADVICE_SENTENCE_LEN 700

/* Name of a rule in JSON and in text. */
const char *advice_rule_name(enum advice_rule rule);
/* What a rule found, in a sentence; "" when there is nothing to say. Returns `out`. */
char *advice_sentence(char out[ADVICE_SENTENCE_LEN], const struct advice *advice,
		      const struct advice_queue *row, enum advice_rule rule);
/* What to set, ready to be copied; "" when that cannot be said so shortly. Returns `out`. */
char *advice_setting(char out[ADVICE_SENTENCE_LEN], const struct advice_queue *row,
		     enum advice_rule rule);
/* What to know about this kernel before polling; "" when it is known to be safe. Returns `out`. */
char *advice_hazard(char out[ADVICE_SENTENCE_LEN], const struct advice *advice);
/* What the table rests on. Returns `out`. */
char *advice_assumption(char out[ADVICE_SENTENCE_LEN], const struct whatif *whatif);

#endif
