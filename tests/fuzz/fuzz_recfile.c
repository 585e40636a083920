// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as a recording: a report or an error, never a crash, and no run is counted that is not in
 * the file. Checksums would keep a fuzzer out: with an odd first byte the rest describes blocks (type,
 * items as two bytes, length as two bytes, payload), which are put into a file that is right outside.
 * Showing the report takes most of the time: the second bit of the first byte spares it; the third
 * asks for blocks, too.
 */
#include "render/render.h"
#include "source/recfile_block.h"
#include "source/recfile_report.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

#define BLOCKS_BUILT 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void put(int fd, const void *bytes, size_t len)
{
	if (write(fd, bytes, len) != (ssize_t)len)
		abort();
}

static void put_block(int fd, struct recfile_head *head, const uint8_t *payload, size_t len)
{
	uint8_t bytes[RECFILE_HEAD_BYTES], stored[70000];
	uLongf stored_len = sizeof(stored);

	if (compress2(stored, &stored_len, payload, len, 1) != Z_OK)
		abort();
	head->stored = (uint32_t)stored_len;
	head->raw = (uint32_t)len;
	head->payload_crc = (uint32_t)crc32(crc32(0, NULL, 0), stored, (uInt)stored_len);
	recfile_put_head(bytes, head);
	put(fd, bytes, sizeof(bytes));
	put(fd, stored, stored_len);
	head->number++;
	head->position += head->type == RECFILE_RUNS ? head->items : 0;
}

static void build(int fd, const uint8_t *data, size_t size)
{
	uint8_t header[RECFILE_HEADER_BYTES];
	struct recfile_head head = {0};

	recfile_put_header(header);
	put(fd, header, sizeof(header));
	while (size >= 5 && head.number < BLOCKS_BUILT) {
		size_t len = data[3] | (size_t)data[4] << 8;

		head.type = data[0];
		head.items = data[1] | (uint32_t)data[2] << 8;
		data += 5;
		size -= 5;
		len = len < size ? len : size;
		put_block(fd, &head, data, len);
		data += len;
		size -= len;
	}
}

static void render(const struct report *report)
{
	const struct render_options options = {.width = 80};
	const struct renderer *renderer;
	struct sink sink;

	for (renderer = renderers; renderer->name; renderer++) {
		sink_open_memory(&sink);
		renderer->report(&sink, report, &options);
		sink_close(&sink);
	}
}

/* Counts of runs that were rebuilt can be no more than all the runs a file of this size can hold. */
static void check(struct recfile *file, const struct report *report, size_t size)
{
	uint64_t runs = 0;

	if (size > UINT32_MAX || !report->notes.len ||
	    !strstr(report->notes.items[0], "exact counters at the file's end are missing"))
		return;
	vec_foreach (queue, &report->queues)
		runs += queue->runs;
	if (runs > size / RECFILE_HEAD_BYTES * RECFILE_RUNS_MAX ||
	    recfile_queue_count(file) > RECFILE_QUEUES_MAX)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct report *report;
	struct recfile *file;
	struct err err;
	int fd, flags;

	if (!size)
		return 0;
	flags = data[0];
	fd = memfd_create("fuzz", 0);
	if (fd < 0)
		abort();
	if (flags & 1)
		build(fd, data + 1, size - 1);
	else
		put(fd, data + 1, size - 1);
	size = (size_t)lseek(fd, 0, SEEK_CUR);
	lseek(fd, 0, SEEK_SET);
	if (!recfile_open(&file, fd, "fuzz", NULL, 0, &err)) {
		if (!(flags & 4 ? recfile_report_blocks : recfile_report)(file, "fuzz", &report,
									  &err)) {
			check(file, report, size);
			if (!(flags & 2))
				render(report);
			report_free(report);
		}
		recfile_close(file);
	}
	close(fd);
	return 0;
}
