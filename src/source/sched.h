/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the scheduler does with vhost workers, cheaply: from /proc, a few files per look and no probe.
 * How long a worker ran and how long it waited for a CPU is exact (/proc/TID/schedstat); whether it was on
 * the CPU of one of its VM's vCPUs is sampled, a look at a time (/proc/TID/stat).
 *
 *   sched_begin → sched_look … → sched_end → sched_fill → sched_free
 */
#ifndef SOURCE_SCHED_H
#define SOURCE_SCHED_H

#include "model/report.h"

#include <sys/types.h>

#define SCHED_CPUS 4096 /* CPUs above are not told apart */

struct sched_times {
	uint64_t run_ns, wait_ns, slices;
	bool known;
};

struct sched_worker {
	pid_t tid;
	pid_t owner;
	VEC(pid_t) vcpus; /* threads of the owner that QEMU names "CPU n/KVM" */
	struct sched_times begin, end;
	uint64_t looks, shared;
	uint32_t *cpus; /* SCHED_CPUS: how often the worker was seen on each */
};

struct sched {
	VEC(struct sched_worker) workers;
};

/* Finds the workers and vCPUs of the queues in `list`; 0 or -ENOMEM. Threads that are gone do not count. */
int sched_begin(struct sched *sched, const struct report *list);
void sched_look(struct sched *sched);
void sched_end(struct sched *sched);
/* Fills in `sched` of every queue whose worker was watched all the time. */
void sched_fill(const struct sched *sched, struct report *report);
void sched_free(struct sched *sched);

/* For tests: the CPU in the text of /proc/TID/stat, -1 when there is none; the three numbers of schedstat. */
int sched_parse_cpu(const char *stat);
bool sched_parse_times(const char *schedstat, struct sched_times *times);
bool sched_is_vcpu(const char *comm);

#endif
