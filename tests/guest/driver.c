// SPDX-License-Identifier: BSD-2-Clause
/* See driver.h. */
#include "driver.h"

#include "pace.h"
#include "tap.h"

#include <linux/virtio_net.h>
#include <sched.h>
#include <string.h>

/* So long at most a vCPU looks at nothing but the ring: commands and calls are waiting, too. */
static const uint64_t REARM_WATCH_NS = 1000000;
/* The worker may need this very CPU to get there. Given away sooner, somebody else would have it. */
static const uint64_t REARM_YIELD_NS = 200000;

static void tx_reap(struct driver *d)
{
	uint16_t slot;
	uint32_t len_bytes;

	while (queue_reap(&d->tx, &slot, &len_bytes) == 0)
		queue_put_slot(&d->tx, slot);
}

static void tx_wake_if_room(struct driver *d)
{
	if (d->tx.vq.num_free >= TX_RESERVE)
		d->tx_stopped = false;
}

/* Reaps with calls off, then asks for the next one late; repeats when that came too late. */
static void tx_reap_and_delay_calls(struct driver *d)
{
	do {
		vq_disable_cb(&d->tx.vq);
		tx_reap(d);
	} while (!vq_enable_cb_delayed(&d->tx.vq));
}

static void tx_stop(struct driver *d)
{
	d->tx_stopped = true;
	d->tx.truth.ring_full++;
	if (vq_enable_cb_delayed(&d->tx.vq))
		return;
	if (d->tx_napi) {
		d->tx_scheduled = true;
		return;
	}
	tx_reap(d);
	tx_wake_if_room(d);
	if (!d->tx_stopped)
		vq_disable_cb(&d->tx.vq);
}

void driver_xmit(struct driver *d, uint16_t slot, uint32_t len_bytes, bool last)
{
	struct queue *q = &d->tx;

	if (d->tx_napi && last)
		tx_reap_and_delay_calls(d);
	else
		tx_reap(d);
	if (queue_offer(q, slot, len_bytes, TX_SEGMENT_BYTES, false)) {
		queue_put_slot(q, slot); /* cannot be: the queue stops before it is full */
		return;
	}
	q->truth.packets++;
	q->truth.bytes += len_bytes - VNET_HDR_BYTES;
	if (q->vq.num_free < TX_RESERVE)
		tx_stop(d);
	if (!last && !d->tx_stopped)
		return;
	if (d->think_ns)
		pace_spin(d->think_ns);
	queue_kick(q, d->always_kick);
}

void driver_announce(struct driver *d)
{
	if (d->tx_napi)
		tx_reap_and_delay_calls(d);
	queue_kick(&d->tx, d->always_kick);
}

bool driver_may_send(struct driver *d)
{
	uint64_t begin_ns = pace_now_ns(), waited_ns;

	if (!d->await_rearm)
		return true;
	while (!vq_kick_wanted(&d->tx.vq)) {
		waited_ns = pace_now_ns() - begin_ns;
		if (waited_ns > REARM_WATCH_NS)
			return false;
		if (waited_ns > REARM_YIELD_NS)
			sched_yield();
	}
	pace_spin(d->after_rearm_ns);
	return true;
}

static void tx_poll(struct driver *d)
{
	uint16_t seen;

	vq_disable_cb(&d->tx.vq);
	tx_reap(d);
	seen = vq_enable_cb_prepare(&d->tx.vq);
	d->tx_scheduled = vq_more_used(&d->tx.vq, seen);
	tx_wake_if_room(d);
}

static void tx_called(struct driver *d)
{
	vq_disable_cb(&d->tx.vq);
	if (d->tx_napi) {
		d->tx_scheduled = true;
		return;
	}
	tx_reap(d);
	tx_wake_if_room(d);
}

static void rx_fill(struct driver *d)
{
	struct queue *q = &d->rx;
	uint32_t len_bytes = d->mrg_rxbuf ? MRG_BUF_BYTES : q->slot_bytes;
	bool added = false;

	while (q->vq.num_free > 0) {
		uint16_t slot = queue_take_slot(q);

		if (queue_offer(q, slot, len_bytes, len_bytes, true)) {
			queue_put_slot(q, slot);
			break;
		}
		added = true;
	}
	if (added)
		queue_kick(q, false);
}

static unsigned int num_buffers(const struct driver *d, uint16_t slot)
{
	struct virtio_net_hdr_v1 hdr;

	if (!d->mrg_rxbuf)
		return 1;
	memcpy(&hdr, queue_slot(&d->rx, slot), sizeof(hdr));
	return hdr.num_buffers;
}

/* Collects the buffers of one frame and delivers it. The device publishes them together. */
static bool rx_one(struct driver *d)
{
	struct iovec iov[MAX_FRAME_IOVECS];
	uint16_t slots[MAX_FRAME_IOVECS];
	unsigned int n = 0, want = 1;
	uint32_t len_bytes;
	size_t bytes = 0;

	while (n < want && n < MAX_FRAME_IOVECS && !queue_reap(&d->rx, &slots[n], &len_bytes)) {
		if (n == 0)
			want = num_buffers(d, slots[0]);
		iov[n].iov_base = queue_slot(&d->rx, slots[n]);
		iov[n].iov_len = len_bytes;
		bytes += len_bytes;
		n++;
	}
	if (n == 0)
		return false;
	d->rx.truth.packets++;
	d->rx.truth.bytes += bytes - VNET_HDR_BYTES;
	d->sink(d->sink_arg, iov, (int)n, bytes);
	while (n > 0)
		queue_put_slot(&d->rx, slots[--n]);
	return true;
}

static unsigned int rx_budgeted(struct driver *d)
{
	unsigned int num = d->rx.vq.ring.num;
	unsigned int received = 0;

	while (received < NAPI_BUDGET && rx_one(d))
		received++;
	if (d->rx.vq.num_free > (num < NAPI_BUDGET ? num : NAPI_BUDGET) / 2)
		rx_fill(d);
	return received;
}

static void rx_poll(struct driver *d)
{
	uint16_t seen;

	if (d->tx_napi) { /* as Linux does: a receive poll reaps the transmit side, too */
		tx_reap_and_delay_calls(d);
		tx_wake_if_room(d);
	}
	if (rx_budgeted(d) == NAPI_BUDGET)
		return;
	seen = vq_enable_cb_prepare(&d->rx.vq);
	d->rx_scheduled = vq_more_used(&d->rx.vq, seen);
	if (d->rx_scheduled)
		vq_disable_cb(&d->rx.vq);
}

void driver_start(struct driver *d)
{
	rx_fill(d);
	d->rx_scheduled = true;
}

bool driver_take_calls(struct driver *d)
{
	bool rx = queue_read_calls(&d->rx), tx = queue_read_calls(&d->tx);

	if (rx && !d->rx_scheduled) {
		vq_disable_cb(&d->rx.vq);
		d->rx_scheduled = true;
	}
	if (tx)
		tx_called(d);
	return rx || tx;
}

bool driver_poll(struct driver *d)
{
	if (d->tx_scheduled)
		tx_poll(d);
	if (d->rx_scheduled)
		rx_poll(d);
	return d->tx_scheduled || d->rx_scheduled;
}

bool driver_idle(const struct driver *d)
{
	return vq_chains_used(&d->tx.vq) == d->tx.vq.chains_available &&
	       vq_chains_used(&d->rx.vq) == d->rx.vq.chains_reaped && !d->rx_scheduled &&
	       !d->tx_scheduled;
}
