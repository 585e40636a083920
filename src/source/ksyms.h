/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The functions of probes.def as this kernel has them: /proc/kallsyms, read once. Knows what a compiler
 * makes of a name, and which modules are ours. Refuses to know how anything attaches.
 */
#ifndef SOURCE_KSYMS_H
#define SOURCE_KSYMS_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define KSYM_LEN    64
#define KMODULE_LEN 32

struct ksym {
	char name[KSYM_LEN];	  /* with what the compiler appended: "get_tx_bufs.constprop.0" */
	char module[KMODULE_LEN]; /* "" in the kernel proper */
	uint64_t address;	  /* 0 when the kernel hides it */
	bool exported;
};

/* Where the code of a module lies: [start, end), with no other symbol in it than the module's. */
struct ktext {
	uint64_t start;
	uint64_t end;
};

enum { KTEXT_VHOST, KTEXT_VHOST_NET, KTEXT_NR };

struct ksyms {
	VEC(struct ksym) functions;
	struct ktext text[KTEXT_NR]; /* start 0: not a module, or hidden */
};

/* 0, -errno, or -ENODATA when the kernel shows no symbols. */
int ksyms_read(struct ksyms *ksyms);
int ksyms_parse(struct ksyms *ksyms, FILE *file);
void ksyms_free(struct ksyms *ksyms);

/*
 * Writes the names of all functions the compiler made of `symbol`, with a space between them; how many
 * there are. What it split off for code that is rarely run (".cold") is no function. The rest of one whose
 * head it inlined into the callers (".part.0") counts only where there is nothing else: it sees some of
 * the calls, and where the whole is there, too, it runs inside that.
 */
unsigned ksyms_clones(const struct ksyms *ksyms, const char *symbol, char *out, size_t size);

/* The function of exactly that name, NULL if there is none. */
const struct ksym *ksyms_find(const struct ksyms *ksyms, const char *name);

#endif
