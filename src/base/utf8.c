// SPDX-License-Identifier: BSD-2-Clause
#include "base/utf8.h"

/* What the second byte may be: the first byte alone does not rule out overlong forms, surrogates
 * and values above U+10FFFF. */
static int second_byte_fits(unsigned char first, unsigned char second)
{
	unsigned char low = 0x80, high = 0xbf;

	if (first == 0xe0)
		low = 0xa0;
	else if (first == 0xed)
		high = 0x9f;
	else if (first == 0xf0)
		low = 0x90;
	else if (first == 0xf4)
		high = 0x8f;
	return second >= low && second <= high;
}

static size_t expected_bytes(unsigned char first)
{
	if (first < 0x80)
		return first != 0;
	if (first < 0xc2 || first > 0xf4)
		return 0;
	return first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

size_t utf8_bytes(const char *text)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t bytes = expected_bytes(in[0]), i;

	if (bytes < 2)
		return bytes;
	if (!second_byte_fits(in[0], in[1]))
		return 0;
	for (i = 2; i < bytes; i++)
		if ((in[i] & 0xc0) != 0x80)
			return 0;
	return bytes;
}

size_t utf8_cut(const char *text, size_t columns)
{
	size_t used = 0;

	for (; text[used] && columns; columns--) {
		size_t bytes = utf8_bytes(text + used);

		used += bytes ? bytes : 1;
	}
	return used;
}

size_t utf8_columns(const char *text)
{
	size_t columns = 0;

	while (*text) {
		text += utf8_cut(text, 1);
		columns++;
	}
	return columns;
}
