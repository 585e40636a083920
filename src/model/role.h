/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a kernel function means to a run, told by its name. Holds for every kernel whose names are
 * known (up to 5.2: vq_iotlb_prefetch, vhost_zerocopy_callback; from 6.5: vhost_worker_queue, …).
 * Names with a compiler's suffix (.isra.0, .constprop.0, .part.0) mean what they mean without it.
 */
#ifndef MODEL_ROLE_H
#define MODEL_ROLE_H

#include <stddef.h>
#include <vhostprof/wire.h>

enum role {
	ROLE_NONE = 0,	   /* says nothing about a run */
	ROLE_KICK_HANDLER, /* handle_*_kick: a run; also after a requeue */
	ROLE_NET_HANDLER,  /* handle_*_net: a run, caused by the socket */
	ROLE_HANDLER,	   /* handle_tx, handle_rx: the run itself where no wrapper was traced */
	ROLE_TAKE,	   /* asks the ring for a chain */
	ROLE_DESC,	   /* a descriptor was there */
	ROLE_PEEK,	   /* looks whether the socket has something */
	ROLE_GIVE,	   /* sends, receives, or returns a chain */
	ROLE_DISCARD,	   /* puts a chain back unused */
	ROLE_ENABLE,	   /* notifications on */
	ROLE_DISABLE,	   /* notifications off */
	ROLE_WAKEUP,	   /* somebody wakes some queue's worker */
	ROLE_QUEUE,	   /* puts work on a worker's list */
	ROLE_POLL_QUEUE,   /* vhost_net puts its own work back */
	ROLE_EXCEEDS,	   /* the weight check; queues when it is exceeded */
	ROLE_POLL_START,   /* arms the socket poll; queues when it is ready already */
	ROLE_COMPLETION,   /* zerocopy buffers came back */
	ROLE_BUSY_POLL,	   /* spins; touches the other queue's notifications */
	ROLE_SIGNAL,	   /* raises the guest's interrupt */
	ROLE_NR,
};

/* The role of the function `name`; `dir` is set for the three kinds of handlers only. */
enum role role_of(const char *name, size_t len, enum vp_dir *dir);

#endif
