/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * libbpf's messages: shown with -vv, and otherwise kept so that a refusal can be explained in one
 * line. libbpf has one printer per process, so this keeps one text per process.
 */
#ifndef SOURCE_BPFLOG_H
#define SOURCE_BPFLOG_H

#include <stdbool.h>

void bpflog_install(void);
void bpflog_clear(void);

/* The last warning since bpflog_clear, without its "libbpf: " and line end; "" if there was none. */
const char *bpflog_last(void);

/* The program libbpf last said the kernel refused to load; "" if it said so of none. */
const char *bpflog_refused_program(void);

#endif
