/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A file or stdin as a stream of whole lines: plain or gzip, told apart by its first bytes. Memory
 * does not grow with the file: INPUT_BUFFER_BYTES and what zlib needs.
 *
 * Knows nothing of what the lines mean. Owns the descriptor unless it is stdin.
 */
#ifndef SOURCE_INPUT_H
#define SOURCE_INPUT_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zlib.h>

#define INPUT_BUFFER_BYTES (256u << 10)
#define INPUT_PADDING	   64 /* bytes after the text handed out that may be read */

struct input {
	const char *name; /* for messages: the path, "standard input" for "-" */
	int fd;
	bool begun;    /* what the first bytes are is known */
	bool ended;    /* nothing more will be read */
	bool cut_line; /* the rest of a line too long for the buffer is being skipped */
	bool gzip;
	bool member_ended; /* between two gzip members */
	uint64_t bytes;	   /* of text handed out */
	uint64_t lines_cut;
	/* Why the text ends before the file does; "" otherwise. What came before it is good. */
	char damage[160];
	char *buffer;	   /* INPUT_BUFFER_BYTES, a newline and INPUT_PADDING */
	size_t start, end; /* unread text */
	char *packed;
	z_stream inflate;
};

/* "-" is stdin. Reads nothing yet. On success input_close() must follow. 0 or -errno with `err` set. */
int input_open(struct input *input, const char *path, struct err *err);
void input_close(struct input *input);

/* The first bytes of the text, as many as there are at once; they stay unread. */
int input_peek(struct input *input, const char **text, size_t *len, struct err *err);

/*
 * The next whole lines, each ended by '\n' (the last one of the file and one cut for its length get
 * one). *len is 0 at the end. Valid until the next call.
 */
int input_lines(struct input *input, const char **text, size_t *len, struct err *err);

#endif
