/* SPDX-License-Identifier: BSD-2-Clause */
/* One virtqueue with its buffers, eventfds and counters, carved from the guest's memory.
 *
 * Knows: where buffers live, how the doorbell is rung and the call read.
 * Refuses to know: when to do either; that is the driver's affair. */
#ifndef GUEST_QUEUE_H
#define GUEST_QUEUE_H

#include "truth.h"
#include "vring.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The guest's RAM: one mapping, handed out front to back, never taken back. */
struct guest_mem {
	uint8_t *base;
	size_t bytes, taken;
};

int guest_mem_map(struct guest_mem *mem, size_t bytes);

struct queue_spec {
	uint16_t num;
	bool event_idx, indirect;
	uint32_t slot_bytes; /* room for one buffer */
};

struct queue {
	struct vq vq;
	int kick_fd, call_fd;
	uint8_t *slots;
	uint64_t slots_addr;
	uint32_t slot_bytes;
	uint16_t *slot_of_head, *free_slots;
	uint16_t num_free_slots;
	struct truth truth;
};

size_t queue_mem_bytes(const struct queue_spec *spec);
int queue_init(struct queue *q, const struct queue_spec *spec, struct guest_mem *mem);
void queue_free(struct queue *q);

uint8_t *queue_slot(const struct queue *q, uint16_t slot);
/* A buffer slot no chain uses; only valid while fewer than `num` chains are in flight. */
uint16_t queue_take_slot(struct queue *q);
/* Gives the first len_bytes of the slot to the device, split into segments of segment_bytes. */
int queue_offer(struct queue *q, uint16_t slot, uint32_t len_bytes, uint32_t segment_bytes,
		bool device_writes);
/* Takes a used chain; its slot stays valid until queue_put_slot. */
int queue_reap(struct queue *q, uint16_t *slot, uint32_t *len_bytes);
void queue_put_slot(struct queue *q, uint16_t slot);

/* Rings the doorbell if the device wants it, or in any case when forced. */
void queue_kick(struct queue *q, bool force);
/* Reads the call eventfd; true when the device had called. */
bool queue_read_calls(struct queue *q);
struct truth queue_truth(const struct queue *q);

#endif
