/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What this kernel has for each row of probes.def, looked up before anything is loaded, so that the
 * first load is the last one as a rule. Knows symbols, BTF and who calls whom. What could not be looked
 * up is left to trying.
 */
#ifndef SOURCE_ATTACH_CHOOSE_H
#define SOURCE_ATTACH_CHOOSE_H

#include "source/attach.h"
#include "source/kbtf.h"
#include "source/kcode.h"
#include "source/ksyms.h"

struct btf_source {
	const char *name; /* "vmlinux" or a module's */
	bool looked;
	int error; /* why there is none */
	struct kbtf btf;
	int fd; /* of the module's BTF object; 0 for the kernel proper, as the kernel takes it */
};

enum { BTF_SOURCES = 5 };

struct facts {
	enum rung first_rung;
	struct ksyms ksyms;
	struct kcode kcode;
	bool symbols_known;
	int code_error; /* 0: who calls what can be told */
	struct btf_source btf[BTF_SOURCES];
};

void facts_gather(struct facts *facts, enum rung first_rung);
void facts_free(struct facts *facts); /* closes the descriptors the rows' btf_fd are */

/* Gives the row its functions and its first rung, or says why there is none. */
void choose_row(struct facts *facts, enum probe_id id, struct probe_state *state);

#endif
