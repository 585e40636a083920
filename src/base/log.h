/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One-line messages on stderr, in the form "vhostprof: …". Control characters in what is printed
 * are escaped: a VM name or a file's content cannot drive the terminal.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

void log_set_verbose(int level); /* 0 errors and warnings, 1 -v, 2 -vv (libbpf's own messages) */
int log_verbose(void);

void log_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *format, ...) __attribute__((format(printf, 1, 2))); /* only with -v */

#endif
