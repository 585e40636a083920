/* SPDX-License-Identifier: BSD-2-Clause */
/* A tap device: opening its queues, here or in a network namespace, and reading its counters.
 *
 * Knows: /dev/net/tun and sysfs. Refuses to know: rings, vhost, addresses and routes. */
#ifndef GUEST_TAP_H
#define GUEST_TAP_H

#include <stdbool.h>
#include <stdint.h>

/* Length of the virtio-net header in front of every frame (num_buffers included). */
enum { VNET_HDR_BYTES = 12 };

struct tap_spec {
	const char *name;
	const char *netns; /* NULL: the caller's */
	unsigned int queues;
	bool offloads;
};

struct tap_counters {
	uint64_t rx_packets, rx_bytes, rx_dropped, tx_packets, tx_bytes, tx_dropped;
};

/* Attaches `queues` file descriptors, creating the device when it is not there, and brings it up. */
int tap_open(const struct tap_spec *spec, int *fds);
int tap_read_counters(const char *name, struct tap_counters *counters);

#endif
