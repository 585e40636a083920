// SPDX-License-Identifier: BSD-2-Clause
#include "render/stacks_name.h"

#include "base/escape.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const cause_names[] = {
	[VP_CAUSE_KICK] = "kick",
	[VP_CAUSE_NET] = "net",
	[VP_CAUSE_REQUEUE] = "requeue",
	[VP_CAUSE_UNKNOWN] = "unknown cause",
};
static_assert(sizeof(cause_names) / sizeof(cause_names[0]) == VP_CAUSE_NR, "one name per cause");

char *stacks_name(const char *text)
{
	size_t size = 4 * strlen(text) + 2; /* \xNN for each byte */
	char *name = malloc(size);

	if (!name)
		return NULL;
	escape_terminal(name, size, text);
	if (!*name)
		strcpy(name, "?");
	return name;
}

__attribute__((format(printf, 1, 2))) static char *name_of(const char *format, ...)
{
	va_list args;
	char *text, *name;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0)
		return NULL;
	name = stacks_name(text);
	free(text);
	return name;
}

static bool is_ambiguous(const struct report *report, const struct report_queue *wanted)
{
	vec_foreach (queue, &report->queues)
		if (queue->vm_name && !strcmp(queue->vm_name, wanted->vm_name) &&
		    queue->vm_pid != wanted->vm_pid)
			return true;
	return false;
}

char *stacks_name_vm(const struct report *report, const struct report_queue *queue)
{
	if (!queue->vm_name)
		return queue->vm_pid ? name_of("pid %u", queue->vm_pid) : name_of("unknown VM");
	if (is_ambiguous(report, queue))
		return name_of("%s (%u)", queue->vm_name, queue->vm_pid);
	return stacks_name(queue->vm_name);
}

char *stacks_name_worker(const struct report_queue *queue)
{
	const char *comm = queue->worker_comm ? queue->worker_comm : "worker";

	if (queue->worker_tid)
		return name_of("%s/%u", comm, queue->worker_tid);
	return queue->worker_comm ? stacks_name(comm) : name_of("unknown worker");
}

char *stacks_name_queue(const struct report_queue *queue)
{
	char name[16];

	report_queue_name(name, queue);
	return queue->device ? name_of("%s %s", queue->device, name) : stacks_name(name);
}

char *stacks_name_cause(enum vp_cause cause)
{
	return stacks_name(cause_names[cause]);
}
