/* SPDX-License-Identifier: BSD-2-Clause */
/* What is said about a wrong command line: one line, escaped, exit code 2. */
#ifndef CMD_USAGE_H
#define CMD_USAGE_H

#include <argp.h>
#include <stdint.h>

/* As argp_error(3), but safe to print what the user typed. Does not return. */
void usage_error(const struct argp_state *state, const char *format, ...)
	__attribute__((format(printf, 2, 3), noreturn));

/* A whole number in a range; anything else is a usage error. */
uint64_t usage_number(const char *arg, uint64_t least, uint64_t most, const char *option,
		      const struct argp_state *state);

#endif
