/* SPDX-License-Identifier: BSD-2-Clause */
/* A vCPU: the thread that runs one queue pair's driver, and so rings its doorbells.
 *
 * Knows: the event loop, and when a queue pair is quiet. Refuses to know: commands, output. */
#ifndef GUEST_VCPU_H
#define GUEST_VCPU_H

#include "guest.h"

#include <pthread.h>
#include <semaphore.h>

enum vcpu_request {
	VCPU_NOTHING,
	VCPU_START, /* let the source send */
	VCPU_STOP,  /* no more sending; answered when everything on the rings is done */
	VCPU_STAT,  /* copy the counters into the pair, exact as of now */
	VCPU_EXIT,
};

struct vcpu {
	struct pair *pair;
	pthread_t thread;
	sem_t answered;
	int wake_fd,
		done_fd; /* done_fd: where to report that the source has ended and all is quiet */
	_Atomic int request;
	bool running, finishing, stopping;
	uint64_t give_up_ns;
};

/* Starts the thread; returns when receive buffers are posted and the setup counters copied. */
int vcpu_create(struct vcpu *vcpu, struct pair *pair, int done_fd);
/* Puts a request and waits for the answer. */
void vcpu_ask(struct vcpu *vcpu, enum vcpu_request request);
void vcpu_join(struct vcpu *vcpu);

#endif
