// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows where each number of a header and a head lies, and their checksums. Refuses to know what
 * is in a block.
 */
#include "source/recfile_block.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

#define LITTLE_ENDIAN_MARK 1

const uint8_t recfile_head_magic[4] = {'V', 'P', 'b', 'k'};

static void put(uint8_t *out, uint64_t value, unsigned bytes)
{
	while (bytes--) {
		*out++ = (uint8_t)value;
		value >>= 8;
	}
}

static uint64_t take(const uint8_t *in, unsigned bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | in[bytes];
	return value;
}

static uint32_t crc_of(const uint8_t *bytes, unsigned len)
{
	return (uint32_t)crc32(crc32(0, NULL, 0), bytes, len);
}

void recfile_put_header(uint8_t out[RECFILE_HEADER_BYTES])
{
	memset(out, 0, RECFILE_HEADER_BYTES);
	memcpy(out, RECFILE_MAGIC, RECFILE_MAGIC_LEN);
	put(out + 8, RECFILE_MAJOR, 2);
	put(out + 10, RECFILE_MINOR, 2);
	put(out + 12, LITTLE_ENDIAN_MARK, 1);
	put(out + 20, crc_of(out, 20), 4);
}

int recfile_check_header(const uint8_t *bytes, size_t len, const char *name, struct err *err)
{
	if (len < RECFILE_HEADER_BYTES)
		return err_set(err, EBADMSG, EXIT_FAILED,
			       "%s: a recording cut off in its header, after %zu bytes", name, len);
	if (memcmp(bytes, RECFILE_MAGIC, RECFILE_MAGIC_LEN))
		return err_set(err, EBADMSG, EXIT_FAILED, "%s: not a vhostprof recording", name);
	if (take(bytes + 20, 4) != crc_of(bytes, 20))
		return err_set(err, EBADMSG, EXIT_FAILED, "%s: a recording whose header is damaged",
			       name);
	if (take(bytes + 8, 2) != RECFILE_MAJOR)
		return err_set(
			err, EBADMSG, EXIT_FAILED,
			"%s: a recording of format %u.%u; this vhostprof reads format %u only",
			name, (unsigned)take(bytes + 8, 2), (unsigned)take(bytes + 10, 2),
			RECFILE_MAJOR);
	if (bytes[12] != LITTLE_ENDIAN_MARK)
		return err_set(err, EBADMSG, EXIT_FAILED,
			       "%s: a recording in an unknown byte order (%u)", name, bytes[12]);
	return 0;
}

void recfile_put_head(uint8_t out[RECFILE_HEAD_BYTES], const struct recfile_head *head)
{
	memset(out, 0, RECFILE_HEAD_BYTES);
	memcpy(out, recfile_head_magic, sizeof(recfile_head_magic));
	put(out + 4, head->type, 2);
	put(out + 8, head->number, 4);
	put(out + 12, head->items, 4);
	put(out + 16, head->position, 8);
	put(out + 24, head->stored, 4);
	put(out + 28, head->raw, 4);
	put(out + 32, head->payload_crc, 4);
	put(out + 36, crc_of(out, 36), 4);
}

bool recfile_take_head(const uint8_t in[RECFILE_HEAD_BYTES], struct recfile_head *head)
{
	if (memcmp(in, recfile_head_magic, sizeof(recfile_head_magic)) ||
	    take(in + 36, 4) != crc_of(in, 36))
		return false;
	head->type = (uint16_t)take(in + 4, 2);
	head->number = (uint32_t)take(in + 8, 4);
	head->items = (uint32_t)take(in + 12, 4);
	head->position = take(in + 16, 8);
	head->stored = (uint32_t)take(in + 24, 4);
	head->raw = (uint32_t)take(in + 28, 4);
	head->payload_crc = (uint32_t)take(in + 32, 4);
	return head->stored <= RECFILE_STORED_MAX && head->raw <= RECFILE_RAW_MAX &&
	       (head->type != RECFILE_RUNS || head->items <= RECFILE_RUNS_MAX);
}
