/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where renderers write: a file descriptor or memory. The first write error sticks: writers need
 * not check each call, the owner asks once at the end.
 */
#ifndef BASE_SINK_H
#define BASE_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct sink {
	int fd;	   /* -1: memory only */
	int error; /* 0 or the first -errno */
	char *buffer;
	size_t used;
	size_t cap;
};

void sink_open_fd(struct sink *sink, int fd); /* does not own the descriptor */
void sink_open_memory(struct sink *sink);

void sink_write(struct sink *sink, const void *bytes, size_t len);
void sink_puts(struct sink *sink, const char *text);
void sink_printf(struct sink *sink, const char *format, ...) __attribute__((format(printf, 2, 3)));
void sink_repeat(struct sink *sink, const char *text, size_t times);

/* Memory sinks only: what was written, NUL-terminated, owned by the sink; "" when empty. */
const char *sink_text(struct sink *sink);

/* Writes out what is buffered; returns 0 or the first -errno. The sink can be used on. */
int sink_flush(struct sink *sink);
/* Flushes and releases; returns 0 or the first -errno. */
int sink_close(struct sink *sink);

#endif
