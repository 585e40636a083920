// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/heat.h"

#include <errno.h>
#include <string.h>
#include <vhostprof/bucket.h>

uint32_t heat_row(uint64_t latency_ns)
{
	uint32_t log, row;

	if (latency_ns < 4)
		return (uint32_t)latency_ns;
	log = vp_log2(latency_ns);
	row = (log - 1) * 4 + ((uint32_t)(latency_ns >> (log - 2)) & 3);
	return row < HEAT_ROWS ? row : HEAT_ROWS - 1;
}

uint64_t heat_row_low(uint32_t row)
{
	return row < 4 ? row : (uint64_t)(4 + row % 4) << (row / 4 - 1);
}

static void halve_grid(uint32_t *cells, uint32_t bins)
{
	uint32_t bin, row;

	for (bin = 0; bin < bins; bin++)
		for (row = 0; row < HEAT_ROWS; row++) {
			uint32_t *from = &cells[bin * HEAT_ROWS + row], count = *from;

			*from = 0;
			cells[bin / 2 * HEAT_ROWS + row] += count;
		}
}

static void halve(struct heat *heat)
{
	vec_foreach (grid, &heat->grids)
		if (*grid)
			halve_grid(*grid, heat->bins);
	heat->bins = (heat->bins + 1) / 2;
	heat->log++;
}

static int make_room(struct heat *heat, size_t queue)
{
	while (heat->grids.len <= queue)
		if (!vec_add(&heat->grids))
			return -ENOMEM;
	if (!heat->grids.items[queue])
		heat->grids.items[queue] = calloc(HEAT_BINS * HEAT_ROWS, sizeof(uint32_t));
	return heat->grids.items[queue] ? 0 : -ENOMEM;
}

int heat_add(struct heat *heat, size_t queue, uint64_t at_ns, uint64_t latency_ns)
{
	uint64_t since_ns;
	uint32_t bin;

	if (queue >= HEAT_QUEUES) {
		heat->unplaced++;
		return 0;
	}
	if (make_room(heat, queue))
		return -ENOMEM;
	if (!heat->bins)
		heat->begin_ns = at_ns;
	since_ns = at_ns > heat->begin_ns ? at_ns - heat->begin_ns : 0;
	while (since_ns >> heat->log >= HEAT_BINS)
		halve(heat);
	bin = (uint32_t)(since_ns >> heat->log);
	if (heat->bins <= bin)
		heat->bins = bin + 1;
	heat->grids.items[queue][bin * HEAT_ROWS + heat_row(latency_ns)]++;
	return 0;
}

void heat_free(struct heat *heat)
{
	vec_foreach (grid, &heat->grids)
		free(*grid);
	vec_free(&heat->grids);
}
