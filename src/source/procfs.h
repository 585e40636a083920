/* SPDX-License-Identifier: BSD-2-Clause */
/* What /proc says of processes: names of VMs, who owns a thread, counters of network devices. */
#ifndef SOURCE_PROCFS_H
#define SOURCE_PROCFS_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define PROCFS_COMM_LEN 16

/* Reads a small file whole, NUL-terminated; -errno. `*len` may be NULL. The caller frees. */
int procfs_read(char **text, size_t *len, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The process a thread belongs to; -ENOENT when there is no such thread. */
int procfs_tgid(pid_t tid, pid_t *tgid);

/* The thread's name without line end; -errno. */
int procfs_comm(pid_t tid, char comm[PROCFS_COMM_LEN]);

/*
 * The guest's name as QEMU was given it, `-name guest=NAME[,…]` or `-name NAME[,…]`; -ENOENT when
 * the process was started without. The caller frees.
 */
int procfs_vm_name(pid_t pid, char **name);

typedef VEC(pid_t) pid_vec;

/* Adds all processes whose VM is called `name`; -errno. */
int procfs_find_vm(const char *name, pid_vec *found);

/* The network namespace's inode number as the kernel shows it; -errno. */
int procfs_netns(pid_t pid, uint32_t *inode);

#endif
