// SPDX-License-Identifier: BSD-2-Clause
#include "render/csv_writer.h"

#include "base/escape.h"

#include <inttypes.h>
#include <string.h>

static void next_cell(struct csv_writer *csv)
{
	if (csv->begun)
		sink_puts(csv->sink, ",");
	csv->begun = true;
}

static void quoted(struct sink *sink, const char *text)
{
	sink_puts(sink, "\"");
	for (; *text; text++)
		sink_write(sink, *text == '"' ? "\"\"" : text, *text == '"' ? 2 : 1);
	sink_puts(sink, "\"");
}

void csv_text(struct csv_writer *csv, const char *text)
{
	char harmless[1024] = "'";

	next_cell(csv);
	if (!text)
		return;
	escape_terminal(harmless + 1, sizeof(harmless) - 1, text);
	text = harmless + !(*text && strchr("=+-@\t\r", *text));
	if (strpbrk(text, ",\"") || text == harmless || *text == ' ')
		quoted(csv->sink, text);
	else
		sink_puts(csv->sink, text);
}

void csv_number(struct csv_writer *csv, uint64_t value)
{
	next_cell(csv);
	if (value != UINT64_MAX)
		sink_printf(csv->sink, "%" PRIu64, value);
}

void csv_end_row(struct csv_writer *csv)
{
	sink_puts(csv->sink, "\r\n");
	csv->begun = false;
}
