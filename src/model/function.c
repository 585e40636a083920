// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how a function's text becomes a number and what a call adds to its row. Refuses to know
 * where calls come from.
 */
#include "model/function.h"

#include "model/hist.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS (4 * FUNCTIONS_MAX) /* a power of two, never more than a quarter full */

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15ull;
	return hash ^ (hash >> 29);
}

/* Eight bytes at a time; the last word overlaps the one before, so no byte is left over. */
static uint64_t hash_text(const char *text, size_t len)
{
	uint64_t hash = len, word = 0;
	size_t i;

	if (len < sizeof(word)) {
		memcpy(&word, text, len);
		return mix(hash, word);
	}
	for (i = 0; i + sizeof(word) < len; i += sizeof(word)) {
		memcpy(&word, text + i, sizeof(word));
		hash = mix(hash, word);
	}
	memcpy(&word, text + len - sizeof(word), sizeof(word));
	return mix(hash, word);
}

/* "name [module]" to its two halves. */
static int set_names(struct report_function *row, const char *text, size_t len)
{
	const char *space = memchr(text, ' ', len);
	size_t name_len = space ? (size_t)(space - text) : len;

	row->name = strndup(text, name_len);
	if (!row->name)
		return -ENOMEM;
	if (len - name_len < 4 || space[1] != '[' || text[len - 1] != ']')
		return 0;
	row->module = strndup(space + 2, len - name_len - 3);
	return row->module ? 0 : -ENOMEM;
}

static char *copy_of(const char *text, size_t len)
{
	char *copy = malloc(len + 1);

	if (!copy)
		return NULL;
	memcpy(copy, text, len);
	copy[len] = '\0';
	return copy;
}

/* Symbols are graphic ASCII; the one space stands before "[module]". */
static bool is_symbol(const char *text, size_t len)
{
	size_t i;

	if (!len || len > FUNCTION_TEXT_MAX)
		return false;
	for (i = 0; i < len; i++)
		if ((text[i] <= ' ' || text[i] > '~') &&
		    !(text[i] == ' ' && i && i + 1 < len && text[i + 1] == '['))
			return false;
	return true;
}

static int add_function(struct functions *functions, const char *text, size_t len)
{
	struct report_function *row = vec_add(&functions->rows);
	struct function *item = row ? vec_add(&functions->items) : NULL;
	enum vp_dir dir = VP_RX;

	if (!item) {
		functions->rows.len -= row != NULL;
		return -ENOMEM;
	}
	item->text = copy_of(text, len);
	if (!item->text || set_names(row, text, len)) {
		free(item->text);
		free(row->name);
		functions->items.len--;
		functions->rows.len--;
		return -ENOMEM;
	}
	item->len = (uint32_t)len;
	item->role = (uint8_t)role_of(row->name, strlen(row->name), &dir);
	item->dir = (uint8_t)dir;
	item->symbol = SYMBOL_NONE;
	return 0;
}

int functions_init(struct functions *functions)
{
	static const char other[] = "(other)";

	*functions = (struct functions){.slots = calloc(SLOTS, sizeof(*functions->slots))};
	if (!functions->slots)
		return -ENOMEM;
	return add_function(functions, other, sizeof(other) - 1);
}

void functions_free(struct functions *functions)
{
	size_t i;

	for (i = 0; i < functions->items.len; i++)
		free(functions->items.items[i].text);
	for (i = 0; i < functions->rows.len; i++) {
		free(functions->rows.items[i].name);
		free(functions->rows.items[i].module);
		blocks_pair_free(&functions->rows.items[i].blocks);
	}
	vec_free(&functions->items);
	vec_free(&functions->rows);
	free(functions->slots);
	functions->slots = NULL;
}

static bool is_text(const struct function *item, const char *text, size_t len)
{
	return item->len == len && !memcmp(item->text, text, len);
}

uint32_t functions_find(struct functions *functions, const char *text, size_t len)
{
	uint64_t hash = hash_text(text, len);
	uint64_t tag = hash & 0xffffffff00000000ull;
	uint32_t slot = (uint32_t)hash & (SLOTS - 1), index;

	for (; functions->slots[slot]; slot = (slot + 1) & (SLOTS - 1)) {
		index = (uint32_t)functions->slots[slot] - 1;
		if ((functions->slots[slot] & 0xffffffff00000000ull) == tag &&
		    is_text(&functions->items.items[index], text, len))
			return index;
	}
	if (!is_symbol(text, len))
		return FUNCTION_INVALID;
	if (functions->items.len >= FUNCTIONS_MAX || add_function(functions, text, len)) {
		functions->overflowed++;
		return FUNCTION_OTHER;
	}
	index = (uint32_t)functions->items.len - 1;
	functions->slots[slot] = tag | (index + 1);
	return index;
}

void functions_add_call(struct functions *functions, const struct call *call)
{
	struct report_function *row = &functions->rows.items[call->function];
	struct function *item = &functions->items.items[call->function];

	row->calls++;
	row->total_ns += call->duration_ns;
	row->self_ns += (uint64_t)call->self_ns; /* wraps back: the sum is right */
	hist_add(&row->time, call->duration_ns);
	item->children += call->children;
	item->descendants += call->descendants;
}

void functions_give(struct functions *functions, struct report *report)
{
	size_t i, kept = 0;

	for (i = 0; i < functions->rows.len; i++) {
		struct report_function *row = &functions->rows.items[i];

		if (!row->calls) {
			free(row->name);
			free(row->module);
			continue;
		}
		if ((int64_t)row->self_ns < 0)
			row->self_ns = 0;
		if (kept != i)
			memcpy(&functions->rows.items[kept], row, sizeof(*row));
		kept++;
	}
	report->functions.items = functions->rows.items;
	report->functions.len = kept;
	report->functions.cap = functions->rows.cap;
	functions->rows.items = NULL;
	functions->rows.len = functions->rows.cap = 0;
}
