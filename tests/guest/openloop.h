/* SPDX-License-Identifier: BSD-2-Clause */
/* Open loop: packets leave by the clock, whatever becomes of them.
 *
 * Knows: bursts and deadlines, on the guest's side (a vCPU's source) and on the host's (a raw
 * socket). Refuses to know: rings. */
#ifndef GUEST_OPENLOOP_H
#define GUEST_OPENLOOP_H

#include <stdint.h>

struct options;
struct pair;

int openloop_attach(struct pair *pair, const struct options *options);

/* Sends to the tap from the host; blocks until the last packet. Counts what the tap took. */
int openloop_feed_tap(const struct options *options, uint64_t *sent, uint64_t *refused);

#endif
