/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The runs of one block, column by column, and what they spent on each stage where that was measured. Pure.
 */
#ifndef SOURCE_RECFILE_RUNS_H
#define SOURCE_RECFILE_RUNS_H

#include "base/sink.h"
#include "source/recfile_column.h"
#include "source/recfile_field.h"

#include <vhostprof/wire.h>

/* Up to so many bytes behind a block's payload are read and not used. */
#define RUNS_OVERREAD COLUMN_PIECE

/* At most RECFILE_RUNS_MAX runs. Out of memory sticks to the sink. */
void runs_pack(struct sink *out, const struct vp_run *runs, uint32_t n);
/* Behind the runs, one for each; NULL = not measured. */
void stages_pack(struct sink *out, const struct vp_stages *stages, uint32_t n);

/*
 * Fills n runs, RECFILE_RUNS_MAX at most, and takes their bytes off the front of `in`; -EBADMSG when the
 * columns do not hold n values. What an older writer did not know of is unknown.
 */
int runs_unpack(struct bytes *in, struct vp_run *runs, uint32_t n);
/* From what runs_unpack has left: 1; 0, nothing filled in, when stages were not measured; -EBADMSG. */
int stages_unpack(struct bytes *in, struct vp_stages *stages, uint32_t n);

#endif
