/* SPDX-License-Identifier: BSD-2-Clause */
/* One guest from set-up to the last line, driven by commands.
 *
 * Knows: what go, stat and quit mean in each mode. Refuses to know: other guests. */
#ifndef GUEST_SESSION_H
#define GUEST_SESSION_H

#include "options.h"

int session_run(const struct options *options);

#endif
