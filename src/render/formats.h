/* SPDX-License-Identifier: BSD-2-Clause */
/* The entry of each format, for the table in render.c and nobody else. */
#ifndef RENDER_FORMATS_H
#define RENDER_FORMATS_H

#include "render/render.h"

void text_report(struct sink *sink, const struct report *report,
		 const struct render_options *options);
void json_report(struct sink *sink, const struct report *report,
		 const struct render_options *options);
void csv_report(struct sink *sink, const struct report *report,
		const struct render_options *options);
void folded_report(struct sink *sink, const struct report *report,
		   const struct render_options *options);
void flamegraph_report(struct sink *sink, const struct report *report,
		       const struct render_options *options);
void perf_script_report(struct sink *sink, const struct report *report,
			const struct render_options *options);

#endif
