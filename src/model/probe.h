/* SPDX-License-Identifier: BSD-2-Clause */
/* The rows of include/vhostprof/probes.def as user space sees them. Pure data. */
#ifndef MODEL_PROBE_H
#define MODEL_PROBE_H

#include <stdbool.h>
#include <vhostprof/config.h>

enum probe_id {
#define VP_PROBE(id, level, need, hooks, nargs, symbols, meaning) PROBE_##id,
#include <vhostprof/probes.def>
#undef VP_PROBE
	PROBE_NR,
};

enum probe_hooks { HOOKS_ENTER, HOOKS_LEAVE, HOOKS_BOTH, HOOKS_LEAVE_ARGS };

struct probe {
	const char *name;
	enum vp_level level;
	bool required;
	enum probe_hooks hooks;
	const char *symbols; /* separated by single spaces, in the order they are tried */
	const char *meaning;
};

extern const struct probe probes[PROBE_NR];

/* Copies symbol number `index` of the row; false when there are not that many or it does not fit. */
bool probe_symbol(const struct probe *probe, unsigned index, char *out, unsigned size);

#endif
