/* SPDX-License-Identifier: BSD-2-Clause */
/* Several guests at once, each its own process, spoken to as one.
 *
 * Knows: how to start them, pass commands on and merge their answers. Refuses to know: rings. */
#ifndef GUEST_HERD_H
#define GUEST_HERD_H

#include "options.h"

int herd_run(const struct options *options, int argc, char **argv);

#endif
