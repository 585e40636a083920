/* SPDX-License-Identifier: BSD-2-Clause */
/* One vhost-net device: the ioctls of /dev/vhost-net, in the order QEMU issues them.
 *
 * Knows: the kernel interface. Refuses to know: what goes through the rings.
 * Every function returns 0 or -errno after saying on stderr which call failed. */
#ifndef GUEST_VHOST_H
#define GUEST_VHOST_H

#include <stddef.h>
#include <stdint.h>

struct vring;

struct vhost_ring {
	unsigned int index; /* 0 receives, 1 transmits: vhost-net's own numbering */
	const struct vring *ring;
	int kick_fd, call_fd;
	uint32_t busyloop_us;
};

/* Opens the device and makes the calling thread its owner: the kernel names the worker after it. */
int vhost_open(int *fd);
/* Acknowledges what is both wanted and offered. */
int vhost_negotiate(int fd, uint64_t wanted, uint64_t *acked);
/* Maps [mem, mem + bytes) at guest-physical address 0. */
int vhost_map(int fd, const void *mem, size_t bytes);
int vhost_set_ring(int fd, const struct vhost_ring *ring);
int vhost_set_backend(int fd, int tap_fd);
/* Returns when the worker has finished all that was queued before, its calls included. */
int vhost_flush(int fd);

#endif
