// SPDX-License-Identifier: BSD-2-Clause
/* See truth.h. */
#include "truth.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>

static const struct {
	const char *name;
	size_t offset;
} fields[] = {
	{"doorbells", offsetof(struct truth, doorbells)},
	{"kicks_suppressed", offsetof(struct truth, kicks_suppressed)},
	{"chains_available", offsetof(struct truth, chains_available)},
	{"chains_used", offsetof(struct truth, chains_used)},
	{"packets", offsetof(struct truth, packets)},
	{"bytes", offsetof(struct truth, bytes)},
	{"calls_received", offsetof(struct truth, calls_received)},
	{"ring_full", offsetof(struct truth, ring_full)},
};
_Static_assert(sizeof(fields) / sizeof(fields[0]) == sizeof(struct truth) / sizeof(uint64_t),
	       "every counter has a name");

struct json_object *truth_to_json(const struct truth *truth)
{
	struct json_object *json = json_object_new_object();

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const char *at = (const char *)truth + fields[i].offset;

		json_object_object_add(json, fields[i].name,
				       json_object_new_uint64(*(const uint64_t *)at));
	}
	return json;
}

uint64_t eventfd_count(int fd)
{
	char path[64], line[128];
	uint64_t count = UINT64_MAX;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		return count;
	while (fgets(line, sizeof(line), file) &&
	       sscanf(line, "eventfd-count: %" SCNx64, &count) != 1)
		;
	fclose(file);
	return count;
}
