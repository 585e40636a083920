/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A growing array of any type:
 *
 *   VEC(struct thing) things = VEC_INIT;
 *   struct thing *slot = vec_add(&things);   // zeroed, NULL when out of memory
 *   vec_foreach(thing, &things) …
 *   vec_free(&things);
 *
 * Adding may move the items: keep indexes, not pointers, across vec_add.
 */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include <stddef.h>
#include <stdlib.h>

#define VEC(type)            \
	struct {             \
		type *items; \
		size_t len;  \
		size_t cap;  \
	}
#define VEC_INIT           \
	{                  \
		NULL, 0, 0 \
	}

/* Makes room for one more item and zeroes it; NULL when out of memory. */
void *vec_add_raw(void **items, size_t *len, size_t *cap, size_t item_bytes);

#define vec_add(vec)                                                                             \
	((__typeof__((vec)->items))vec_add_raw((void **)&(vec)->items, &(vec)->len, &(vec)->cap, \
					       sizeof(*(vec)->items)))
/*
 * "+ 0" keeps the item writable when the vector is const. An empty vector has no items to point to:
 * clang's sanitizer minds NULL + 0.
 */
#define vec_foreach(item, vec)                                 \
	for (__typeof__((vec)->items + 0) item = (vec)->items; \
	     (vec)->len && item < (vec)->items + (vec)->len; item++)
#define vec_free(vec)                        \
	do {                                 \
		free((vec)->items);          \
		(vec)->items = NULL;         \
		(vec)->len = (vec)->cap = 0; \
	} while (0)

#endif
