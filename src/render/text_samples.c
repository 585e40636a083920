// SPDX-License-Identifier: BSD-2-Clause
/* Knows how it is shown where a queue's worker was found most often. */
#include "render/text_parts.h"

#include "base/units.h"
#include "model/sample_top.h"
#include "render/number.h"

#include <stdio.h>

#define INDENT	      2
#define SHARE_COLUMNS 8
#define COUNT_COLUMNS 9
#define NAME_COLUMNS  50

static void print_row(struct pen *pen, const struct symbol *symbol, uint64_t samples, uint64_t all)
{
	char share[NUMBER_LEN], count[UNITS_LEN], name[256], module[128], text[400];

	pen_to(pen, INDENT);
	pen_right(pen, STYLE_PLAIN, number_share(share, number_ratio(samples, all)), SHARE_COLUMNS);
	pen_right(pen, STYLE_PLAIN, units_count(count, samples), COUNT_COLUMNS);
	pen_foreign(pen, name, sizeof(name), symbol->name, NAME_COLUMNS);
	pen_foreign(pen, module, sizeof(module), symbol->module, NAME_COLUMNS / 3);
	if (symbol->module)
		snprintf(text, sizeof(text), "  %s [%s]", name, module);
	else
		snprintf(text, sizeof(text), "  %s", name);
	pen_text(pen, STYLE_PLAIN, text);
	pen_newline(pen);
}

static void print_head(struct pen *pen, const struct sample_top *top)
{
	char count[NUMBER_LEN], period[UNITS_LEN], title[96];

	pen_newline(pen);
	pen_to(pen, INDENT);
	pen_right(pen, STYLE_LABEL, "self", SHARE_COLUMNS);
	pen_right(pen, STYLE_LABEL, "samples", COUNT_COLUMNS);
	snprintf(title, sizeof(title), "  on top of the stack, of %s samples of %s each",
		 number_exact(count, top->samples), units_duration(period, top->period_ns));
	pen_text(pen, STYLE_LABEL, title);
	pen_newline(pen);
}

void text_samples(struct pen *pen, const struct report *report, const struct report_queue *queue)
{
	struct sample_top top;

	if (sample_top(report, queue, &top)) {
		pen_text(pen, STYLE_BAD, "out of memory: the samples are not shown");
		pen_newline(pen);
		return;
	}
	if (!top.samples)
		return;
	print_head(pen, &top);
	for (uint32_t i = 0; i < top.len; i++)
		print_row(pen, symbols_at(&report->symbols, top.rows[i].symbol),
			  top.rows[i].samples, top.samples);
}
