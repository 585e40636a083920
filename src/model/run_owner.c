// SPDX-License-Identifier: BSD-2-Clause
#include "model/run_owner.h"

#include "model/report.h"

#include <errno.h>
#include <string.h>

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

bool run_owner_same(const struct run_owner *a, const struct run_owner *b)
{
	return a->dir == b->dir && a->worker_tid == b->worker_tid && a->vm_pid == b->vm_pid &&
	       a->queue_pair == b->queue_pair && is_same(a->device, b->device);
}

void run_owner_free(struct run_owner *owner)
{
	free((char *)owner->vm_name);
	free((char *)owner->device);
	free((char *)owner->worker_comm);
}

static int copy(const char **slot, const char *text)
{
	*slot = text ? strdup(text) : NULL;
	return text && !*slot ? -ENOMEM : 0;
}

int run_owner_copy(struct run_owner *out, const struct run_owner *from)
{
	struct run_owner made = *from;
	int error = copy(&made.vm_name, from->vm_name);

	error |= copy(&made.device, from->device);
	error |= copy(&made.worker_comm, from->worker_comm);
	if (error)
		run_owner_free(&made);
	else
		*out = made;
	return error;
}

char *run_owner_queue(char out[16], const struct run_owner *owner)
{
	const struct report_queue queue = {.dir = owner->dir, .queue_pair = owner->queue_pair};

	return report_queue_name(out, &queue);
}
