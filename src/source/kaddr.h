/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What lies where in the kernel: all of /proc/kallsyms, by address. Knows what names look like there.
 * Refuses to know what an address is looked up for.
 */
#ifndef SOURCE_KADDR_H
#define SOURCE_KADDR_H

#include "base/vec.h"

#include <stdint.h>
#include <stdio.h>

struct kaddr {
	uint64_t address;
	char *name;   /* NULL: data, where no function is */
	char *module; /* "vhost_net", "bpf"; NULL in the kernel proper */
	uint32_t tag; /* the user's; 0 at first */
};

struct kaddrs {
	char *text;
	VEC(struct kaddr) items; /* by address */
};

/*
 * 0, -errno, or -EACCES when the kernel shows no addresses (kernel.kptr_restrict). After a failure the
 * table is empty and can be used: it knows nothing.
 */
int kaddrs_read(struct kaddrs *kaddrs);
int kaddrs_parse(struct kaddrs *kaddrs, FILE *file);
void kaddrs_free(struct kaddrs *kaddrs);

/* The function that holds this address; NULL where none is known to be. */
struct kaddr *kaddrs_find(const struct kaddrs *kaddrs, uint64_t address);

#endif
