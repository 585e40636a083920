/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Functions in the kernel's BTF: their ids and how many arguments they take. A walk over the raw bytes,
 * because libbpf's look-up by name costs a pass over the whole kernel's types for each name. Knows the
 * format (Documentation/bpf/btf.rst). Refuses to know programs.
 */
#ifndef SOURCE_KBTF_H
#define SOURCE_KBTF_H

#include <stddef.h>
#include <stdint.h>

struct kbtf {
	char *bytes;
	size_t len;
	const struct kbtf *base; /* NULL for the kernel proper; must outlive this one */
	uint32_t first_id; /* of its own types: those of a module go on where the kernel's end */
	uint32_t first_string; /* the same for offsets of names */
	uint32_t ids;	       /* all ids are below */
	uint32_t strings;      /* all offsets of names are below */
};

struct kbtf_function {
	uint32_t id;
	unsigned nargs;
};

/* Reads /sys/kernel/btf/NAME; `base` is the kernel's own for a module, NULL for that. 0 or -errno. */
int kbtf_read(struct kbtf *btf, const char *name, const struct kbtf *base);
/* The same from memory, which it takes over if it succeeds. */
int kbtf_parse(struct kbtf *btf, char *bytes, size_t len, const struct kbtf *base);
void kbtf_free(struct kbtf *btf);

/* 0 or -ENOENT. */
int kbtf_find(const struct kbtf *btf, const char *name, struct kbtf_function *found);

#endif
