/* SPDX-License-Identifier: BSD-2-Clause */
/* What times are divided by on request. Knows nothing of trees. */
#ifndef RENDER_STACKS_SCALE_H
#define RENDER_STACKS_SCALE_H

#include "base/err.h"
#include "render/render.h"

/* "ns", "ns per run", …: the unit of what has been divided. */
const char *normalize_unit(enum normalize normalize);

/* The factor for all times of this report. 0, or -errno and what the report does not know. */
int normalize_scale(const struct report *report, enum normalize normalize, double *scale,
		    struct err *err);

#endif
