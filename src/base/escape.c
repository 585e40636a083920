// SPDX-License-Identifier: BSD-2-Clause
#include "base/escape.h"

#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

/* Bytes of the character that starts here, 0 if it must not reach a terminal as it is. */
static size_t printable_bytes(const unsigned char *text)
{
	if (text[0] < 0x20 || text[0] == 0x7f)
		return 0;
	if (text[0] == 0xc2 && text[1] < 0xa0) /* U+0080 … U+009F: C1 controls */
		return 0;
	if (text[0] == 0xef && text[1] == 0xbf &&
	    text[2] >= 0xbe) /* U+FFFE, U+FFFF: no XML has them */
		return 0;
	return utf8_bytes((const char *)text);
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
