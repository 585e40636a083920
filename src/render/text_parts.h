/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of the text report, for each other and nobody else. */
#ifndef RENDER_TEXT_PARTS_H
#define RENDER_TEXT_PARTS_H

#include "render/pen.h"

#define VM_LABEL_LEN 512

/* "VM web1 (pid 4242)"; the name takes `columns` at most. */
char *text_vm(const struct pen *pen, char out[VM_LABEL_LEN], const struct report_queue *queue,
	      unsigned columns);

/* One row per queue. */
void text_summary(struct pen *pen, const struct report *report);
/* Everything about one queue. */
void text_queue(struct pen *pen, const struct report *report, const struct report_queue *queue);
/* Percentiles and histograms of one queue. */
void text_times(struct pen *pen, const struct report_queue *queue);
/* The stages of one queue's runs in a line; nothing when no function was measured. */
void text_stages(struct pen *pen, const struct report *report, const struct report_queue *queue);
/* The functions most often on top of the worker's sampled stacks; nothing without samples. */
void text_samples(struct pen *pen, const struct report *report, const struct report_queue *queue);
/* One row per function; nothing when no function was measured. */
void text_functions(struct pen *pen, const struct report *report);
/* The same functions without what tracing added; nothing when that was not asked for. */
void text_corrected(struct pen *pen, const struct report *report);

#endif
