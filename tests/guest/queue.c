// SPDX-License-Identifier: BSD-2-Clause
/* See queue.h. */
#define _GNU_SOURCE
#include "queue.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MEM_ALIGN = 4096 };

static size_t aligned(size_t bytes)
{
	return (bytes + MEM_ALIGN - 1) / MEM_ALIGN * MEM_ALIGN;
}

int guest_mem_map(struct guest_mem *mem, size_t bytes)
{
	void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		return -errno;
	*mem = (struct guest_mem){.base = base, .bytes = bytes};
	return 0;
}

static void *take(struct guest_mem *mem, size_t bytes, uint64_t *addr)
{
	*addr = mem->taken;
	mem->taken += aligned(bytes);
	if (mem->taken > mem->bytes)
		abort(); /* the caller sized the memory with queue_mem_bytes */
	return mem->base + *addr;
}

size_t queue_mem_bytes(const struct queue_spec *spec)
{
	return aligned(vq_ring_bytes(spec->num)) + aligned(vq_table_bytes(spec->num)) +
	       aligned((size_t)spec->num * spec->slot_bytes);
}

static int open_eventfds(struct queue *q)
{
	q->kick_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (q->kick_fd < 0)
		return -errno;
	q->call_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return q->call_fd < 0 ? -errno : 0;
}

static int init_slots(struct queue *q, uint16_t num)
{
	q->slot_of_head = calloc(num, sizeof(*q->slot_of_head));
	q->free_slots = calloc(num, sizeof(*q->free_slots));
	if (!q->slot_of_head || !q->free_slots)
		return -ENOMEM;
	for (uint16_t i = 0; i < num; i++)
		queue_put_slot(q, (uint16_t)(num - 1 - i));
	return 0;
}

int queue_init(struct queue *q, const struct queue_spec *spec, struct guest_mem *mem)
{
	uint64_t addr;
	int err;

	*q = (struct queue){.slot_bytes = spec->slot_bytes};
	vq_init(&q->vq, spec->num, take(mem, vq_ring_bytes(spec->num), &addr), spec->event_idx);
	if (spec->indirect) {
		void *tables = take(mem, vq_table_bytes(spec->num), &addr);

		vq_use_tables(&q->vq, tables, addr);
	}
	q->slots = take(mem, (size_t)spec->num * spec->slot_bytes, &q->slots_addr);
	err = init_slots(q, spec->num);
	return err ? err : open_eventfds(q);
}

void queue_free(struct queue *q)
{
	free(q->slot_of_head);
	free(q->free_slots);
}

uint8_t *queue_slot(const struct queue *q, uint16_t slot)
{
	return q->slots + (size_t)slot * q->slot_bytes;
}

uint16_t queue_take_slot(struct queue *q)
{
	return q->free_slots[--q->num_free_slots];
}

void queue_put_slot(struct queue *q, uint16_t slot)
{
	q->free_slots[q->num_free_slots++] = slot;
}

int queue_offer(struct queue *q, uint16_t slot, uint32_t len_bytes, uint32_t segment_bytes,
		bool device_writes)
{
	struct vq_seg segs[VQ_MAX_SEGS];
	uint64_t addr = q->slots_addr + (uint64_t)slot * q->slot_bytes;
	unsigned int n = 0;
	int head;

	for (uint32_t at = 0; at < len_bytes && n < VQ_MAX_SEGS; at += segment_bytes, n++) {
		uint32_t left = len_bytes - at;

		segs[n].addr = addr + at;
		segs[n].len = left < segment_bytes ? left : segment_bytes;
	}
	head = vq_add(&q->vq, segs, n, device_writes);
	if (head < 0)
		return head;
	q->slot_of_head[head] = slot;
	return 0;
}

int queue_reap(struct queue *q, uint16_t *slot, uint32_t *len_bytes)
{
	uint16_t head;
	int err = vq_get(&q->vq, &head, len_bytes);

	if (!err)
		*slot = q->slot_of_head[head];
	return err;
}

void queue_kick(struct queue *q, bool force)
{
	const uint64_t one = 1;
	bool wanted = vq_kick_prepare(&q->vq);

	if (!wanted && !force) {
		q->truth.kicks_suppressed++;
		return;
	}
	if (write(q->kick_fd, &one, sizeof(one)) == sizeof(one))
		q->truth.doorbells++;
	else
		perror("vguest: doorbell");
}

bool queue_read_calls(struct queue *q)
{
	uint64_t calls;

	if (read(q->call_fd, &calls, sizeof(calls)) != sizeof(calls))
		return false;
	q->truth.calls_received += calls;
	return true;
}

struct truth queue_truth(const struct queue *q)
{
	struct truth truth = q->truth;

	truth.chains_available = q->vq.chains_available;
	truth.chains_used = vq_chains_used(&q->vq);
	return truth;
}
