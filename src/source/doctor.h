/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Whether this host can be profiled, and what is missing, without loading anything: it works without
 * rights, and says what it cannot see then. Knows where the kernel tells what it can; prints nothing.
 */
#ifndef SOURCE_DOCTOR_H
#define SOURCE_DOCTOR_H

#include "base/err.h"
#include "base/vec.h"

enum doctor_verdict {
	DOCTOR_OK,
	DOCTOR_NOTE, /* it works, with something to know */
	DOCTOR_UNKNOWN,
	DOCTOR_LACK, /* nothing can be profiled until this is put right */
	DOCTOR_VERDICT_NR,
};

struct doctor_check {
	const char *name;
	enum doctor_verdict verdict;
	enum exit_code exit_code; /* of a lack */
	char found[240];
	char fix[160]; /* "" when there is nothing to do */
};

typedef VEC(struct doctor_check) doctor_checks;

/* All checks, in the order to read them; -ENOMEM. The caller frees with vec_free. */
int doctor_examine(doctor_checks *checks);

/* EXIT_OK, or what a profile would end with now. */
enum exit_code doctor_exit_code(const doctor_checks *checks);

/* "ok", "note", "unknown", "lack". */
const char *doctor_verdict_name(enum doctor_verdict verdict);

#endif
