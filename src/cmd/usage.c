// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/usage.h"

#include "base/err.h"
#include "base/log.h"

#include <ctype.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void usage_error(const struct argp_state *state, const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	log_error("%s; see `%s --help`", text, state->name);
	exit(EXIT_USAGE);
}

uint64_t usage_number(const char *arg, uint64_t least, uint64_t most, const char *option,
		      const struct argp_state *state)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(arg, &end, 10);
	if (errno || !isdigit((unsigned char)*arg) || *end || value < least || value > most)
		usage_error(state, "%s takes a whole number from %llu to %llu, not '%s'", option,
			    (unsigned long long)least, (unsigned long long)most, arg);
	return value;
}
