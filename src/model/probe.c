// SPDX-License-Identifier: BSD-2-Clause
#include "model/probe.h"

#include <string.h>

#define NEED_REQUIRED true
#define NEED_OPTIONAL false

const struct probe probes[PROBE_NR] = {
#define VP_PROBE(id, row_level, need, row_hooks, nargs, row_symbols, row_meaning) \
	[PROBE_##id] = {.name = #id,                                              \
			.level = VP_LEVEL_##row_level,                            \
			.required = NEED_##need,                                  \
			.hooks = HOOKS_##row_hooks,                               \
			.symbols = row_symbols,                                   \
			.meaning = row_meaning},
#include <vhostprof/probes.def>
#undef VP_PROBE
};

bool probe_symbol(const struct probe *probe, unsigned index, char *out, unsigned size)
{
	const char *start = probe->symbols;
	size_t len;

	while (start && index--) {
		start = strchr(start, ' ');
		start = start ? start + 1 : NULL;
	}
	if (!start)
		return false;
	len = strcspn(start, " ");
	if (len >= size)
		return false;
	memcpy(out, start, len);
	out[len] = '\0';
	return true;
}
