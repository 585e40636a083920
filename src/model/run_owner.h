/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose run it is, kept: owners of runs are borrowed, whoever remembers queues needs their own. Pure. */
#ifndef MODEL_RUN_OWNER_H
#define MODEL_RUN_OWNER_H

#include "model/run_trace.h"

#include <stdbool.h>

/* The same queue, as far as can be told; names may have become known meanwhile. */
bool run_owner_same(const struct run_owner *a, const struct run_owner *b);

/* Copies the strings; run_owner_free releases them. 0 or -ENOMEM, then `out` is untouched. */
int run_owner_copy(struct run_owner *out, const struct run_owner *from);
void run_owner_free(struct run_owner *owner);

/* "tx0"; "tx?" when the pair is unknown. Returns `out`. */
char *run_owner_queue(char out[16], const struct run_owner *owner);

#endif
