/* SPDX-License-Identifier: BSD-2-Clause */
/* What kind of file this is, by its first bytes: the one place that tells readers apart. */
#ifndef SOURCE_INPUT_KIND_H
#define SOURCE_INPUT_KIND_H

#include <stddef.h>

enum source_kind {
	SOURCE_EMPTY,
	SOURCE_TEXT,	  /* function_graph text, or nothing we know */
	SOURCE_RECORDING, /* of vhostprof itself */
	SOURCE_FOREIGN,	  /* another tool's format; source_hint() says what to do */
};

enum source_kind source_kind_of(const char *text, size_t len);

/* For SOURCE_FOREIGN: what it is and how to make text of it. */
const char *source_hint(const char *text, size_t len);

#endif
