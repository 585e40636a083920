// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/usage.h"

#include "base/err.h"
#include "base/log.h"

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
