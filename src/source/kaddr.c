// SPDX-License-Identifier: BSD-2-Clause
#include "source/kaddr.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTION_MOST_BYTES 65536 /* further behind its start an address is somebody else's */

/* "ffffffffc0332cc0 t handle_rx_kick\t[vhost_net]", cut up in place. */
static bool parse_line(char *text, struct kaddr *kaddr)
{
	char *end, *module;

	kaddr->address = strtoull(text, &end, 16);
	if (end == text || end[0] != ' ' || !end[1] || end[2] != ' ' || !end[3])
		return false;
	kaddr->name = strchr("tTwW", end[1]) ? end + 3 : NULL;
	module = strchr(end + 3, '\t');
	if (!module)
		return true;
	*module++ = '\0';
	if (*module == '[') {
		module[strcspn(module, "]")] = '\0';
		kaddr->module = module + 1;
	}
	return true;
}

static int parse(struct kaddrs *kaddrs)
{
	char *next = kaddrs->text, *line;

	while ((line = strsep(&next, "\n"))) {
		struct kaddr kaddr = {0}, *added;

		if (!*line)
			continue;
		if (!parse_line(line, &kaddr))
			return -EPROTO;
		if (!kaddr.address) /* of a CPU's own memory, or hidden */
			continue;
		added = vec_add(&kaddrs->items);
		if (!added)
			return -ENOMEM;
		*added = kaddr;
	}
	return 0;
}

/* Of several names for one address the last one counts, which is to be one of a function. */
static int by_address(const void *left, const void *right)
{
	const struct kaddr *a = left, *b = right;

	if (a->address != b->address)
		return a->address < b->address ? -1 : 1;
	if (!a->name != !b->name)
		return a->name ? 1 : -1;
	return a->name ? strcmp(b->name, a->name) : 0;
}

int kaddrs_parse(struct kaddrs *kaddrs, FILE *file)
{
	size_t cap = 0;
	int error = 0;

	*kaddrs = (struct kaddrs){0};
	if (getdelim(&kaddrs->text, &cap, '\0', file) < 0)
		error = ferror(file) ? -EIO : -ENODATA;
	if (!error)
		error = parse(kaddrs);
	if (!error && !kaddrs->items.len)
		error = -EACCES;
	if (error) {
		kaddrs_free(kaddrs);
		return error;
	}
	qsort(kaddrs->items.items, kaddrs->items.len, sizeof(struct kaddr), by_address);
	return 0;
}

int kaddrs_read(struct kaddrs *kaddrs)
{
	cleanup_file FILE *file = fopen("/proc/kallsyms", "re");

	*kaddrs = (struct kaddrs){0};
	return file ? kaddrs_parse(kaddrs, file) : -errno;
}

void kaddrs_free(struct kaddrs *kaddrs)
{
	vec_free(&kaddrs->items);
	free(kaddrs->text);
	kaddrs->text = NULL;
}

struct kaddr *kaddrs_find(const struct kaddrs *kaddrs, uint64_t address)
{
	size_t low = 0, high = kaddrs->items.len;
	struct kaddr *found;

	while (low < high) { /* the first one behind it */
		size_t middle = low + (high - low) / 2;

		if (kaddrs->items.items[middle].address <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low)
		return NULL;
	found = &kaddrs->items.items[low - 1];
	return found->name && address - found->address < FUNCTION_MOST_BYTES ? found : NULL;
}
