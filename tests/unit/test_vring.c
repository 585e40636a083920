// SPDX-License-Identifier: BSD-2-Clause
/* The pretended guest's virtqueue, against a device of a few lines on the other side of the ring.
 * The driver is included, not linked: it is no part of the library. */
#include "unit.h"

#include "../guest/vring.c"

#include <stdlib.h>

enum { NUM = 8 };

struct fixture {
	struct vq vq;
	void *ring;
	struct vring_desc tables[NUM * VQ_MAX_SEGS];
	uint16_t taken; /* the device's place in the avail ring */
};

static struct fixture *make(bool event_idx)
{
	struct fixture *f = calloc(1, sizeof(*f));

	f->ring = aligned_alloc(VQ_ALIGN, 2 * VQ_ALIGN);
	vq_init(&f->vq, NUM, f->ring, event_idx);
	return f;
}

static void drop(struct fixture *f)
{
	free(f->ring);
	free(f);
}

static int add(struct fixture *f, unsigned int segments)
{
	struct vq_seg segs[VQ_MAX_SEGS];

	for (unsigned int i = 0; i < segments; i++)
		segs[i] = (struct vq_seg){.addr = 0x1000 * (i + 1), .len = i + 1};
	return vq_add(&f->vq, segs, segments, false);
}

static void device_uses(struct fixture *f, unsigned int chains)
{
	struct vring *r = &f->vq.ring;

	for (; chains > 0; chains--) {
		struct vring_used_elem *elem = &r->used->ring[r->used->idx % NUM];

		elem->id = r->avail->ring[f->taken++ % NUM];
		elem->len = 42;
		r->used->idx++;
	}
}

/* The device asks for a doorbell when the chain after those it has seen is there. */
static void device_arms(struct fixture *f)
{
	vring_avail_event(&f->vq.ring) = f->taken;
}

static void reap_all(struct fixture *f)
{
	uint16_t head;
	uint32_t len_bytes;

	while (vq_get(&f->vq, &head, &len_bytes) == 0)
		assert_int_equal(len_bytes, 42);
}

static bool device_calls(const struct fixture *f, uint16_t old)
{
	const struct vring *r = &f->vq.ring;

	if (!f->vq.event_idx)
		return !(r->avail->flags & VRING_AVAIL_F_NO_INTERRUPT);
	return vring_need_event(vring_used_event(r), r->used->idx, old);
}

static void descriptors_come_back(void **unused)
{
	struct fixture *f = make(true);

	(void)unused;
	for (int round = 0; round < 20000; round++) {
		assert_true(add(f, 3) >= 0);
		assert_true(add(f, 5) >= 0);
		assert_int_equal(add(f, 1), -ENOSPC);
		device_uses(f, 2);
		reap_all(f);
		assert_int_equal(f->vq.num_free, NUM);
	}
	assert_int_equal(f->vq.chains_available, 40000);
	assert_int_equal(vq_chains_used(&f->vq), 40000);
	drop(f);
}

static void chains_are_linked_as_given(void **unused)
{
	struct fixture *f = make(true);
	const struct vring_desc *desc = f->vq.ring.desc;
	int head;

	(void)unused;
	head = add(f, 2);
	assert_int_equal(desc[head].flags, VRING_DESC_F_NEXT);
	assert_int_equal(desc[head].addr, 0x1000);
	assert_int_equal(desc[desc[head].next].flags, 0);
	assert_int_equal(desc[desc[head].next].len, 2);
	drop(f);
}

static void an_indirect_chain_takes_one_descriptor(void **unused)
{
	struct fixture *f = make(true);
	int head;

	(void)unused;
	vq_use_tables(&f->vq, f->tables, 0x100000);
	add(f, 1);
	head = add(f, 3);
	assert_int_equal(f->vq.num_free, NUM - 2);
	assert_int_equal(f->vq.ring.desc[head].flags, VRING_DESC_F_INDIRECT);
	assert_int_equal(f->vq.ring.desc[head].len, 3 * sizeof(struct vring_desc));
	assert_int_equal(f->vq.ring.desc[head].addr,
			 0x100000 + (size_t)head * VQ_MAX_SEGS * sizeof(struct vring_desc));
	assert_int_equal(f->tables[head * VQ_MAX_SEGS + 1].next, 2);
	assert_int_equal(f->tables[head * VQ_MAX_SEGS + 2].flags, 0);
	device_uses(f, 2);
	reap_all(f);
	assert_int_equal(f->vq.num_free, NUM);
	drop(f);
}

static void kicks_when_the_event_index_is_passed(void **unused)
{
	struct fixture *f = make(true);

	(void)unused;
	device_arms(f);
	add(f, 1);
	assert_true(vq_kick_prepare(&f->vq));
	assert_false(vq_kick_prepare(&f->vq)); /* nothing new */
	add(f, 1);
	assert_false(vq_kick_prepare(&f->vq)); /* the device has not asked again */
	device_uses(f, 2);
	device_arms(f);
	add(f, 1);
	add(f, 1);
	assert_true(vq_kick_prepare(&f->vq)); /* passed, although not hit by the last one */
	drop(f);
}

static void kicks_across_the_wrap(void **unused)
{
	struct fixture *f = make(true);

	(void)unused;
	for (int i = 0; i < 70000; i++) {
		device_arms(f);
		add(f, 1);
		assert_true(vq_kick_prepare(&f->vq));
		device_uses(f, 1);
		reap_all(f);
	}
	drop(f);
}

static void kicks_as_the_flag_says(void **unused)
{
	struct fixture *f = make(false);

	(void)unused;
	add(f, 1);
	assert_true(vq_kick_prepare(&f->vq));
	f->vq.ring.used->flags = VRING_USED_F_NO_NOTIFY;
	add(f, 1);
	assert_false(vq_kick_prepare(&f->vq));
	drop(f);
}

static void disabled_calls_stay_away(bool event_idx)
{
	struct fixture *f = make(event_idx);

	add(f, 1);
	device_uses(f, 1);
	assert_true(device_calls(f, 0)); /* a new ring calls for its first chain */
	vq_disable_cb(&f->vq);
	reap_all(f);
	add(f, 1);
	device_uses(f, 1);
	assert_false(device_calls(f, 1));
	reap_all(f);
	assert_false(vq_more_used(&f->vq, vq_enable_cb_prepare(&f->vq)));
	add(f, 1);
	device_uses(f, 1);
	assert_true(device_calls(f, 2));
	assert_int_equal(f->vq.ring.avail->flags, 0);
	drop(f);
}

static void disabled_calls_stay_away_by_event_index(void **unused)
{
	(void)unused;
	disabled_calls_stay_away(true);
}

static void disabled_calls_stay_away_by_flag(void **unused)
{
	(void)unused;
	disabled_calls_stay_away(false);
}

static void sees_what_came_before_calls_were_on(void **unused)
{
	struct fixture *f = make(true);
	uint16_t seen;

	(void)unused;
	vq_disable_cb(&f->vq);
	add(f, 1);
	seen = vq_enable_cb_prepare(&f->vq);
	device_uses(f, 1);
	assert_true(vq_more_used(&f->vq, seen));
	drop(f);
}

static void a_delayed_call_comes_after_three_quarters(void **unused)
{
	struct fixture *f = make(true);

	(void)unused;
	vq_disable_cb(&f->vq);
	for (int i = 0; i < NUM; i++)
		add(f, 1);
	assert_true(vq_enable_cb_delayed(&f->vq));
	device_uses(f, NUM * 3 / 4);
	assert_false(device_calls(f, 0));
	assert_true(vq_enable_cb_delayed(&f->vq));
	device_uses(f, 1);
	assert_true(device_calls(f, NUM * 3 / 4));
	assert_false(vq_enable_cb_delayed(&f->vq)); /* too late to be called */
	drop(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(descriptors_come_back),
		cmocka_unit_test(chains_are_linked_as_given),
		cmocka_unit_test(an_indirect_chain_takes_one_descriptor),
		cmocka_unit_test(kicks_when_the_event_index_is_passed),
		cmocka_unit_test(kicks_across_the_wrap),
		cmocka_unit_test(kicks_as_the_flag_says),
		cmocka_unit_test(disabled_calls_stay_away_by_event_index),
		cmocka_unit_test(disabled_calls_stay_away_by_flag),
		cmocka_unit_test(sees_what_came_before_calls_were_on),
		cmocka_unit_test(a_delayed_call_comes_after_three_quarters),
	};

	return cmocka_run_group_tests_name("vring", tests, NULL, NULL);
}
