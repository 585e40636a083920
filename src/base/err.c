// SPDX-License-Identifier: BSD-2-Clause
#include "base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int err_set(struct err *err, int errno_value, enum exit_code exit_code, const char *format, ...)
{
	va_list args;

	err->exit_code = exit_code;
	va_start(args, format);
	vsnprintf(err->text, sizeof(err->text), format, args);
	va_end(args);
	return -errno_value;
}

void err_prefix(struct err *err, const char *format, ...)
{
	char joined[sizeof(err->text)];
	va_list args;
	size_t used;

	va_start(args, format);
	vsnprintf(joined, sizeof(joined), format, args);
	va_end(args);
	used = strlen(joined);
	if (snprintf(joined + used, sizeof(joined) - used, ": %s", err->text) >=
	    (int)(sizeof(joined) - used))
		memcpy(joined + sizeof(joined) - 4, "...", 4);
	memcpy(err->text, joined, sizeof(err->text));
}
