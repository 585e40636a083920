/* SPDX-License-Identifier: BSD-2-Clause */
/* How the running kernel was configured, as far as a file says so, and which options matter here. */
#ifndef SOURCE_DOCTOR_CONFIG_H
#define SOURCE_DOCTOR_CONFIG_H

#include <stdio.h>

struct doctor_config {
	char path[160];
	char needed[160]; /* options that are not set and without which nothing works; "" */
	char wished[160]; /* options that are not set and make it dearer or poorer; "" */
};

/* 0, or -ENOENT when no file says. */
int doctor_config_read(struct doctor_config *config);

/* The same from an open file of lines like CONFIG_KPROBES=y. */
void doctor_config_parse(struct doctor_config *config, const char *text);

#endif
