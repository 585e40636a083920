/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers and tagged fields in memory: how everything but the runs is written inside a block.
 * A number is LEB128, a field is tag, length and that many bytes. Pure.
 */
#ifndef SOURCE_RECFILE_FIELD_H
#define SOURCE_RECFILE_FIELD_H

#include "base/sink.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vhostprof/wire.h>

#define NUMBER_BYTES_MAX 10

struct bytes {
	const uint8_t *at;
	const uint8_t *end;
};

/* Writes at most NUMBER_BYTES_MAX bytes; returns how many. */
unsigned number_put(uint8_t *out, uint64_t value);
/* False, nothing taken, when there is no whole number or it does not fit 64 bits. */
bool number_take(struct bytes *in, uint64_t *value);

/* The same into a sink. */
void number_write(struct sink *out, uint64_t value);

struct field {
	uint64_t tag;
	struct bytes value;
};

/* False at the end, or where something is wrong: then in->at is not in->end. */
bool field_take(struct bytes *in, struct field *field);
void field_put(struct sink *out, uint64_t tag, const void *value, size_t len);
void field_put_number(struct sink *out, uint64_t tag, uint64_t number);
void field_put_hist(struct sink *out, uint64_t tag, const struct vp_hist *hist);
/* What is in a memory sink, which is closed. */
void field_put_sink(struct sink *out, uint64_t tag, struct sink *value);
/* NULL is not written; what exceeds RECFILE_TEXT_MAX is cut off. */
void field_put_text(struct sink *out, uint64_t tag, const char *text);
/* -EBADMSG when this is no histogram; *hist is then of no use. */
int field_hist(const struct bytes *value, struct vp_hist *hist);
/* A copy without embedded NULs; -ENOMEM, or -EBADMSG when too long. The old text is freed. */
int field_text(const struct bytes *value, char **text);

/* One member of a struct: a table of them, ended by tag 0, reads and writes the whole struct. */
enum field_kind {
	FIELD_U32,
	FIELD_U64,  /* `count` of them */
	FIELD_TEXT, /* char *, owned */
	FIELD_HIST, /* struct vp_hist */
};

struct field_row {
	uint8_t tag;
	uint8_t kind;
	uint16_t count;
	uint32_t offset;
};

void fields_write(struct sink *out, const struct field_row *rows, const void *thing);

/*
 * Fills in the members that are there and leaves the others alone; unknown tags are skipped. On
 * failure some members may have been filled in: -ENOMEM, -EBADMSG.
 */
int fields_read(struct bytes in, const struct field_row *rows, void *thing);

#endif
