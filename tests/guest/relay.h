/* SPDX-License-Identifier: BSD-2-Clause */
/* Relay: the rings are joined to a tap whose far side is the kernel's own network stack.
 *
 * Knows: that frames pass unchanged, virtio-net header included. Refuses to know: what is in them. */
#ifndef GUEST_RELAY_H
#define GUEST_RELAY_H

struct options;
struct pair;

int relay_attach(struct pair *pair, const struct options *options);

#endif
