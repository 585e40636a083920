/* SPDX-License-Identifier: BSD-2-Clause */
/* A virtio-net driver for one queue pair.
 *
 * Knows: when Linux's virtio_net reaps, refills, kicks, stops and asks for calls.
 * Refuses to know: where frames come from and go to, threads, sockets. */
#ifndef GUEST_DRIVER_H
#define GUEST_DRIVER_H

#include "queue.h"

#include <sys/uio.h>

enum { NAPI_BUDGET = 64, MAX_FRAME_IOVECS = 64 };

/* Linux's numbers: a receive buffer that holds an ordinary frame; page-sized transmit fragments; a
 * transmit queue stops when a largest frame (2 + 17 fragments) might no longer fit. */
enum { MRG_BUF_BYTES = 1536, TX_SEGMENT_BYTES = 4096, TX_RESERVE = 19 };
enum { MAX_FRAME_BYTES = 65535 + 14, MAX_SLOT_BYTES = 17 * TX_SEGMENT_BYTES };

/* Gets a received frame, virtio-net header first. */
typedef void frame_sink(void *arg, const struct iovec *iov, int n, size_t bytes);

struct driver {
	struct queue rx, tx;
	bool mrg_rxbuf;
	bool tx_napi;	  /* transmit completions by calls; off: only when the ring is full */
	bool always_kick; /* ring every time, whatever the device asked for */
	uint32_t think_ns;
	bool await_rearm; /* send only after the device has turned notifications on, and then */
	uint32_t after_rearm_ns; /* so much later */
	bool rx_scheduled, tx_scheduled, tx_stopped;
	frame_sink *sink;
	void *sink_arg;
};

/* Posts receive buffers, announces them, and schedules the first poll, as opening the link does. */
void driver_start(struct driver *d);
/* Hands one frame in a slot taken from d->tx to the device; `last` of a batch attempts the kick. */
void driver_xmit(struct driver *d, uint16_t slot, uint32_t len_bytes, bool last);
/* The kick of a batch whose frames were all sent without `last`. */
void driver_announce(struct driver *d);
/* Whether the next batch may leave. With await_rearm: watches for the device's wish to be kicked,
 * for a while, then thinks; false: it has not come yet, look again. */
bool driver_may_send(struct driver *d);
/* Reads both call eventfds and schedules what they ask for. */
bool driver_take_calls(struct driver *d);
/* One round of the scheduled polls; true while more is scheduled. */
bool driver_poll(struct driver *d);
/* Everything sent is used, and everything received was delivered. */
bool driver_idle(const struct driver *d);

#endif
