/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names met lately, in front of the table of functions: a trace repeats a few dozen names millions
 * of times. One that is not here, or shares its place with another, costs a look into the table.
 */
#ifndef SOURCE_FTRACE_NAMES_H
#define SOURCE_FTRACE_NAMES_H

#include "model/function.h"
#include "source/ftrace_line.h"
#include "source/ftrace_word.h"

#define FTRACE_NAMES 256u

struct ftrace_names {
	struct {
		char text[WORD_MASK_BYTES];
		size_t len; /* 0: free */
		uint32_t function;
	} slots[FTRACE_NAMES];
};

/* The part of `name` that tells it from others, nearly always: its beginning and its length. */
static inline size_t ftrace_names_slot(struct span name)
{
	unsigned len = (unsigned)name.len;
	uint64_t first = word_load(name.text) & word_low(len);
	uint64_t second = len > 8 ? word_load(name.text + 8) & word_low(len - 8) : 0;
	uint64_t hash = (first ^ (second + len) * 0x9e3779b97f4a7c15ull) * 0xff51afd7ed558ccdull;

	return hash >> 56;
}

/* The same as functions_find(); FTRACE_PADDING bytes after the name must be readable. */
static inline uint32_t ftrace_names_find(struct ftrace_names *names, struct functions *functions,
					 struct span name)
{
	size_t slot = WORD_IS_FIT ? ftrace_names_slot(name) : 0;
	uint64_t differ = ~word_same(name.text, names->slots[slot].text);
	uint32_t function;

	if (WORD_IS_FIT && names->slots[slot].len == name.len &&
	    !(differ << (WORD_MASK_BYTES - name.len)))
		return names->slots[slot].function;
	function = functions_find(functions, name.text, name.len);
	/* The table counts what it has no room for; that must not be hidden from it. */
	if (name.len > WORD_MASK_BYTES || function == FUNCTION_INVALID ||
	    function == FUNCTION_OTHER)
		return function;
	names->slots[slot].len = name.len;
	names->slots[slot].function = function;
	memcpy(names->slots[slot].text, name.text, name.len);
	return function;
}

_Static_assert(FTRACE_NAMES == 1u << (64 - 56), "a slot is the top byte of a hash");

#endif
