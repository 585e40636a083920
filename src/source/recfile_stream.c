// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows where one block ends and the next begins, and how to find it again. Refuses to know what a
 * block is good for.
 */
#include "source/recfile_stream.h"

#include "source/recfile_runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#define BUFFER_BYTES (RECFILE_HEAD_BYTES + RECFILE_STORED_MAX)

static size_t unread(const struct recfile_stream *stream)
{
	return stream->end - stream->start;
}

static void step(struct recfile_stream *stream, size_t bytes)
{
	stream->start += bytes;
	stream->offset += bytes;
}

/* Reads until `wanted` bytes are there or the file ends. */
static int fill(struct recfile_stream *stream, size_t wanted, struct err *err)
{
	if (unread(stream) >= wanted)
		return 0;
	memmove(stream->buffer, stream->buffer + stream->start, unread(stream));
	stream->end -= stream->start;
	stream->start = 0;
	while (!stream->ended && stream->end < wanted) {
		ssize_t n =
			read(stream->fd, stream->buffer + stream->end, BUFFER_BYTES - stream->end);

		if (n < 0 && errno != EINTR)
			return err_set(err, errno, EXIT_FAILED, "%s: %s", stream->name,
				       strerror(errno));
		stream->ended = n == 0;
		stream->end += n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int stream_open(struct recfile_stream *stream, int fd, const char *name, const void *before,
		size_t len, struct err *err)
{
	int error;

	*stream = (struct recfile_stream){.fd = fd, .name = name, .end = len};
	stream->buffer = malloc(BUFFER_BYTES);
	stream->raw = calloc(1, RECFILE_RAW_MAX + RUNS_OVERREAD);
	if (!stream->buffer || !stream->raw || len > BUFFER_BYTES)
		return err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", name);
	if (len)
		memcpy(stream->buffer, before, len);
	error = fill(stream, RECFILE_HEADER_BYTES, err);
	if (!error)
		error = recfile_check_header(stream->buffer, stream->end, name, err);
	if (!error)
		step(stream, RECFILE_HEADER_BYTES);
	return error;
}

void stream_close(struct recfile_stream *stream)
{
	free(stream->buffer);
	free(stream->raw);
	stream->buffer = stream->raw = NULL;
}

/* To the next place where a head may begin. */
static void skip_to_magic(struct recfile_stream *stream)
{
	const uint8_t *from = stream->buffer + stream->start + 1;
	const uint8_t *found =
		memmem(from, unread(stream) - 1, recfile_head_magic, sizeof(recfile_head_magic));
	size_t tail = sizeof(recfile_head_magic) - 1;

	if (found)
		step(stream, (size_t)(found - from) + 1);
	else /* the last bytes may be the beginning of one */
		step(stream, unread(stream) > tail + 1 ? unread(stream) - tail : 1);
}

/*
 * Finds the next head: 1, 0 or -errno. At the end of the file *bad is where the unreadable rest
 * begins.
 */
static int find_head(struct recfile_stream *stream, struct recfile_head *head, uint64_t *bad,
		     struct err *err)
{
	*bad = stream->offset;
	for (;;) {
		int error = fill(stream, RECFILE_HEAD_BYTES, err);

		if (error)
			return error;
		if (unread(stream) < RECFILE_HEAD_BYTES)
			return 0;
		if (recfile_take_head(stream->buffer + stream->start, head))
			return 1;
		skip_to_magic(stream);
	}
}

/* Blocks are numbered and say how many runs came before: what is missing can be told exactly. */
static void count_missing(struct recfile_stream *stream, const struct recfile_head *head)
{
	struct recfile_damage *damage = &stream->damage;

	if (head->number > stream->next_number)
		damage->blocks_missing += head->number - stream->next_number;
	stream->next_number = (uint64_t)head->number + 1;
	if (head->type == RECFILE_END)
		return;
	if (head->position > stream->next_run)
		damage->runs_missing += head->position - stream->next_run;
	stream->next_run = head->position + (head->type == RECFILE_RUNS ? head->items : 0);
}

static bool unpack(struct recfile_stream *stream, const struct recfile_head *head,
		   const uint8_t *stored)
{
	uLongf bytes = RECFILE_RAW_MAX;

	if ((uint32_t)crc32(crc32(0, NULL, 0), stored, head->stored) != head->payload_crc)
		return false;
	return uncompress(stream->raw, &bytes, stored, head->stored) == Z_OK && bytes == head->raw;
}

/* The next block that is all there, whatever is in it: 1, 0 or -errno. */
static int find_block(struct recfile_stream *stream, struct recfile_head *head,
		      const uint8_t **stored, struct err *err)
{
	uint64_t bad;
	int found = find_head(stream, head, &bad, err), error;

	if (found < 0)
		return found;
	error = found ? fill(stream, RECFILE_HEAD_BYTES + head->stored, err) : 0;
	if (error)
		return error;
	if (!found || unread(stream) < RECFILE_HEAD_BYTES + head->stored) {
		stream->damage.cut = true;
		stream->damage.cut_at = bad;
		return 0;
	}
	*stored = stream->buffer + stream->start + RECFILE_HEAD_BYTES;
	step(stream, RECFILE_HEAD_BYTES + head->stored);
	return 1;
}

int stream_next(struct recfile_stream *stream, struct recfile_head *head, struct bytes *payload,
		struct err *err)
{
	const uint8_t *stored = NULL;
	int found;

	while ((found = find_block(stream, head, &stored, err)) > 0) {
		if (head->number < stream->next_number)
			continue; /* not of this recording */
		count_missing(stream, head);
		if (unpack(stream, head, stored)) {
			*payload = (struct bytes){stream->raw, stream->raw + head->raw};
			return 1;
		}
		stream->damage.blocks_missing++;
		stream->damage.runs_missing += head->type == RECFILE_RUNS ? head->items : 0;
	}
	return found;
}
