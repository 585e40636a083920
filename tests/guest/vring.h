/* SPDX-License-Identifier: BSD-2-Clause */
/* The driver's side of one split virtqueue.
 *
 * Knows: descriptors, the avail and used rings, and when a driver has to notify or may be left alone
 * (flags and event index), step for step as Linux's virtio_ring does it.
 * Refuses to know: what the buffers hold, how a doorbell is rung, who the device is. */
#ifndef GUEST_VRING_H
#define GUEST_VRING_H

#include <linux/virtio_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Enough for a 64 KiB frame in pages, and the table of one indirect chain. */
enum { VQ_MAX_SEGS = 20, VQ_ALIGN = 4096 };

struct vq_seg {
	uint64_t addr; /* guest-physical */
	uint32_t len;
};

struct vq {
	struct vring ring;
	bool event_idx;
	struct vring_desc *tables; /* VQ_MAX_SEGS per descriptor; NULL: no indirect descriptors */
	uint64_t tables_addr;
	uint16_t free_head, num_free;
	uint16_t avail_idx, last_used, added, avail_flags;
	uint64_t chains_available, chains_reaped;
};

size_t vq_ring_bytes(uint16_t num);
size_t vq_table_bytes(uint16_t num);
void vq_init(struct vq *vq, uint16_t num, void *ring, bool event_idx);
void vq_use_tables(struct vq *vq, void *tables, uint64_t tables_addr);

/* Makes one chain available. Returns its head, or -ENOSPC. */
int vq_add(struct vq *vq, const struct vq_seg *segs, unsigned int n, bool device_writes);
/* Takes one used chain off the ring; -EAGAIN when there is none. */
int vq_get(struct vq *vq, uint16_t *head, uint32_t *len_bytes);
/* Whether the chains added since the last call must be announced with a doorbell. */
bool vq_kick_prepare(struct vq *vq);

/* Whether the device wants a doorbell for the very next chain: it has seen all of them. */
bool vq_kick_wanted(const struct vq *vq);

void vq_disable_cb(struct vq *vq);
/* Asks for a call at the next used chain; pass the result to vq_more_used to close the race. */
uint16_t vq_enable_cb_prepare(struct vq *vq);
bool vq_more_used(const struct vq *vq, uint16_t seen);
/* Asks for a call once 3/4 of what is outstanding is used; false: that is already so. */
bool vq_enable_cb_delayed(struct vq *vq);

/* All chains the device has used so far, reaped or not. */
uint64_t vq_chains_used(const struct vq *vq);

#endif
