// SPDX-License-Identifier: BSD-2-Clause
#include "model/probe.h"

#include <string.h>

#define NEED_REQUIRED true
#define NEED_OPTIONAL false

const struct probe probes[PROBE_NR] = {
#define VP_PROBE(id, row_level, need, row_hooks, nargs, row_stage, row_carrier, row_symbols, \
		 row_meaning)                                                                \
	[PROBE_##id] = {.name = #id,                                                         \
			.level = VP_LEVEL_##row_level,                                       \
			.required = NEED_##need,                                             \
			.hooks = HOOKS_##row_hooks,                                          \
			.stage = VP_STAGE_##row_stage,                                       \
			.carrier = PROBE_##row_carrier,                                      \
			.symbols = row_symbols,                                              \
			.meaning = row_meaning},
#include <vhostprof/probes.def>
#undef VP_PROBE
};

_Static_assert(PROBE_NR < VP_ROWS_MAX, "a node of the tree has a child for each row");

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

bool probe_enters(const struct probe *probe, enum vp_level level)
{
	return level >= probe->level;
}

bool probe_leaves(const struct probe *probe, enum vp_level level)
{
	if (level < probe->level)
		return false;
	return (probe->hooks != HOOKS_ENTER && probe->hooks != HOOKS_ENTER_WORK) ||
	       (level >= VP_LEVEL_STAGES && probe->stage != VP_STAGE_NONE);
}

/* Whether `list`, words with a space between them, has this word. */
static bool has_word(const char *list, const char *word, size_t len)
{
	for (; list; list = strchr(list, ' ')) {
		list += *list == ' ';
		if (!strncmp(list, word, len) && (!list[len] || list[len] == ' '))
			return true;
	}
	return false;
}

enum probe_id probe_of_symbol(const char *symbol)
{
	size_t len = strcspn(symbol, ".");
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++)
		if (len && has_word(probes[id].symbols, symbol, len))
			return id;
	return PROBE_NONE;
}

enum vp_stage probe_stage_of(const char *symbol)
{
	enum probe_id id = probe_of_symbol(symbol);

	return id == PROBE_NONE ? VP_STAGE_NONE : probes[id].stage;
}

const char *probe_level_name(enum vp_level level)
{
	static const char *const names[] = {"runs", "stages", "trace"};

	_Static_assert(sizeof(names) / sizeof(names[0]) == VP_LEVEL_NR, "a name for each level");
	return names[level];
}

const char *probe_stage_name(enum vp_stage stage)
{
	static const char *const names[] = {"handler", "build",	 "descriptors", "backend", "used",
					    "call",    "notify", "poll",	"busy",	   "wake"};

	_Static_assert(sizeof(names) / sizeof(names[0]) == VP_STAGE_NR, "a name for each stage");
	return stage < VP_STAGE_NR ? names[stage] : "other";
}
