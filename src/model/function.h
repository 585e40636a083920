/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of functions met in a trace: each gets a small number the first time its text
 * ("name" or "name [module]") is seen, and sums up its calls. Bounded: from FUNCTIONS_MAX on,
 * new functions share the row FUNCTION_OTHER.
 */
#ifndef MODEL_FUNCTION_H
#define MODEL_FUNCTION_H

#include "model/report.h"
#include "model/role.h"

#include <stdbool.h>
#include <stdint.h>

#define FUNCTIONS_MAX	  4096 /* each takes 8 KiB, most of it the histogram */
#define FUNCTION_OTHER	  0u
#define FUNCTION_INVALID  UINT32_MAX
#define FUNCTION_TEXT_MAX 255

/* What the report has no room for. */
struct function {
	char *text;
	uint32_t len;
	uint8_t role;	      /* enum role */
	uint8_t dir;	      /* enum vp_dir */
	uint32_t symbol;      /* free for the user; SYMBOL_NONE at first */
	uint64_t children;    /* traced calls made directly, over all calls */
	uint64_t descendants; /* traced calls made at any depth */
};

struct functions {
	VEC(struct function) items;
	VEC(struct report_function) rows; /* same index as items */
	uint64_t *slots;     /* open addressing: hash in the upper half, index + 1 in the lower */
	uint64_t overflowed; /* look-ups answered with FUNCTION_OTHER */
};

struct call {
	uint32_t function;
	uint32_t children;
	uint64_t descendants;
	uint64_t duration_ns;
	/* Negative where an interrupt was traced inside the call after its end had been timed. */
	int64_t self_ns;
};

int functions_init(struct functions *functions); /* 0 or -ENOMEM */
void functions_free(struct functions *functions);

/*
 * The number of the function with this text: met before, or new. FUNCTION_OTHER when full,
 * FUNCTION_INVALID when this is no kernel symbol.
 */
uint32_t functions_find(struct functions *functions, const char *text, size_t len);

void functions_add_call(struct functions *functions, const struct call *call);

/* Moves the rows with at least one call into an empty report; the table keeps none. */
void functions_give(struct functions *functions, struct report *report);

#endif
