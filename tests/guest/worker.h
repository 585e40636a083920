/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the kernel's vhost worker threads of the calling thread.
 *
 * Knows: that the kernel names them vhost-<owner's tid>, as a thread of this process or as a kernel
 * thread. Refuses to know: which queue a worker serves; that follows from the order of creation. */
#ifndef GUEST_WORKER_H
#define GUEST_WORKER_H

#include <sys/types.h>

/* The one worker named after the caller that is not among known[0..n). -ENOENT: there is none. */
int worker_find_new(const pid_t *known, unsigned int n, pid_t *tid);

#endif
