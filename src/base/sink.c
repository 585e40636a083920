// SPDX-License-Identifier: BSD-2-Clause
#include "base/sink.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FLUSH_AT_BYTES 65536

void sink_open_fd(struct sink *sink, int fd)
{
	*sink = (struct sink){.fd = fd};
}

void sink_open_memory(struct sink *sink)
{
	*sink = (struct sink){.fd = -1};
}

/* One byte more than asked, for the terminator of sink_text. */
static int make_room(struct sink *sink, size_t len)
{
	size_t wanted = sink->cap ? sink->cap : 4096;
	char *moved;

	while (wanted < sink->used + len + 1)
		wanted *= 2;
	if (wanted == sink->cap)
		return 0;
	moved = realloc(sink->buffer, wanted);
	if (!moved)
		return -ENOMEM;
	sink->buffer = moved;
	sink->cap = wanted;
	return 0;
}

void sink_write(struct sink *sink, const void *bytes, size_t len)
{
	if (sink->error)
		return;
	sink->error = make_room(sink, len);
	if (sink->error)
		return;
	memcpy(sink->buffer + sink->used, bytes, len);
	sink->used += len;
	if (sink->fd >= 0 && sink->used >= FLUSH_AT_BYTES)
		sink_flush(sink);
}

void sink_puts(struct sink *sink, const char *text)
{
	sink_write(sink, text, strlen(text));
}

void sink_repeat(struct sink *sink, const char *text, size_t times)
{
	while (times--)
		sink_puts(sink, text);
}

void sink_printf(struct sink *sink, const char *format, ...)
{
	char line[512], *text = line;
	va_list args, again;
	int len;

	va_start(args, format);
	va_copy(again, args);
	len = vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (len >= (int)sizeof(line))
		len = vasprintf(&text, format, again);
	va_end(again);
	if (len < 0) {
		sink->error = sink->error ? sink->error : -ENOMEM;
		return;
	}
	sink_write(sink, text, (size_t)len);
	if (text != line)
		free(text);
}

const char *sink_text(struct sink *sink)
{
	if (!sink->used)
		return "";
	sink->buffer[sink->used] = '\0';
	return sink->buffer;
}

int sink_flush(struct sink *sink)
{
	size_t done = 0;

	if (sink->fd < 0)
		return sink->error;
	while (!sink->error && done < sink->used) {
		ssize_t n = write(sink->fd, sink->buffer + done, sink->used - done);

		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			sink->error = -errno;
	}
	sink->used = 0;
	return sink->error;
}

int sink_close(struct sink *sink)
{
	int error = sink_flush(sink);

	free(sink->buffer);
	sink->buffer = NULL;
	sink->used = sink->cap = 0;
	return error;
}
