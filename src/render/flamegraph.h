/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of the flame graph share, and nobody else needs. */
#ifndef RENDER_FLAMEGRAPH_H
#define RENDER_FLAMEGRAPH_H

#include "base/sink.h"
#include "render/stacks.h"

#define FLAMEGRAPH_ROW	      18 /* pixels from a frame to the next one above */
#define FLAMEGRAPH_AMOUNT_LEN 64

/* Of the whole picture: the classes of its style are the names of stages, and these. */
#define FLAMEGRAPH_AROUND "around" /* frames around the functions: VM, worker, queue, cause */
#define FLAMEGRAPH_OTHER  "other"  /* functions of no stage */

struct flamegraph {
	struct sink *sink;
	const struct stacks *stacks;
	double *x;	       /* of each stack, as share of the width; NaN = not drawn */
	double largest_change; /* of any frame's own time, scaled */
	uint32_t deepest;      /* of those drawn */
	uint32_t drawn, narrow;
	uint64_t narrow_ns; /* of those too narrow to be drawn: own time */
	uint64_t gone_ns;   /* of those that are in the report before only: own time */
};

/* Where everything goes. 0 or -ENOMEM. `x` is to be freed, whatever happened. */
int flamegraph_lay_out(struct flamegraph *graph, const struct stacks *stacks);

/* One frame with its details, `y` being the top of it. */
void flamegraph_frame(const struct flamegraph *graph, uint32_t stack, unsigned y);

/* "1,234 ns", "12.3 ns per run". Returns `out`. */
char *flamegraph_amount(char out[FLAMEGRAPH_AMOUNT_LEN], const struct stacks *stacks,
			enum stack_side side, uint64_t ns);

/* The colour of a change, from -1 (all of it gone) to 1: "#ff6969". Returns `out`. */
char *flamegraph_change_color(char out[8], double change);

/* The class of a stage. */
const char *flamegraph_stage_class(uint8_t stage);

/* src/render/flamegraph.css and .js, as they are. */
extern const char flamegraph_css[];
extern const char flamegraph_js[];

#endif
