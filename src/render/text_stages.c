// SPDX-License-Identifier: BSD-2-Clause
/* Knows how a queue's service time is divided among the stages of its runs, in a line. */
#include "render/text_parts.h"

#include "model/probe.h"
#include "render/number.h"

#include <stdio.h>

#define INDENT	      2
#define LABEL_COLUMNS 12

struct share {
	enum vp_stage stage;
	uint64_t self_ns;
};

/* Largest first; equal ones in the order of a run. */
static void sort_shares(struct share shares[VP_STAGE_NR])
{
	int i, j;

	for (i = 1; i < VP_STAGE_NR; i++)
		for (j = i; j && shares[j - 1].self_ns < shares[j].self_ns; j--) {
			struct share swap = shares[j];

			shares[j] = shares[j - 1];
			shares[j - 1] = swap;
		}
}

void text_stages(struct pen *pen, const struct report *report, const struct report_queue *queue)
{
	uint64_t self_ns[VP_STAGE_NR], sum_ns = 0;
	struct share shares[VP_STAGE_NR];
	char text[64];
	int i;

	if (!report_stages(report, queue, self_ns))
		return;
	for (i = 0; i < VP_STAGE_NR; i++) {
		shares[i] = (struct share){(enum vp_stage)i, self_ns[i]};
		sum_ns += self_ns[i];
	}
	sort_shares(shares);
	pen_to(pen, INDENT);
	pen_left(pen, STYLE_LABEL, "stages", LABEL_COLUMNS);
	for (i = 0; i < VP_STAGE_NR && shares[i].self_ns; i++) {
		snprintf(text, sizeof(text), "%s %.1f %%", probe_stage_name(shares[i].stage),
			 100 * number_ratio(shares[i].self_ns, sum_ns));
		pen_item(pen, STYLE_PLAIN, INDENT + LABEL_COLUMNS, ", ", text);
	}
	pen_newline(pen);
}
