// SPDX-License-Identifier: BSD-2-Clause
/* See relay.h. */
#include "relay.h"

#include "guest.h"
#include "options.h"

#include <sys/uio.h>
#include <unistd.h>

/* Frames sent before the vCPU looks after its receive ring again. */
enum { RELAY_BATCH = 64 };

static void to_nic(void *arg, const struct iovec *iov, int n, size_t bytes)
{
	struct pair *p = arg;

	if (writev(p->nic_fd, iov, n) != (ssize_t)bytes)
		p->nic_drops++;
}

static bool send_one(struct source *source, struct driver *d, bool last)
{
	uint16_t slot = queue_take_slot(&d->tx);
	ssize_t bytes = read(source->fd, queue_slot(&d->tx, slot), d->tx.slot_bytes);

	if (bytes <= 0) {
		queue_put_slot(&d->tx, slot);
		return false;
	}
	driver_xmit(d, slot, (uint32_t)bytes, last);
	return true;
}

/* True when the nic had no more. */
static bool drain_nic(struct source *source, struct driver *d)
{
	for (int i = 0; i < RELAY_BATCH && !d->tx_stopped && driver_may_send(d); i++)
		if (!send_one(source, d, true))
			return true;
	return false;
}

/* All that is there, and one kick for it. */
static bool drain_nic_at_once(struct source *source, struct driver *d)
{
	unsigned int sent = 0;

	while (!d->tx_stopped && send_one(source, d, false))
		sent++;
	if (sent > 0 && !d->tx_stopped)
		driver_announce(d);
	return !d->tx_stopped;
}

/* A guest that was away finds a queue of frames, as one whose stack is quick does at any time. */
static bool from_nic(struct source *source, struct driver *d)
{
	bool at_once = source->away_us > 0 && !d->await_rearm;

	if (source->drained && source->away_us > 0)
		usleep(source->away_us);
	source->drained = at_once ? drain_nic_at_once(source, d) : drain_nic(source, d);
	return true;
}

int relay_attach(struct pair *p, const struct options *o)
{
	p->driver.sink = to_nic;
	p->driver.sink_arg = p;
	p->source = (struct source){
		.fd = p->nic_fd,
		.endless = true,
		.away_us = (uint32_t)o->away_us,
		.produce = from_nic,
	};
	return 0;
}
