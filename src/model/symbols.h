/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of functions, each with a small number of its own: what trees of calls and traced runs are made
 * of. A name is a kernel symbol and the module it lies in. Pure.
 */
#ifndef MODEL_SYMBOLS_H
#define MODEL_SYMBOLS_H

#include "base/vec.h"

#include <stdint.h>
#include <vhostprof/wire.h>

#define SYMBOL_NONE UINT32_MAX

struct symbol {
	char *name;
	char *module;  /* NULL = kernel proper or unknown */
	uint8_t stage; /* enum vp_stage; VP_STAGE_NONE where it belongs to none */
};

struct symbols {
	VEC(struct symbol) items;
};

/* The number of this name, given to it now if it is new; SYMBOL_NONE when out of memory. */
uint32_t symbols_intern(struct symbols *symbols, const char *name, const char *module);
const struct symbol *symbols_at(const struct symbols *symbols, uint32_t symbol);
void symbols_free(struct symbols *symbols);

#endif
