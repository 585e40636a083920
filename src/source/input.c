// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how bytes become text and text becomes whole lines. Refuses to know what a line says.
 */
#include "source/input.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKED_BYTES (64u << 10)

static int open_path(struct input *input, const char *path, struct err *err)
{
	struct stat status;

	if (!strcmp(path, "-")) {
		input->fd = STDIN_FILENO;
		input->name = "standard input";
		return 0;
	}
	input->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (input->fd < 0)
		return err_set(err, errno, EXIT_FAILED, "%s: %s", path, strerror(errno));
	if (!fstat(input->fd, &status) && S_ISDIR(status.st_mode)) {
		close(input->fd);
		return err_set(err, EISDIR, EXIT_FAILED, "%s: is a directory", path);
	}
	return 0;
}

static ssize_t read_some(struct input *input, void *into, size_t room, struct err *err)
{
	ssize_t got;

	do
		got = read(input->fd, into, room);
	while (got < 0 && errno == EINTR);
	if (got < 0)
		return err_set(err, errno, EXIT_FAILED, "%s: %s", input->name, strerror(errno));
	return got;
}

/* Turns to gzip when the two magic bytes are there; they are handed to zlib again. */
static int detect_gzip(struct input *input, struct err *err)
{
	if (input->end < 2 || memcmp(input->buffer, "\x1f\x8b", 2))
		return 0;
	input->packed = malloc(PACKED_BYTES);
	if (!input->packed || inflateInit2(&input->inflate, 16 + MAX_WBITS) != Z_OK) {
		free(input->packed);
		input->packed = NULL;
		return err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", input->name);
	}
	memcpy(input->packed, input->buffer, input->end);
	input->inflate.next_in = (Bytef *)input->packed;
	input->inflate.avail_in = (uInt)input->end;
	input->end = 0;
	input->gzip = true;
	return 0;
}

int input_open(struct input *input, const char *path, struct err *err)
{
	int error;

	*input = (struct input){.name = path};
	error = open_path(input, path, err);
	if (error)
		return error;
	input->buffer = calloc(1, INPUT_BUFFER_BYTES + 1 + INPUT_PADDING);
	if (input->buffer)
		return 0;
	input_close(input);
	return err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", input->name);
}

/* The first bytes, which tell what the rest is. Not when it is opened: a pipe may let one wait for them. */
static int begin(struct input *input, struct err *err)
{
	while (!input->begun && input->end < 2) {
		ssize_t got = read_some(input, input->buffer + input->end, PACKED_BYTES / 2, err);

		if (got < 0)
			return (int)got;
		if (!got)
			break;
		input->end += (size_t)got;
	}
	if (input->begun)
		return 0;
	input->begun = true;
	return detect_gzip(input, err);
}

void input_close(struct input *input)
{
	if (input->gzip)
		inflateEnd(&input->inflate);
	if (input->fd > STDIN_FILENO)
		close(input->fd);
	free(input->packed);
	free(input->buffer);
	input->packed = input->buffer = NULL;
	input->gzip = false;
	input->fd = -1;
}

static void damaged(struct input *input, const char *how)
{
	snprintf(input->damage, sizeof(input->damage), "%s", how);
	input->ended = true;
}

/* gzip files may be several, one after the other; zeros behind the last one are padding. */
static void next_member(struct input *input)
{
	if (!input->member_ended || !input->inflate.avail_in)
		return;
	if (*input->inflate.next_in != 0x1f) {
		input->ended = true;
		return;
	}
	inflateReset(&input->inflate);
	input->member_ended = false;
}

static int refill_packed(struct input *input, struct err *err)
{
	ssize_t got;

	if (input->inflate.avail_in)
		return 0;
	got = read_some(input, input->packed, PACKED_BYTES, err);
	if (got < 0)
		return (int)got;
	input->inflate.next_in = (Bytef *)input->packed;
	input->inflate.avail_in = (uInt)got;
	if (!got && input->member_ended)
		input->ended = true;
	else if (!got)
		damaged(input, "the compressed data ends in the middle");
	return 0;
}

static int unpack(struct input *input, struct err *err)
{
	int state = Z_OK;

	input->inflate.next_out = (Bytef *)input->buffer + input->end;
	input->inflate.avail_out = (uInt)(INPUT_BUFFER_BYTES - input->end);
	while (!input->ended && input->inflate.avail_out == INPUT_BUFFER_BYTES - input->end) {
		int error = refill_packed(input, err);

		if (error)
			return error;
		next_member(input);
		if (input->ended)
			break;
		state = inflate(&input->inflate, Z_NO_FLUSH);
		if (state == Z_STREAM_END)
			input->member_ended = true;
		else if (state != Z_OK && state != Z_BUF_ERROR)
			damaged(input, "the compressed data is damaged");
	}
	input->end = INPUT_BUFFER_BYTES - input->inflate.avail_out;
	return 0;
}

/* Reads more text behind what is there. */
static int fill(struct input *input, struct err *err)
{
	ssize_t got;

	if (input->gzip)
		return unpack(input, err);
	got = read_some(input, input->buffer + input->end, INPUT_BUFFER_BYTES - input->end, err);
	if (got < 0)
		return (int)got;
	input->end += (size_t)got;
	input->ended = !got;
	return 0;
}

int input_peek(struct input *input, const char **text, size_t *len, struct err *err)
{
	int error = begin(input, err);

	if (!error && input->start == input->end && !input->ended)
		error = fill(input, err);
	if (error)
		return error;
	*text = input->buffer + input->start;
	*len = input->end - input->start;
	return 0;
}

/* Skips the rest of a line whose beginning was handed out. */
static void skip_cut_line(struct input *input)
{
	char *newline = memchr(input->buffer + input->start, '\n', input->end - input->start);

	input->start = newline ? (size_t)(newline - input->buffer) + 1 : input->end;
	input->cut_line = !newline;
}

/* Hands out up to `stop`, which is made to end with a newline. */
static void hand_out(struct input *input, size_t stop, const char **text, size_t *len)
{
	*text = input->buffer + input->start;
	*len = stop - input->start;
	input->start = stop < input->end ? stop : input->end;
	input->bytes += *len;
}

static bool whole_lines(struct input *input, const char **text, size_t *len)
{
	size_t size = input->end - input->start;
	char *newline = size ? memrchr(input->buffer + input->start, '\n', size) : NULL;

	if (newline) {
		hand_out(input, (size_t)(newline - input->buffer) + 1, text, len);
		return true;
	}
	if (!size || !(input->ended || size == INPUT_BUFFER_BYTES))
		return false;
	/* The last line without its newline, or one that fills the buffer. */
	input->cut_line = !input->ended;
	input->lines_cut += input->cut_line;
	input->buffer[input->end] = '\n';
	hand_out(input, input->end + 1, text, len);
	return true;
}

int input_lines(struct input *input, const char **text, size_t *len, struct err *err)
{
	for (;;) {
		int error = begin(input, err);

		if (error)
			return error;
		if (input->cut_line)
			skip_cut_line(input);
		if (whole_lines(input, text, len))
			return 0;
		*len = 0;
		if (input->ended)
			return 0;
		memmove(input->buffer, input->buffer + input->start, input->end - input->start);
		input->end -= input->start;
		input->start = 0;
		error = fill(input, err);
		if (error)
			return error;
	}
}
