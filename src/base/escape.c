// SPDX-License-Identifier: BSD-2-Clause
#include "base/escape.h"

#include <stdio.h>
#include <string.h>

/* Bytes in the UTF-8 sequence that starts here, 0 if it is none or a control character. */
static size_t printable_bytes(const unsigned char *text)
{
	size_t more, i;

	if (text[0] < 0x80)
		return text[0] >= 0x20 && text[0] != 0x7f;
	if (text[0] == 0xc2 && text[1] < 0xa0) /* U+0080 … U+009F: C1 controls */
		return 0;
	if (text[0] >= 0xc2 && text[0] <= 0xdf)
		more = 1;
	else if ((text[0] & 0xf0) == 0xe0)
		more = 2;
	else if (text[0] >= 0xf0 && text[0] <= 0xf4)
		more = 3;
	else
		return 0;
	for (i = 1; i <= more; i++)
		if ((text[i] & 0xc0) != 0x80)
			return 0;
	return more + 1;
}

char *escape_terminal(char *out, size_t size, const char *text)
{
	const unsigned char *in = (const unsigned char *)text;
	size_t used = 0;

	if (!size)
		return out;
	while (*in) {
		size_t bytes = printable_bytes(in);

		if (used + (bytes ? bytes : 4) >= size)
			break;
		if (bytes)
			memcpy(out + used, in, bytes);
		else
			snprintf(out + used, size - used, "\\x%02x", *in);
		used += bytes ? bytes : 4;
		in += bytes ? bytes : 1;
	}
	out[used] = '\0';
	return out;
}
