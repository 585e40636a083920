// SPDX-License-Identifier: BSD-2-Clause
/* Knows how numbers lie side by side. Refuses to know what they count. */
#include "source/recfile_column.h"

#include "source/recfile.h"

#include <string.h>

void column_put(struct sink *out, const uint64_t *values, uint32_t n)
{
	uint8_t plane[RECFILE_RUNS_MAX], mask = 0;
	uint64_t any = 0;
	unsigned byte;
	uint32_t i;

	for (i = 0; i < n; i++)
		any |= values[i];
	for (byte = 0; byte < 8; byte++)
		mask |= (uint8_t)(((any >> 8 * byte & 0xff) != 0) << byte);
	sink_write(out, &mask, 1);
	for (byte = 0; byte < 8; byte++) {
		if (!(mask >> byte & 1))
			continue;
		for (i = 0; i < n; i++)
			plane[i] = (uint8_t)(values[i] >> 8 * byte);
		sink_write(out, plane, n);
	}
}

bool column_find(struct bytes *in, struct planes *planes, uint32_t n)
{
	unsigned byte, mask;

	planes->count = 0;
	if (in->at == in->end)
		return false;
	mask = *in->at++;
	for (byte = 0; byte < 8; byte++) {
		if (!(mask >> byte & 1))
			continue;
		if ((size_t)(in->end - in->at) < n)
			return false;
		planes->at[planes->count] = in->at;
		planes->byte[planes->count++] = (uint8_t)byte;
		in->at += n;
	}
	return true;
}

void column_take(const struct planes *planes, uint32_t from, uint64_t values[COLUMN_PIECE])
{
	unsigned p;
	uint32_t i;

	memset(values, 0, COLUMN_PIECE * sizeof(*values));
	for (p = 0; p < planes->count; p++) {
		const uint8_t *plane = planes->at[p] + from;
		unsigned shift = 8u * planes->byte[p];

		for (i = 0; i < COLUMN_PIECE; i++)
			values[i] |= (uint64_t)plane[i] << shift;
	}
}
