// SPDX-License-Identifier: BSD-2-Clause
/*
 * Any bytes as a recording: a report or an error, never a crash, and no run is counted that is not in
 * the file. Checksums would keep a fuzzer out: with an odd first byte the rest describes blocks (type,
 * items as two bytes, length as two bytes, payload), which are put into a file that is right outside.
 * Showing the report takes most of the time: the second bit of the first byte spares it; the third
 * asks for blocks, the fourth for runs with their calls and stages, too.
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

/* Calls nest, have names, and none took less time than those it made. */
static int look_at_run(void *context, const struct run_trace *trace)
{
	uint64_t *runs = context;
	uint32_t i;

	for (i = 0; i < trace->calls_len; i++) {
		const struct traced_call *call = &trace->calls[i];

		if (call->symbol >= trace->symbols->items.len || call->self_ns > call->total_ns ||
		    call->depth > (i ? trace->calls[i - 1].depth + 1 : 0) || (i && !call->depth))
			abort();
	}
	if (trace->stage_ns)
		*runs += trace->stage_ns[VP_STAGE_NR - 1] & 1;
	++*runs;
	return 0;
}

/* A tree's parents come first, and its symbols have names. */
static void check_tree(const struct report *report, const struct calltree *tree)
{
	size_t i;

	for (i = 1; tree && i < tree->nodes.len; i++)
		if (tree->nodes.items[i].parent >= i ||
		    tree->nodes.items[i].symbol >= report->symbols.items.len)
			abort();
}

static void check_trees(const struct report *report)
{
	int cause;

	vec_foreach (queue, &report->queues)
		for (cause = 0; cause < VP_CAUSE_NR; cause++) {
			check_tree(report, queue->trees[cause]);
			check_tree(report, queue->samples[cause]);
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
	uint64_t runs = 0;
	struct run_sink sink = {&runs, look_at_run};
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
		const struct recfile_options options = {.blocks = flags & 4,
							.sink = flags & 8 ? &sink : NULL};

		if (!recfile_report(file, "fuzz", &options, &report, &err)) {
			check(file, report, size);
			check_trees(report);
			if (!(flags & 2))
				render(report);
			report_free(report);
		}
		recfile_close(file);
	}
	close(fd);
	return 0;
}
