/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is valid UTF-8 (RFC 3629) and how many columns it takes. A character is taken to be one
 * column wide: refuses to know about wide and combining characters.
 */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* Bytes of the character that starts here; 0 at the end of the string or when it is not valid. */
size_t utf8_bytes(const char *text);

/* Columns `text` takes; a byte that is not valid UTF-8 counts as one. */
size_t utf8_columns(const char *text);

/* Bytes of the longest beginning of `text` that takes no more than `columns`. */
size_t utf8_cut(const char *text, size_t columns);

#endif
