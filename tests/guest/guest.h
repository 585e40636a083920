/* SPDX-License-Identifier: BSD-2-Clause */
/* One guest: memory, taps and, per queue pair, a vhost-net device with its driver.
 *
 * Knows: how they are put together. Refuses to know: threads, commands, other guests. */
#ifndef GUEST_GUEST_H
#define GUEST_GUEST_H

#include "driver.h"
#include "options.h"

#include <stdbool.h>
#include <sys/types.h>

/* Where a vCPU gets the frames it sends. */
struct source {
	int fd;		  /* readable when there is something to send; -1: look again and again */
	bool endless;	  /* has no end of its own */
	uint32_t away_us; /* relay: let frames gather for so long once all were sent */
	bool drained;
	void *state;
	void (*start)(struct source *source);
	/* Sends what is due while the ring has room; false: that was the last. */
	bool (*produce)(struct source *source, struct driver *driver);
};

struct pair {
	unsigned int index;
	int vhost_fd, tap_fd, nic_fd;
	pid_t worker_tid, vcpu_tid;
	struct driver driver;
	struct source source;
	uint64_t nic_drops;			 /* relay: received frames the nic refused */
	bool stuck;				 /* the rings did not become quiet in time */
	struct truth rx, tx, rx_setup, tx_setup; /* copied by the vCPU when asked */
};

struct guest {
	const struct options *options;
	struct guest_mem mem;
	uint64_t features;
	struct pair pairs[MAX_QUEUES];
};

int guest_build(struct guest *guest, const struct options *options);
/* Frees the bookkeeping; the kernel lets go of the rest when the process ends. */
void guest_free(struct guest *guest);
struct json_object *guest_to_json(const struct guest *guest);

#endif
