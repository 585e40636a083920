/* SPDX-License-Identifier: BSD-2-Clause */
/* `vhostprof advise --verify BEFORE AFTER`: did a changed poll-us do what was predicted? */
#ifndef CMD_VERIFY_H
#define CMD_VERIFY_H

#include "cmd/load.h"
#include "cmd/output.h"

/* `poll_after` is VP_UNKNOWN unless the user said it. Returns an exit code. */
int verify_files(char *const paths[2], uint64_t poll_after, const struct load_options *load,
		 const struct output *output);

#endif
