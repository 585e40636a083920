/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that decide how a report is printed, shared by all commands that print one. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "render/render.h"

#include <argp.h>

struct output {
	const struct renderer *renderer;
	struct render_options options;
	const char *color; /* "auto", "always", "never" */
	unsigned width;	   /* 0 = the terminal's */
};

/* A child parser for argp: --format, --color, --width, -v. Its input is a struct output. */
extern const struct argp output_argp;

/* Prints one report on stdout; returns an exit code. */
int output_report(const struct output *output, const struct report *report);

#endif
