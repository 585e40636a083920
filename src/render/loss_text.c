// SPDX-License-Identifier: BSD-2-Clause
#include "render/loss_text.h"

#include "base/escape.h"

#include <inttypes.h>
#include <string.h>

static const struct {
	size_t offset;
	const char *one, *many;
} rows[] = {
#define ROW(field, one, many)                                  \
	{                                                      \
		offsetof(struct report_loss, field), one, many \
	}
	ROW(runs_broken, "run broken", "runs broken"),
	ROW(calls_broken, "call broken", "calls broken"),
	ROW(calls_too_deep, "call too deep", "calls too deep"),
	ROW(calls_unplaced, "call unplaced", "calls unplaced"),
	ROW(records_lost, "record lost", "records lost"),
	ROW(events_lost, "event lost", "events lost"),
	ROW(samples_lost, "sample lost", "samples lost"),
	ROW(probe_misses, "probe miss", "probe misses"),
	ROW(queues_unplaced, "queue unplaced", "queues unplaced"),
	ROW(lines_unparsed, "line unparsed", "lines unparsed"),
#undef ROW
};

#define ROWS (sizeof(rows) / sizeof(rows[0]))

static uint64_t count_of(const struct report_loss *loss, size_t row)
{
	uint64_t count;

	memcpy(&count, (const char *)loss + rows[row].offset, sizeof(count));
	return count == VP_UNKNOWN ? 0 : count;
}

bool loss_any(const struct report_loss *loss)
{
	size_t i;

	for (i = 0; i < ROWS; i++)
		if (count_of(loss, i))
			return true;
	return loss->probes_missing.len;
}

static void put_probes(struct sink *sink, const struct report_loss *loss, const char *separator)
{
	size_t i, len = loss->probes_missing.len;
	char name[128];

	sink_printf(sink, "%s%zu probe%s missing (", separator, len, len == 1 ? "" : "s");
	for (i = 0; i < len; i++) {
		escape_terminal(name, sizeof(name), loss->probes_missing.items[i]);
		sink_printf(sink, "%s%s", i ? ", " : "", name);
	}
	sink_puts(sink, ")");
}

void loss_text(struct sink *sink, const struct report_loss *loss)
{
	const char *separator = "loss: ";
	size_t i;

	for (i = 0; i < ROWS; i++) {
		uint64_t count = count_of(loss, i);

		if (!count)
			continue;
		sink_printf(sink, "%s%" PRIu64 " %s", separator, count,
			    count == 1 ? rows[i].one : rows[i].many);
		separator = ", ";
	}
	if (loss->probes_missing.len)
		put_probes(sink, loss, separator);
	else if (!loss_any(loss))
		sink_puts(sink, "loss: none");
}
