/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All trees of calls of a report as one tree of names that can be printed:
 *
 *   all ── VM ── worker ── queue ── cause ── handle_tx_kick ── handle_tx ── …
 *
 * Where the workers were sampled it is made of the samples, and of nothing else. Of two reports the frames
 * lie in one tree, the values side by side. Knows what frames are called and what a value is divided by;
 * refuses to know what is drawn of it.
 */
#ifndef RENDER_STACKS_H
#define RENDER_STACKS_H

#include "base/err.h"
#include "base/vec.h"
#include "render/render.h"

#define STACKS_ROOT 0u

enum stack_kind { STACK_ALL, STACK_VM, STACK_WORKER, STACK_QUEUE, STACK_CAUSE, STACK_FUNCTION };

/* The report itself, and the one it is compared with. */
enum stack_side { STACK_THIS = 0, STACK_BEFORE, STACK_SIDE_NR };

struct stack_value {
	uint64_t calls;	   /* of samples: how many */
	uint64_t self_ns;  /* as measured */
	uint64_t total_ns; /* self and all below */
};

struct stack {
	char *name;	    /* valid UTF-8 without control characters, never empty */
	const char *module; /* the report's; NULL = kernel proper, unknown, or no function */
	const struct report_queue *queue; /* from STACK_QUEUE down */
	uint32_t parent;
	uint32_t child; /* first one; STACKS_ROOT = none */
	uint32_t next;	/* sibling; STACKS_ROOT = none */
	uint32_t depth; /* of the root: 0 */
	uint8_t kind;	/* enum stack_kind */
	uint8_t stage;	/* enum vp_stage: its own, or that of the nearest caller that has one */
	struct stack_value values[STACK_SIDE_NR];
};

struct stacks {
	VEC(struct stack) items; /* a child comes after its parent */
	double scale[STACK_SIDE_NR];
	const char *unit; /* "ns", "ns per run", … */
	uint32_t deepest;
	bool sampled;
	bool compares;
};

/*
 * `before` may be NULL. Both must live as long as the result. 0, -ENOMEM, or what is missing from one of
 * them, in words.
 */
int stacks_make(const struct report *report, const struct report *before, enum normalize normalize,
		struct stacks **out, struct err *err);
void stacks_free(struct stacks *stacks); /* NULL is fine */

/* The next one in depth-first order; STACKS_ROOT after the last. */
uint32_t stacks_next(const struct stacks *stacks, uint32_t stack);

/* In `stacks->unit`. */
double stacks_scaled(const struct stacks *stacks, enum stack_side side, uint64_t ns);

/* The frames from below the root down to this one; `path` has room for the deepest. Returns how many. */
uint32_t stacks_path(const struct stacks *stacks, uint32_t stack, uint32_t *path);

#endif
