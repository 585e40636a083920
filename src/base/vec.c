// SPDX-License-Identifier: BSD-2-Clause
#include "base/vec.h"

#include <stdint.h>
#include <string.h>

static int grow(void **items, size_t *cap, size_t item_bytes)
{
	size_t wanted = *cap ? *cap * 2 : 8;
	void *moved;

	if (wanted > SIZE_MAX / item_bytes)
		return -1;
	moved = realloc(*items, wanted * item_bytes);
	if (!moved)
		return -1;
	*items = moved;
	*cap = wanted;
	return 0;
}

void *vec_add_raw(void **items, size_t *len, size_t *cap, size_t item_bytes)
{
	char *slot;

	if (*len == *cap && grow(items, cap, item_bytes))
		return NULL;
	slot = (char *)*items + (*len)++ * item_bytes;
	return memset(slot, 0, item_bytes);
}
