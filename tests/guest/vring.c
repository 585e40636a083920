// SPDX-License-Identifier: BSD-2-Clause
/* See vring.h. The rings are shared with the kernel: every index that crosses over is loaded with
 * acquire and stored with release; a full fence stands wherever a store must be seen before a load
 * of the other side's index, because that is what the suppression protocol rests on. */
#include "vring.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "virtio 1 rings are little endian");

size_t vq_ring_bytes(uint16_t num)
{
	return vring_size(num, VQ_ALIGN);
}

size_t vq_table_bytes(uint16_t num)
{
	return (size_t)num * VQ_MAX_SEGS * sizeof(struct vring_desc);
}

void vq_init(struct vq *vq, uint16_t num, void *ring, bool event_idx)
{
	memset(vq, 0, sizeof(*vq));
	memset(ring, 0, vq_ring_bytes(num));
	vring_init(&vq->ring, num, ring, VQ_ALIGN);
	vq->event_idx = event_idx;
	vq->num_free = num;
	for (uint16_t i = 0; i < num; i++)
		vq->ring.desc[i].next = (uint16_t)(i + 1);
}

void vq_use_tables(struct vq *vq, void *tables, uint64_t tables_addr)
{
	vq->tables = tables;
	vq->tables_addr = tables_addr;
}

static uint16_t device_used_idx(const struct vq *vq)
{
	return __atomic_load_n(&vq->ring.used->idx, __ATOMIC_ACQUIRE);
}

static void full_fence(void)
{
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

static void set_used_event(struct vq *vq, uint16_t idx)
{
	__atomic_store_n(&vring_used_event(&vq->ring), idx, __ATOMIC_RELAXED);
}

static void fill_desc(struct vring_desc *desc, const struct vq_seg *seg, bool more,
		      bool device_writes)
{
	desc->addr = seg->addr;
	desc->len = seg->len;
	desc->flags = (uint16_t)((more ? VRING_DESC_F_NEXT : 0) |
				 (device_writes ? VRING_DESC_F_WRITE : 0));
}

static void add_direct(struct vq *vq, const struct vq_seg *segs, unsigned int n, bool device_writes)
{
	uint16_t i = vq->free_head;

	for (unsigned int s = 0; s < n; s++) {
		struct vring_desc *desc = &vq->ring.desc[i];

		fill_desc(desc, &segs[s], s + 1 < n, device_writes);
		i = desc->next;
	}
	vq->free_head = i;
	vq->num_free = (uint16_t)(vq->num_free - n);
}

static void add_indirect(struct vq *vq, const struct vq_seg *segs, unsigned int n,
			 bool device_writes)
{
	size_t first = (size_t)vq->free_head * VQ_MAX_SEGS;
	struct vring_desc *table = vq->tables + first;
	struct vring_desc *desc = &vq->ring.desc[vq->free_head];

	for (unsigned int s = 0; s < n; s++) {
		fill_desc(&table[s], &segs[s], s + 1 < n, device_writes);
		table[s].next = (uint16_t)(s + 1);
	}
	desc->addr = vq->tables_addr + first * sizeof(*table);
	desc->len = (uint32_t)(n * sizeof(*table));
	desc->flags = VRING_DESC_F_INDIRECT;
	vq->free_head = desc->next;
	vq->num_free--;
}

static void publish(struct vq *vq, uint16_t head)
{
	vq->ring.avail->ring[vq->avail_idx & (vq->ring.num - 1)] = head;
	vq->avail_idx++;
	__atomic_store_n(&vq->ring.avail->idx, vq->avail_idx, __ATOMIC_RELEASE);
	vq->added++;
	vq->chains_available++;
}

int vq_add(struct vq *vq, const struct vq_seg *segs, unsigned int n, bool device_writes)
{
	uint16_t head = vq->free_head;
	bool indirect = vq->tables && n > 1 && n <= VQ_MAX_SEGS;

	if (vq->num_free < (indirect ? 1 : n))
		return -ENOSPC;
	if (indirect)
		add_indirect(vq, segs, n, device_writes);
	else
		add_direct(vq, segs, n, device_writes);
	publish(vq, head);
	return head;
}

static void free_chain(struct vq *vq, uint16_t head)
{
	uint16_t last = head;

	vq->num_free++;
	while (vq->ring.desc[last].flags & VRING_DESC_F_NEXT) {
		last = vq->ring.desc[last].next;
		vq->num_free++;
	}
	vq->ring.desc[last].next = vq->free_head;
	vq->free_head = head;
}

int vq_get(struct vq *vq, uint16_t *head, uint32_t *len_bytes)
{
	const struct vring_used_elem *elem;

	if (vq->last_used == device_used_idx(vq))
		return -EAGAIN;
	elem = &vq->ring.used->ring[vq->last_used & (vq->ring.num - 1)];
	*head = (uint16_t)elem->id;
	*len_bytes = elem->len;
	free_chain(vq, *head);
	vq->last_used++;
	vq->chains_reaped++;
	if (!(vq->avail_flags & VRING_AVAIL_F_NO_INTERRUPT)) {
		set_used_event(vq, vq->last_used);
		full_fence();
	}
	return 0;
}

bool vq_kick_prepare(struct vq *vq)
{
	uint16_t old = (uint16_t)(vq->avail_idx - vq->added);

	full_fence();
	vq->added = 0;
	if (vq->event_idx) {
		uint16_t event = __atomic_load_n(&vring_avail_event(&vq->ring), __ATOMIC_RELAXED);

		return vring_need_event(event, vq->avail_idx, old);
	}
	return !(__atomic_load_n(&vq->ring.used->flags, __ATOMIC_RELAXED) & VRING_USED_F_NO_NOTIFY);
}

bool vq_kick_wanted(const struct vq *vq)
{
	full_fence();
	if (vq->event_idx)
		return __atomic_load_n(&vring_avail_event(&vq->ring), __ATOMIC_RELAXED) ==
		       vq->avail_idx;
	/* A flag looks the same before the worker begins and after it has turned it on again. */
	return vq_chains_used(vq) == vq->chains_available &&
	       !(__atomic_load_n(&vq->ring.used->flags, __ATOMIC_RELAXED) & VRING_USED_F_NO_NOTIFY);
}

static void store_avail_flags(struct vq *vq)
{
	/* With the event index the device ignores the flags; Linux does not write them either. */
	if (!vq->event_idx)
		__atomic_store_n(&vq->ring.avail->flags, vq->avail_flags, __ATOMIC_RELAXED);
}

void vq_disable_cb(struct vq *vq)
{
	if (vq->avail_flags & VRING_AVAIL_F_NO_INTERRUPT)
		return;
	vq->avail_flags |= VRING_AVAIL_F_NO_INTERRUPT;
	/* There is no "never" in event index terms. Linux writes 0, and takes one needless call
	 * each time the used index wraps; so do we. */
	if (vq->event_idx)
		set_used_event(vq, 0);
	store_avail_flags(vq);
}

static void enable_cb(struct vq *vq)
{
	if (!(vq->avail_flags & VRING_AVAIL_F_NO_INTERRUPT))
		return;
	vq->avail_flags &= (uint16_t)~VRING_AVAIL_F_NO_INTERRUPT;
	store_avail_flags(vq);
}

uint16_t vq_enable_cb_prepare(struct vq *vq)
{
	enable_cb(vq);
	set_used_event(vq, vq->last_used);
	return vq->last_used;
}

bool vq_more_used(const struct vq *vq, uint16_t seen)
{
	full_fence();
	return seen != device_used_idx(vq);
}

bool vq_enable_cb_delayed(struct vq *vq)
{
	uint16_t outstanding = (uint16_t)(vq->avail_idx - vq->last_used);
	uint16_t wait_for = (uint16_t)(outstanding * 3 / 4);

	enable_cb(vq);
	set_used_event(vq, (uint16_t)(vq->last_used + wait_for));
	full_fence();
	return (uint16_t)(device_used_idx(vq) - vq->last_used) <= wait_for;
}

uint64_t vq_chains_used(const struct vq *vq)
{
	return vq->chains_reaped + (uint16_t)(device_used_idx(vq) - vq->last_used);
}
