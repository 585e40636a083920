// SPDX-License-Identifier: BSD-2-Clause
/* See vhost.h. */
#include "vhost.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/vhost.h>
#include <linux/virtio_ring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int call(int fd, unsigned long request, const char *name, void *arg)
{
	if (ioctl(fd, request, arg) == 0)
		return 0;
	fprintf(stderr, "vguest: %s: %s\n", name, strerror(errno));
	return -errno;
}
#define CALL(fd, request, arg) call(fd, request, #request, arg)

int vhost_open(int *fd)
{
	int opened = open("/dev/vhost-net", O_RDWR | O_CLOEXEC);
	int err;

	if (opened < 0) {
		err = -errno;
		fprintf(stderr, "vguest: /dev/vhost-net: %s\n", strerror(errno));
		return err;
	}
	err = CALL(opened, VHOST_SET_OWNER, NULL);
	if (err) {
		close(opened);
		return err;
	}
	*fd = opened;
	return 0;
}

int vhost_negotiate(int fd, uint64_t wanted, uint64_t *acked)
{
	uint64_t features;
	int err = CALL(fd, VHOST_GET_FEATURES, &features);

	if (err)
		return err;
	features &= wanted;
	err = CALL(fd, VHOST_SET_FEATURES, &features);
	if (!err)
		*acked = features;
	return err;
}

int vhost_map(int fd, const void *mem, size_t bytes)
{
	struct vhost_memory *table = calloc(1, sizeof(*table) + sizeof(table->regions[0]));
	int err;

	if (!table)
		return -ENOMEM;
	table->nregions = 1;
	table->regions[0].memory_size = bytes;
	table->regions[0].userspace_addr = (uintptr_t)mem;
	err = CALL(fd, VHOST_SET_MEM_TABLE, table);
	free(table);
	return err;
}

static int set_addresses(int fd, const struct vhost_ring *r)
{
	struct vhost_vring_addr addr = {
		.index = r->index,
		.desc_user_addr = (uintptr_t)r->ring->desc,
		.avail_user_addr = (uintptr_t)r->ring->avail,
		.used_user_addr = (uintptr_t)r->ring->used,
	};

	return CALL(fd, VHOST_SET_VRING_ADDR, &addr);
}

static int set_eventfds(int fd, const struct vhost_ring *r)
{
	struct vhost_vring_file kick = {.index = r->index, .fd = r->kick_fd};
	struct vhost_vring_file signal = {.index = r->index, .fd = r->call_fd};
	int err = CALL(fd, VHOST_SET_VRING_KICK, &kick);

	return err ? err : CALL(fd, VHOST_SET_VRING_CALL, &signal);
}

int vhost_set_ring(int fd, const struct vhost_ring *r)
{
	struct vhost_vring_state size = {.index = r->index, .num = r->ring->num};
	struct vhost_vring_state base = {.index = r->index};
	struct vhost_vring_state busyloop = {.index = r->index, .num = r->busyloop_us};
	int err = CALL(fd, VHOST_SET_VRING_NUM, &size);

	if (!err)
		err = CALL(fd, VHOST_SET_VRING_BASE, &base);
	if (!err)
		err = set_addresses(fd, r);
	if (!err)
		err = set_eventfds(fd, r);
	if (!err && r->busyloop_us)
		err = CALL(fd, VHOST_SET_VRING_BUSYLOOP_TIMEOUT, &busyloop);
	return err;
}

int vhost_set_backend(int fd, int tap_fd)
{
	for (unsigned int index = 0; index < 2; index++) {
		struct vhost_vring_file backend = {.index = index, .fd = tap_fd};
		int err = CALL(fd, VHOST_NET_SET_BACKEND, &backend);

		if (err)
			return err;
	}
	return 0;
}

int vhost_flush(int fd)
{
	/* "No log fd" changes nothing here, but vhost-net flushes its worker after every
	 * device-level ioctl that it accepts. */
	int none = -1;

	return CALL(fd, VHOST_SET_LOG_FD, &none);
}
