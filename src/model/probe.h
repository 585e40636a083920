/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of include/vhostprof/probes.def as user space sees them. Pure data. */
#ifndef MODEL_PROBE_H
#define MODEL_PROBE_H

#include <stdbool.h>
#include <vhostprof/config.h>
#include <vhostprof/wire.h>

enum probe_id {
#define VP_PROBE(id, level, need, hooks, nargs, stage, carrier, symbols, meaning) PROBE_##id,
#include <vhostprof/probes.def>
#undef VP_PROBE
	PROBE_NR,
	PROBE_NONE = PROBE_NR,
};

enum probe_hooks { HOOKS_ENTER, HOOKS_ENTER_WORK, HOOKS_LEAVE_VQ, HOOKS_BOTH, HOOKS_SPAN };

struct probe {
	const char *name;
	enum vp_level level;
	bool required;
	enum probe_hooks hooks;
	enum vp_stage stage;   /* VP_STAGE_NONE: not timed at any level */
	enum probe_id carrier; /* whose time holds this one's where it cannot attach; PROBE_NONE */
	const char *symbols;   /* separated by single spaces, in the order they are tried */
	const char *meaning;
};

extern const struct probe probes[PROBE_NR];

/* Copies symbol number `index` of the row; false when there are not that many or it does not fit. */
bool probe_symbol(const struct probe *probe, unsigned index, char *out, unsigned size);

/* Whether the row needs a probe on the function's entry, on its end, at this level. */
bool probe_enters(const struct probe *probe, enum vp_level level);
bool probe_leaves(const struct probe *probe, enum vp_level level);

/*
 * The row that has this function among its symbols, PROBE_NONE if there is none. What the compiler
 * appends to the name of a clone (".isra.0") does not count.
 */
enum probe_id probe_of_symbol(const char *symbol);

/* What this function's own time is spent on; VP_STAGE_NONE for those that are no row. */
enum vp_stage probe_stage_of(const char *symbol);

/* "runs", …; "descriptors", …: one word for people and programs. */
const char *probe_level_name(enum vp_level level);
const char *probe_stage_name(enum vp_stage stage);

#endif
