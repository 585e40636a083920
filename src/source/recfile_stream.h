/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The blocks of a .vprof file, one after the other, checked and decompressed. Steps over what is
 * damaged, to the next whole block, and counts what it stepped over. Memory is fixed.
 */
#ifndef SOURCE_RECFILE_STREAM_H
#define SOURCE_RECFILE_STREAM_H

#include "base/err.h"
#include "source/recfile_block.h"
#include "source/recfile_field.h"

struct recfile_damage {
	uint64_t blocks_missing;
	uint64_t runs_missing; /* in those blocks */
	bool cut;	       /* the file ends before its end block … */
	uint64_t cut_at;       /* … and reads up to this byte */
};

struct recfile_stream {
	int fd; /* not owned */
	const char *name;
	bool ended;	      /* nothing more will be read */
	uint64_t offset;      /* in the file, of what is at `start` */
	size_t start, end;    /* of what is unread in the buffer */
	uint64_t next_number; /* of the block that is due */
	uint64_t next_run;    /* runs in the blocks before it */
	struct recfile_damage damage;
	uint8_t *buffer; /* RECFILE_HEAD_BYTES + RECFILE_STORED_MAX */
	uint8_t *raw;	 /* RECFILE_RAW_MAX */
};

/*
 * Checks the header. `before` are bytes of the file's beginning that were taken from the descriptor
 * already. stream_close() must follow, on failure too.
 */
int stream_open(struct recfile_stream *stream, int fd, const char *name, const void *before,
		size_t len, struct err *err);
void stream_close(struct recfile_stream *stream);

/*
 * The next whole block, the end block being the last. 1; 0 at the end; -errno when reading fails.
 * The payload is valid until the next call.
 */
int stream_next(struct recfile_stream *stream, struct recfile_head *head, struct bytes *payload,
		struct err *err);

#endif
