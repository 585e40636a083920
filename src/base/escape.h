/* SPDX-License-Identifier: BSD-2-Clause */
/* Making strings from outside harmless before they reach a terminal. */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include <stddef.h>

/*
 * Copies `text` with control characters, DEL, C1 controls, U+FFFE, U+FFFF and bytes that are not
 * valid UTF-8 as \xNN. Always terminates; cuts at a whole character when `size` is too small. Returns `out`.
 */
char *escape_terminal(char *out, size_t size, const char *text);

#endif
