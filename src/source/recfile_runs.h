/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runs of one block, column by column and byte by byte: what hardly changes from run to run then
 * costs next to nothing after compression, and is read without a branch. Pure.
 */
#ifndef SOURCE_RECFILE_RUNS_H
#define SOURCE_RECFILE_RUNS_H

#include "base/sink.h"
#include "source/recfile_field.h"

#include <vhostprof/wire.h>

/* At most RECFILE_RUNS_MAX runs. Out of memory sticks to the sink. */
void runs_pack(struct sink *out, const struct vp_run *runs, uint32_t n);

/*
 * Fills n runs, RECFILE_RUNS_MAX at most; -EBADMSG when the columns do not hold n values. Up to
 * RUNS_OVERREAD bytes behind `in` are read and not used.
 */
#define RUNS_OVERREAD 128u
int runs_unpack(struct bytes in, struct vp_run *runs, uint32_t n);

#endif
