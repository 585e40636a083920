/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that decide how a report is printed, shared by all commands that print one. */
#ifndef CMD_OUTPUT_H
#define CMD_OUTPUT_H

#include "render/render.h"
#include "render/run_stream.h"

#include <argp.h>

struct output {
	const struct renderer *renderer;
	const struct stream_renderer *stream; /* if --format takes runs one by one; else NULL */
	bool formatted;			      /* there was a --format */
	enum run_metric metric;
	struct render_options options;
	const char *color; /* "auto", "always", "never" */
	unsigned width;	   /* 0 = the terminal's */
	enum normalize normalize;
};

/* A child parser for argp: --format, --metric, --normalize, --color, --width, -v. Its input is a struct output. */
extern const struct argp output_argp;

/* For commands that have not all formats: any other is a usage error. `formats` ends with NULL. */
void output_only(const struct output *output, const char *const *formats,
		 const struct argp_state *state);

/* Prints one report on stdout; returns an exit code. */
int output_report(const struct output *output, const struct report *report);

/* The parts of it: what the format cannot say of the loss, on stderr; and the end, with an exit code. */
void output_loss(const struct output *output, const struct report *report);
/* Whatever the format: one warning, if anything was lost. `source` may be NULL. */
void output_warn_loss(const char *source, const struct report_loss *loss);
int output_end(struct sink *sink);

#endif
