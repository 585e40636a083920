/* SPDX-License-Identifier: BSD-2-Clause */
/* Byte counters of a tap device, wherever its network namespace can be looked into. */
#ifndef SOURCE_NETDEV_H
#define SOURCE_NETDEV_H

#include <stdint.h>
#include <vhostprof/wire.h>

/*
 * Bytes that crossed the queue's device in the queue's direction so far, counted from the guest: its
 * transmissions are what a tap receives. VP_UNKNOWN when the device is in a namespace that is
 * neither ours nor the owner's, or is gone.
 */
uint64_t netdev_queue_bytes(const struct vp_identity *identity, enum vp_dir dir);

#endif
