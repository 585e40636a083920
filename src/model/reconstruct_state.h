/* SPDX-License-Identifier: BSD-2-Clause */
/* What the two halves of reconstruct.h share, and nobody else. */
#ifndef MODEL_RECONSTRUCT_STATE_H
#define MODEL_RECONSTRUCT_STATE_H

#include "model/reconstruct.h"

struct reconstruct {
	const struct functions *functions;
	struct reconstruct_sink sink;
	struct reconstruct_loss loss;
	struct runs_traced traced;
	uint32_t calls_pool;		/* used by the lists of all tasks; see call_list.h */
	struct task *current[CPUS_MAX]; /* nameless ones belong to their CPU */
	struct tasks tasks;
};

/* Gives up on every open call of the task. */
void reconstruct_drop_all(struct reconstruct *reconstruct, struct task *task);

#endif
