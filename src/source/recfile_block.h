/* SPDX-License-Identifier: BSD-2-Clause */
/* The header of a .vprof file and the heads of its blocks, as bytes and back. Pure. */
#ifndef SOURCE_RECFILE_BLOCK_H
#define SOURCE_RECFILE_BLOCK_H

#include "base/err.h"
#include "source/recfile.h"

/* The four bytes every head begins with. */
extern const uint8_t recfile_head_magic[4];

struct recfile_head {
	uint16_t type;	   /* enum recfile_type, or a newer one */
	uint32_t number;   /* of the block, counted from 0 */
	uint32_t items;	   /* what the block holds so many of */
	uint64_t position; /* runs in the blocks before; of the last index block in an end block */
	uint32_t stored;   /* bytes that follow */
	uint32_t raw;	   /* bytes after decompression */
	uint32_t payload_crc; /* CRC-32 of the bytes that follow */
};

void recfile_put_header(uint8_t out[RECFILE_HEADER_BYTES]);
/* -EBADMSG: not whole, damaged, or of a version we cannot read; `err` says which. */
int recfile_check_header(const uint8_t *bytes, size_t len, const char *name, struct err *err);

void recfile_put_head(uint8_t out[RECFILE_HEAD_BYTES], const struct recfile_head *head);
/* False when these are not the bytes of a head; its lengths are within the limits otherwise. */
bool recfile_take_head(const uint8_t in[RECFILE_HEAD_BYTES], struct recfile_head *head);

#endif
