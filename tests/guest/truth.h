/* SPDX-License-Identifier: BSD-2-Clause */
/* What truly happened on a queue, counted by the one thread that made it happen.
 *
 * Knows: the counters and their JSON form. Refuses to know: how they come about. */
#ifndef GUEST_TRUTH_H
#define GUEST_TRUTH_H

#include <json-c/json.h>
#include <stdint.h>

struct truth {
	uint64_t doorbells;	   /* writes of 1 to the kick eventfd */
	uint64_t kicks_suppressed; /* kick attempts the device had asked not to make */
	uint64_t chains_available;
	uint64_t chains_used;	 /* from the used ring's index, reaped or not */
	uint64_t packets;	 /* tx: made available; rx: taken off the used ring */
	uint64_t bytes;		 /* frames as on the wire, without the virtio-net header */
	uint64_t calls_received; /* sum of the values read from the call eventfd */
	uint64_t ring_full;	 /* tx: how often the driver had to stop for want of descriptors */
};

struct json_object *truth_to_json(const struct truth *truth);

/* The kernel's own count of the writes to an eventfd nobody reads; UINT64_MAX when unknown. */
uint64_t eventfd_count(int fd);

#endif
