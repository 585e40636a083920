// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how numbers, texts and histograms become bytes and back. Refuses to know what any tag
 * means.
 */
#include "source/recfile_field.h"

#include "source/recfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

unsigned number_put(uint8_t *out, uint64_t value)
{
	unsigned n = 0;

	for (; value >= 0x80; value >>= 7)
		out[n++] = (uint8_t)(value | 0x80);
	out[n++] = (uint8_t)value;
	return n;
}

bool number_take(struct bytes *in, uint64_t *value)
{
	const uint8_t *at = in->at;
	uint64_t sum = 0;
	unsigned shift;

	for (shift = 0; at < in->end && shift < 64; shift += 7) {
		uint8_t byte = *at++;

		if (shift == 63 && byte > 1)
			return false;
		sum |= (uint64_t)(byte & 0x7f) << shift;
		if (byte < 0x80) {
			in->at = at;
			*value = sum;
			return true;
		}
	}
	return false;
}

void number_write(struct sink *out, uint64_t value)
{
	uint8_t bytes[NUMBER_BYTES_MAX];

	sink_write(out, bytes, number_put(bytes, value));
}

bool field_take(struct bytes *in, struct field *field)
{
	struct bytes rest = *in;
	uint64_t tag, len;

	if (!number_take(&rest, &tag) || !number_take(&rest, &len) ||
	    len > (uint64_t)(rest.end - rest.at))
		return false;
	field->tag = tag;
	field->value = (struct bytes){rest.at, rest.at + len};
	in->at = field->value.end;
	return true;
}

void field_put(struct sink *out, uint64_t tag, const void *value, size_t len)
{
	number_write(out, tag);
	number_write(out, len);
	sink_write(out, value, len);
}

void field_put_number(struct sink *out, uint64_t tag, uint64_t number)
{
	uint8_t bytes[NUMBER_BYTES_MAX];

	field_put(out, tag, bytes, number_put(bytes, number));
}

void field_put_sink(struct sink *out, uint64_t tag, struct sink *value)
{
	field_put(out, tag, sink_text(value), value->used);
	if (value->error && !out->error)
		out->error = value->error;
	sink_close(value);
}

void field_put_text(struct sink *out, uint64_t tag, const char *text)
{
	if (text)
		field_put(out, tag, text, strnlen(text, RECFILE_TEXT_MAX));
}

int field_text(const struct bytes *value, char **text)
{
	size_t len = (size_t)(value->end - value->at);
	char *copy;

	if (len > RECFILE_TEXT_MAX)
		return -EBADMSG;
	copy = strndup((const char *)value->at, len);
	if (!copy)
		return -ENOMEM;
	free(*text);
	*text = copy;
	return 0;
}

static void write_hist(struct sink *out, const struct vp_hist *hist)
{
	uint32_t i, last = 0;

	number_write(out, hist->count);
	number_write(out, hist->sum);
	number_write(out, hist->min);
	number_write(out, hist->max);
	for (i = 0; i < VP_HIST_BUCKETS; i++) {
		if (!hist->buckets[i])
			continue;
		number_write(out, i - last);
		number_write(out, hist->buckets[i]);
		last = i;
	}
}

void field_put_hist(struct sink *out, uint64_t tag, const struct vp_hist *hist)
{
	struct sink value;

	sink_open_memory(&value);
	write_hist(&value, hist);
	field_put_sink(out, tag, &value);
}

static int read_buckets(struct bytes in, struct vp_hist *hist)
{
	uint64_t step, count, index = 0, sum = 0;

	while (number_take(&in, &step)) {
		if (step >= VP_HIST_BUCKETS - index || !number_take(&in, &count))
			return -EBADMSG;
		index += step;
		hist->buckets[index] = count;
		sum += count;
	}
	return in.at == in.end && sum == hist->count ? 0 : -EBADMSG;
}

int field_hist(const struct bytes *value, struct vp_hist *hist)
{
	struct bytes in = *value;
	uint64_t count, sum, min, max;

	if (!number_take(&in, &count) || !number_take(&in, &sum) || !number_take(&in, &min) ||
	    !number_take(&in, &max))
		return -EBADMSG;
	*hist = (struct vp_hist){.count = count, .sum = sum, .min = min, .max = max};
	return read_buckets(in, hist);
}

static void write_numbers(struct sink *out, const uint64_t *numbers, unsigned count)
{
	while (count--)
		number_write(out, *numbers++);
}

/* Fewer than expected leave the rest as it is; more are a newer writer's. */
static int read_numbers(struct bytes in, uint64_t *numbers, unsigned count)
{
	while (count-- && in.at < in.end)
		if (!number_take(&in, numbers++))
			return -EBADMSG;
	return 0;
}

static int read_u32(struct bytes in, uint32_t *number)
{
	uint64_t wide;

	if (!number_take(&in, &wide) || wide > UINT32_MAX)
		return -EBADMSG;
	*number = (uint32_t)wide;
	return 0;
}

static void write_row(struct sink *out, const struct field_row *row, const void *thing)
{
	const void *member = (const char *)thing + row->offset;
	struct sink value;

	sink_open_memory(&value);
	if (row->kind == FIELD_U32)
		number_write(&value, *(const uint32_t *)member);
	else if (row->kind == FIELD_U64)
		write_numbers(&value, member, row->count);
	else
		write_hist(&value, member);
	field_put_sink(out, row->tag, &value);
}

void fields_write(struct sink *out, const struct field_row *rows, const void *thing)
{
	for (; rows->tag; rows++) {
		const char *member = (const char *)thing + rows->offset;

		if (rows->kind == FIELD_TEXT)
			field_put_text(out, rows->tag, *(char *const *)(const void *)member);
		else
			write_row(out, rows, thing);
	}
}

static int read_row(const struct field *field, const struct field_row *row, void *thing)
{
	void *member = (char *)thing + row->offset;

	switch ((enum field_kind)row->kind) {
	case FIELD_U32:
		return read_u32(field->value, member);
	case FIELD_U64:
		return read_numbers(field->value, member, row->count);
	case FIELD_TEXT:
		return field_text(&field->value, member);
	case FIELD_HIST:
		return field_hist(&field->value, member);
	}
	return -EBADMSG;
}

int fields_read(struct bytes in, const struct field_row *rows, void *thing)
{
	struct field field;

	while (field_take(&in, &field)) {
		const struct field_row *row = rows;
		int error;

		while (row->tag && row->tag != field.tag)
			row++;
		error = row->tag ? read_row(&field, row, thing) : 0;
		if (error)
			return error;
	}
	return in.at == in.end ? 0 : -EBADMSG;
}
