// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the order of blocks, their numbers and the index. Refuses to know what is in them.
 */
#include "source/recfile_write.h"

#include "base/sink.h"
#include "model/symbols.h"
#include "source/recfile_block.h"
#include "source/recfile_calls.h"
#include "source/recfile_message.h"
#include "source/recfile_runs.h"
#include "source/recfile_totals.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <zlib.h>

struct index_entry {
	uint64_t offset;
	uint16_t type;
	uint32_t items;
	uint64_t first_ns; /* when the first run was entered; 0 = no runs */
};

struct recfile_writer {
	int fd;
	int error; /* the first one */
	char *name;
	uint64_t offset; /* everything before it is whole */
	uint64_t runs;
	uint32_t number;
	uint64_t last_index; /* offset of the index block written last, 0 = none */
	struct sink payload;
	struct symbols names; /* of functions; their numbers are the file's */
	uint32_t names_written;
	z_stream deflater;
	uint32_t index_len;
	struct index_entry index[RECFILE_INDEX_MAX];
	uint8_t block[RECFILE_HEAD_BYTES + RECFILE_STORED_MAX];
};

static int failed(struct recfile_writer *writer, int error, struct err *err)
{
	writer->error = error;
	return err_set(err, -error, EXIT_FAILED, "cannot write %s: %s", writer->name,
		       strerror(-error));
}

/* What was written of the last block; in vain on a pipe or a device, but readers step over it. */
static void take_back(struct recfile_writer *writer)
{
	if (ftruncate(writer->fd, (off_t)writer->offset))
		return;
}

static int write_whole(struct recfile_writer *writer, const uint8_t *bytes, size_t len,
		       struct err *err)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = write(writer->fd, bytes + done, len - done);

		if (n >= 0) {
			done += (size_t)n;
		} else if (errno != EINTR) {
			int error = failed(writer, -errno, err);

			take_back(writer);
			return error;
		}
	}
	writer->offset += len;
	return 0;
}

/* What fits before compression fits after it; zlib adds less than RECFILE_STORED_MAX leaves. */
static int compress_payload(struct recfile_writer *writer, uint8_t *stored, uint32_t *bytes)
{
	z_stream *deflater = &writer->deflater;

	deflater->next_in = (Bytef *)(uintptr_t)sink_text(&writer->payload);
	deflater->avail_in = (uInt)writer->payload.used;
	deflater->next_out = stored;
	deflater->avail_out = RECFILE_STORED_MAX;
	if (deflate(deflater, Z_FINISH) != Z_STREAM_END)
		return -E2BIG;
	*bytes = (uint32_t)deflater->total_out;
	return deflateReset(deflater) == Z_OK ? 0 : -EINVAL;
}

static int write_block(struct recfile_writer *writer, struct recfile_head *head, struct err *err)
{
	uint8_t *stored = writer->block + RECFILE_HEAD_BYTES;

	if (writer->error)
		return failed(writer, writer->error, err);
	if (writer->payload.error)
		return failed(writer, writer->payload.error, err);
	if (writer->payload.used > RECFILE_RAW_MAX)
		return failed(writer, -E2BIG, err);
	if (compress_payload(writer, stored, &head->stored))
		return failed(writer, -E2BIG, err);
	head->number = writer->number++;
	head->raw = (uint32_t)writer->payload.used;
	head->payload_crc = (uint32_t)crc32(crc32(0, NULL, 0), stored, head->stored);
	recfile_put_head(writer->block, head);
	writer->payload.used = 0;
	return write_whole(writer, writer->block, RECFILE_HEAD_BYTES + head->stored, err);
}

static int write_index(struct recfile_writer *writer, struct err *err)
{
	struct recfile_head head = {
		.type = RECFILE_INDEX, .items = writer->index_len, .position = writer->runs};
	uint64_t at = writer->offset, before = 0;
	uint32_t i;
	int error;

	number_write(&writer->payload, writer->last_index);
	for (i = 0; i < writer->index_len; i++) {
		const struct index_entry *entry = &writer->index[i];

		number_write(&writer->payload, entry->offset - before);
		number_write(&writer->payload, entry->type);
		number_write(&writer->payload, entry->items);
		number_write(&writer->payload, entry->first_ns);
		before = entry->offset;
	}
	error = write_block(writer, &head, err);
	if (error)
		return error;
	writer->last_index = at;
	writer->index_len = 0;
	return 0;
}

/* Writes the payload as a block and notes it in the index. */
static int add_block(struct recfile_writer *writer, enum recfile_type type, uint32_t items,
		     uint64_t first_ns, struct err *err)
{
	struct recfile_head head = {
		.type = (uint16_t)type, .items = items, .position = writer->runs};
	uint64_t at = writer->offset;
	int error = write_block(writer, &head, err);

	if (error)
		return error;
	writer->index[writer->index_len++] =
		(struct index_entry){at, (uint16_t)type, items, first_ns};
	return writer->index_len < RECFILE_INDEX_MAX ? 0 : write_index(writer, err);
}

static int begin(struct recfile_writer *writer, const char *path, const struct recfile_meta *meta,
		 struct err *err)
{
	bool is_stdout = !strcmp(path, "-");
	uint8_t header[RECFILE_HEADER_BYTES];
	int error;

	writer->name = strdup(is_stdout ? "standard output" : path);
	if (!writer->name)
		return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	writer->fd = is_stdout ? STDOUT_FILENO
			       : open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (writer->fd < 0)
		return failed(writer, -errno, err);
	/*
	 * The cheapest there is: columns are runs of one byte or noise, and matching them against
	 * anything but the byte before costs a third more time for no gain.
	 */
	if (deflateInit2(&writer->deflater, Z_BEST_SPEED, Z_DEFLATED, MAX_WBITS, 8, Z_RLE) != Z_OK)
		return failed(writer, -ENOMEM, err);
	recfile_put_header(header);
	error = write_whole(writer, header, sizeof(header), err);
	if (error)
		return error;
	meta_write(&writer->payload, meta);
	return add_block(writer, RECFILE_META, 1, 0, err);
}

int recfile_create(struct recfile_writer **writer, const char *path,
		   const struct recfile_meta *meta, struct err *err)
{
	struct recfile_writer *made = calloc(1, sizeof(*made));
	struct err ignored;
	int error;

	if (!made)
		return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	sink_open_memory(&made->payload);
	error = begin(made, path, meta, err);
	if (error) {
		recfile_close_writer(made, &ignored);
		return error;
	}
	*writer = made;
	return 0;
}

int recfile_write_queue(struct recfile_writer *writer, const struct recfile_queue *queue,
			struct err *err)
{
	queue_write(&writer->payload, queue);
	return add_block(writer, RECFILE_QUEUE, 1, 0, err);
}

int recfile_write_runs(struct recfile_writer *writer, const struct vp_run *runs,
		       const struct vp_stages *stages, size_t n, struct err *err)
{
	int error = 0;

	while (!error && n) {
		uint32_t some = n < RECFILE_RUNS_MAX ? (uint32_t)n : RECFILE_RUNS_MAX;

		runs_pack(&writer->payload, runs, some);
		stages_pack(&writer->payload, stages, some);
		error = add_block(writer, RECFILE_RUNS, some, runs[0].enter_ns, err);
		writer->runs += error ? 0 : some;
		runs += some;
		stages += stages ? some : 0;
		n -= some;
	}
	return error;
}

static int write_names(struct recfile_writer *writer, struct err *err)
{
	uint32_t first = writer->names_written, len = (uint32_t)writer->names.items.len;

	if (first == len)
		return 0;
	names_write(&writer->payload, &writer->names, first);
	writer->names_written = len;
	return add_block(writer, RECFILE_NAMES, len - first, 0, err);
}

struct calls_block {
	struct recfile_writer *writer;
	struct err *err;
};

static int write_calls_block(void *context)
{
	const struct calls_block *block = context;

	return add_block(block->writer, RECFILE_CALLS, 1, 0, block->err);
}

int recfile_write_calls(struct recfile_writer *writer, const struct recfile_calls *calls,
			struct err *err)
{
	struct calls_block block = {writer, err};
	int error = calls_names(&writer->names, calls);

	if (error)
		return failed(writer, error, err);
	error = write_names(writer, err);
	if (error)
		return error;
	error = calls_write(&writer->payload, &writer->names, calls, write_calls_block, &block);
	return error && !writer->error ? failed(writer, error, err) : error;
}

int recfile_write_events(struct recfile_writer *writer, struct events_block *block, struct err *err)
{
	uint32_t items = block->items;

	if (!block->batches)
		return 0;
	sink_write(&writer->payload, sink_text(&block->bytes), block->bytes.used);
	if (block->bytes.error)
		return failed(writer, block->bytes.error, err);
	block->bytes.used = block->items = block->batches = 0;
	return add_block(writer, RECFILE_EVENTS, items, 0, err);
}

int recfile_write_mark(struct recfile_writer *writer, const struct recfile_mark *mark,
		       struct err *err)
{
	mark_write(&writer->payload, mark);
	return add_block(writer, RECFILE_MARK, 1, 0, err);
}

int recfile_finish(struct recfile_writer *writer, const struct report *report, struct err *err)
{
	struct recfile_head end = {.type = RECFILE_END};
	int error;

	vec_foreach (queue, &report->queues) {
		totals_write(&writer->payload, queue);
		error = add_block(writer, RECFILE_TOTALS, 1, 0, err);
		if (error)
			return error;
	}
	close_write(&writer->payload, report);
	error = add_block(writer, RECFILE_CLOSE, 1, 0, err);
	if (!error)
		error = write_index(writer, err);
	if (error)
		return error;
	end.position = writer->last_index;
	return write_block(writer, &end, err);
}

uint64_t recfile_written_runs(const struct recfile_writer *writer)
{
	return writer->runs;
}

uint64_t recfile_written_bytes(const struct recfile_writer *writer)
{
	return writer->offset;
}

int recfile_close_writer(struct recfile_writer *writer, struct err *err)
{
	int error = 0;

	if (!writer)
		return 0;
	if (writer->fd > STDOUT_FILENO && close(writer->fd) && !writer->error)
		error = failed(writer, -errno, err);
	deflateEnd(&writer->deflater); /* refuses one that was never begun */
	sink_close(&writer->payload);
	symbols_free(&writer->names);
	free(writer->name);
	free(writer);
	return error;
}
