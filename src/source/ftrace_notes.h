/* SPDX-License-Identifier: BSD-2-Clause */
/* What a reader must know about numbers that come from function_graph text: one line each. */
#ifndef SOURCE_FTRACE_NOTES_H
#define SOURCE_FTRACE_NOTES_H

#include "model/reconstruct.h"
#include "model/report.h"
#include "source/input.h"

#include <stdint.h>

struct ftrace_tally {
	uint64_t lines;
	uint64_t calls; /* lines of function_graph itself */
	uint64_t unparsed;
	uint64_t runs;
	uint64_t without_cpu; /* calls that name neither CPU nor task */
	uint64_t backwards;   /* times earlier than one before */
	uint64_t lost_lines;
	uint64_t lost_unknown; /* of those, without a number */
	uint64_t lost;
	uint64_t first_ns, last_ns; /* VP_UNKNOWN without absolute time */
};

/* 0 or -ENOMEM. */
int ftrace_notes(struct report *report, const struct ftrace_tally *tally,
		 const struct reconstruct_loss *loss, uint64_t functions_overflowed,
		 const struct input *input);

#endif
