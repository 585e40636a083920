/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was counted for the functions of one queue, and the names it is told in, as bytes. The messages'
 * tags are here; recfile_counted.c reads them. Pure.
 */
#ifndef SOURCE_RECFILE_CALLS_H
#define SOURCE_RECFILE_CALLS_H

#include "base/sink.h"
#include "model/report.h"
#include "source/recfile.h"
#include "source/recfile_field.h"

enum { TAG_NAMES_FIRST = 1, TAG_NAME = 2 };
enum { TAG_NAME_TEXT = 1, TAG_NAME_MODULE = 2 };
enum { TAG_CALLS_SLOT = 1, TAG_CALLS_GENERATION, TAG_CALLS_KIND };
enum { TAG_CALLS_TREE = 16, TAG_CALLS_FUNCTION = 32 }; /* a tree's tag: this and its cause */
enum {
	TAG_FUNCTION_SYMBOL = 1,
	TAG_FUNCTION_CALLS,
	TAG_FUNCTION_TOTAL,
	TAG_FUNCTION_SELF,
	TAG_FUNCTION_TIME
};

/* Writes a block's payload so far; 0 or -errno. */
typedef int (*calls_block_fn)(void *context);

/* Interns every name of `calls` in `names`, whose numbers the file has. 0 or -ENOMEM. */
int calls_names(struct symbols *names, const struct recfile_calls *calls);

/* The names from `first` on, up to RECFILE_NAMES_MAX. */
void names_write(struct sink *out, const struct symbols *names, uint32_t first);

/*
 * One or more messages: `block` is called whenever one is complete, and must empty the sink. What was
 * counted nothing for is left out. 0 or -errno.
 */
int calls_write(struct sink *out, struct symbols *names, const struct recfile_calls *calls,
		calls_block_fn block, void *context);

#endif
