// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/match.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct matching {
	const struct report *a, *b;
	struct match *matches;
	bool *taken; /* queues of b */
};

static bool same_text(const char *a, const char *b)
{
	return a && b && !strcmp(a, b);
}

static bool same_name(const struct report_queue *a, const struct report_queue *b)
{
	if (a->queue_pair != b->queue_pair || a->queue_pair == VP_NO_PAIR)
		return false;
	if (a->vm_name && b->vm_name && strcmp(a->vm_name, b->vm_name))
		return false;
	return same_text(a->device, b->device);
}

static bool same_worker(const struct report_queue *a, const struct report_queue *b)
{
	return a->worker_tid && a->worker_tid == b->worker_tid;
}

static void match_by(struct matching *m, enum match_how how,
		     bool (*same)(const struct report_queue *, const struct report_queue *))
{
	size_t i, j;

	for (i = 0; i < m->a->queues.len; i++)
		for (j = 0; j < m->b->queues.len && !m->matches[i].how; j++) {
			const struct report_queue *a = &m->a->queues.items[i];
			const struct report_queue *b = &m->b->queues.items[j];

			if (m->taken[j] || a->dir != b->dir || !same(a, b))
				continue;
			m->matches[i] = (struct match){.other = j, .how = how};
			m->taken[j] = true;
		}
}

static bool any(const struct report_queue *a, const struct report_queue *b)
{
	(void)a;
	(void)b;
	return true;
}

static bool same_number_left(const struct matching *m)
{
	long left[VP_DIR_NR] = {0};
	size_t i;

	for (i = 0; i < m->a->queues.len; i++)
		left[m->a->queues.items[i].dir] += !m->matches[i].how;
	for (i = 0; i < m->b->queues.len; i++)
		left[m->b->queues.items[i].dir] -= !m->taken[i];
	return !left[VP_RX] && !left[VP_TX];
}

int match_queues(const struct report *a, const struct report *b, struct match *matches)
{
	struct matching m = {.a = a, .b = b, .matches = matches};

	m.taken = calloc(b->queues.len + 1, sizeof(*m.taken));
	if (!m.taken)
		return -ENOMEM;
	memset(matches, 0, a->queues.len * sizeof(*matches));
	match_by(&m, MATCH_NAME, same_name);
	match_by(&m, MATCH_WORKER, same_worker);
	if (same_number_left(&m))
		match_by(&m, MATCH_ORDER, any);
	free(m.taken);
	return 0;
}

const struct report_function *match_function(const struct report *report,
					     const struct report_function *wanted)
{
	vec_foreach (function, &report->functions) {
		if (strcmp(function->name, wanted->name))
			continue;
		if (!function->module || !wanted->module ||
		    same_text(function->module, wanted->module))
			return function;
	}
	return NULL;
}
