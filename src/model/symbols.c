// SPDX-License-Identifier: BSD-2-Clause
/* Knows names and their numbers. There are dozens of them, so they are searched one by one. */
#include "model/symbols.h"

#include "model/probe.h"

#include <stdbool.h>
#include <string.h>

static bool is_same(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static int fill(struct symbol *symbol, const char *name, const char *module)
{
	symbol->name = strdup(name);
	symbol->module = module ? strdup(module) : NULL;
	symbol->stage = (uint8_t)probe_stage_of(name);
	if (symbol->name && (symbol->module || !module))
		return 0;
	free(symbol->name);
	free(symbol->module);
	return -1;
}

uint32_t symbols_intern(struct symbols *symbols, const char *name, const char *module)
{
	struct symbol *added;

	vec_foreach (symbol, &symbols->items)
		if (!strcmp(symbol->name, name) && is_same(symbol->module, module))
			return (uint32_t)(symbol - symbols->items.items);
	added = vec_add(&symbols->items);
	if (!added)
		return SYMBOL_NONE;
	if (fill(added, name, module)) {
		symbols->items.len--;
		return SYMBOL_NONE;
	}
	return (uint32_t)symbols->items.len - 1;
}

const struct symbol *symbols_at(const struct symbols *symbols, uint32_t symbol)
{
	return &symbols->items.items[symbol];
}

void symbols_free(struct symbols *symbols)
{
	vec_foreach (symbol, &symbols->items) {
		free(symbol->name);
		free(symbol->module);
	}
	vec_free(&symbols->items);
}
