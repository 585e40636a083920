/* SPDX-License-Identifier: BSD-2-Clause */
/* The renderers of a verification: for people, and for programs (schema vhostprof.verify/1,
 * docs/verify.schema.json). */
#ifndef RENDER_VERIFY_H
#define RENDER_VERIFY_H

#include "analyze/verify.h"
#include "render/render.h"

void verify_text(struct sink *sink, const struct verify *verify,
		 const struct render_options *options);
void verify_json(struct sink *sink, const struct verify *verify);

#define VERIFY_SENTENCE_LEN 500

/* The verdict in a sentence. Returns `out`. */
char *verify_sentence(char out[VERIFY_SENTENCE_LEN], const struct verify_queue *row);

#endif
