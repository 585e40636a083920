/* SPDX-License-Identifier: BSD-2-Clause */
/* One word for why a run began and how it ended: the words of the JSON report. */
#ifndef RENDER_RUN_WORDS_H
#define RENDER_RUN_WORDS_H

#include <vhostprof/wire.h>

const char *run_word_cause(const struct vp_run *run);
const char *run_word_end(const struct vp_run *run);

#endif
