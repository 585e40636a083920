// SPDX-License-Identifier: BSD-2-Clause
/* See relay.h. */
#include "relay.h"

#include "guest.h"

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

static bool from_nic(struct source *source, struct driver *d)
{
	for (int i = 0; i < RELAY_BATCH && !d->tx_stopped; i++) {
		uint16_t slot = queue_take_slot(&d->tx);
		ssize_t bytes = read(source->fd, queue_slot(&d->tx, slot), d->tx.slot_bytes);

		if (bytes <= 0) {
			queue_put_slot(&d->tx, slot);
			break;
		}
		driver_xmit(d, slot, (uint32_t)bytes, true);
	}
	return true;
}

int relay_attach(struct pair *p)
{
	p->driver.sink = to_nic;
	p->driver.sink_arg = p;
	p->source = (struct source){
		.fd = p->nic_fd,
		.endless = true,
		.produce = from_nic,
	};
	return 0;
}
