/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Questions about a log-linear histogram (struct vp_hist, include/vhostprof/wire.h) and the same
 * recording rule as in BPF. Pure.
 */
#ifndef MODEL_HIST_H
#define MODEL_HIST_H

#include <stdint.h>
#include <vhostprof/wire.h>

void hist_add(struct vp_hist *hist, uint64_t value);
/* Adds what `from` counted to `into`. */
void hist_merge(struct vp_hist *into, const struct vp_hist *from);

/*
 * The value below or at which the share `q` (0 … 1) of all values lies, by nearest rank: the middle of the
 * bucket that holds the ceil(q * count)-th smallest value, kept within [min, max]. Off by at most
 * VP_HIST_RELATIVE_ERROR of the true value. VP_UNKNOWN when the histogram is empty.
 */
uint64_t hist_percentile(const struct vp_hist *hist, double q);

/* The mean; VP_UNKNOWN when empty. */
uint64_t hist_mean(const struct vp_hist *hist);

/* How many values lie at or below `value`; exact when `value` is the last of its bucket. */
uint64_t hist_count_upto(const struct vp_hist *hist, uint64_t value);

#endif
