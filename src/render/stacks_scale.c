// SPDX-License-Identifier: BSD-2-Clause
#include "render/stacks_scale.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static const struct {
	const char *name; /* as in --normalize */
	const char *unit;
	const char *divisor;
} rows[] = {
	[NORMALIZE_DEFAULT] = {"", "ns", ""},
	[NORMALIZE_RUN] = {"run", "ns per run", "runs"},
	[NORMALIZE_CHAIN] = {"chain", "ns per chain", "chains"},
	[NORMALIZE_TIME] = {"time", "ns per second", "the length of the window"},
};
static_assert(sizeof(rows) / sizeof(rows[0]) == NORMALIZE_NR, "all of them have words");

bool normalize_find(const char *name, enum normalize *out)
{
	enum normalize i;

	for (i = NORMALIZE_DEFAULT + 1; i < NORMALIZE_NR; i++) {
		if (strcmp(rows[i].name, name))
			continue;
		*out = i;
		return true;
	}
	return false;
}

const char *normalize_unit(enum normalize normalize)
{
	return rows[normalize].unit;
}

static double divisor_of(const struct report *report, enum normalize normalize)
{
	uint64_t window_ns = report->source.duration_ns;
	double sum = 0;

	if (normalize == NORMALIZE_TIME)
		return window_ns == VP_UNKNOWN ? 0 : (double)window_ns / 1e9;
	vec_foreach (queue, &report->queues) {
		uint64_t count = normalize == NORMALIZE_RUN ? queue->runs : queue->chains;

		if (count == VP_UNKNOWN)
			return 0;
		sum += (double)count;
	}
	return sum;
}

int normalize_scale(const struct report *report, enum normalize normalize, double *scale,
		    struct err *err)
{
	const char *path = report->source.path;
	double divisor;

	if (normalize == NORMALIZE_DEFAULT) {
		*scale = 1;
		return 0;
	}
	divisor = divisor_of(report, normalize);
	if (divisor <= 0)
		return err_set(
			err, ENODATA, EXIT_FAILED,
			"%s%s--normalize %s: %s: there are none, or the source does not know",
			path ? path : "", path ? ": " : "", rows[normalize].name,
			rows[normalize].divisor);
	*scale = 1 / divisor;
	return 0;
}
