/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a failure travels: a function returns -errno and leaves one line for the user here. The line
 * says what failed, where, and what to do. Knows the exit codes (docs/exit-codes.md); prints nothing.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <stddef.h>

enum exit_code {
	EXIT_OK = 0,
	EXIT_FAILED = 1,      /* input, output or a resource failed */
	EXIT_USAGE = 2,	      /* unknown option, bad option value */
	EXIT_RIGHTS = 3,      /* not root, or a capability is missing */
	EXIT_NO_TARGET = 4,   /* no such process or VM, or it owns no vhost-net device */
	EXIT_UNSUPPORTED = 5, /* vhost_net not loaded, BTF missing, required probe refused */
};

struct err {
	enum exit_code exit_code;
	char text[512];
};

/* Replaces what is in `err`; returns -errno_value so that callers can `return err_set(…)`. */
int err_set(struct err *err, int errno_value, enum exit_code exit_code, const char *format, ...)
	__attribute__((format(printf, 4, 5)));

/* Puts "prefix: " in front of the text that is there. */
void err_prefix(struct err *err, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
