// SPDX-License-Identifier: BSD-2-Clause
#include "base/log.h"

#include "base/escape.h"

#include <stdarg.h>
#include <stdio.h>

static int verbose_level; /* set once from the command line */

void log_set_verbose(int level)
{
	verbose_level = level;
}

int log_verbose(void)
{
	return verbose_level;
}

__attribute__((format(printf, 2, 0))) static void print_line(const char *kind, const char *format,
							     va_list args)
{
	char raw[1024], safe[2048];

	vsnprintf(raw, sizeof(raw), format, args);
	fprintf(stderr, "vhostprof: %s%s\n", kind, escape_terminal(safe, sizeof(safe), raw));
}

void log_error(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line("", format, args);
	va_end(args);
}

void log_warn(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print_line("warning: ", format, args);
	va_end(args);
}

void log_info(const char *format, ...)
{
	va_list args;

	if (verbose_level < 1)
		return;
	va_start(args, format);
	print_line("", format, args);
	va_end(args);
}
