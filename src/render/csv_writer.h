/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Comma-separated values (RFC 4180) into a sink. Unknown is an empty cell. A text that a spreadsheet would
 * take for a formula gets an apostrophe in front; control characters are escaped.
 */
#ifndef RENDER_CSV_WRITER_H
#define RENDER_CSV_WRITER_H

#include "base/sink.h"

#include <stdbool.h>
#include <stdint.h>

struct csv_writer {
	struct sink *sink;
	bool begun; /* the row has a cell */
};

void csv_text(struct csv_writer *csv, const char *text); /* NULL is unknown */
void csv_number(struct csv_writer *csv, uint64_t value); /* VP_UNKNOWN is unknown */
void csv_end_row(struct csv_writer *csv);

#endif
