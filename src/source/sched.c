// SPDX-License-Identifier: BSD-2-Clause
#include "source/sched.h"

#include "base/cleanup.h"
#include "source/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define STAT_PROCESSOR 39 /* proc(5): counted from 1, pid and comm being the first two */

int sched_parse_cpu(const char *stat)
{
	const char *at = strrchr(stat, ')'); /* comm may hold anything, spaces and brackets, too */
	int field = 2, cpu;

	for (; at && field < STAT_PROCESSOR; field++) {
		at = strchr(at, ' ');
		at = at ? at + 1 : NULL;
	}
	return at && sscanf(at, "%d", &cpu) == 1 && cpu >= 0 ? cpu : -1;
}

bool sched_parse_times(const char *schedstat, struct sched_times *times)
{
	unsigned long long run_ns, wait_ns, slices;

	if (sscanf(schedstat, "%llu %llu %llu", &run_ns, &wait_ns, &slices) != 3)
		return false;
	*times = (struct sched_times){run_ns, wait_ns, slices, true};
	return true;
}

bool sched_is_vcpu(const char *comm)
{
	unsigned int number;
	char end;

	return sscanf(comm, "CPU %5u/KV%c", &number, &end) == 2 && end == 'M';
}

static struct sched_times times_of(pid_t tid)
{
	cleanup_free char *text = NULL;
	struct sched_times times = {.known = false};

	if (!procfs_read(&text, NULL, "/proc/%d/schedstat", (int)tid))
		sched_parse_times(text, &times);
	return times;
}

static int cpu_of(pid_t tid)
{
	cleanup_free char *text = NULL;

	return procfs_read(&text, NULL, "/proc/%d/stat", (int)tid) ? -1 : sched_parse_cpu(text);
}

static int add_vcpu(struct sched_worker *worker, pid_t tid)
{
	char comm[PROCFS_COMM_LEN];
	pid_t *slot;

	if (tid <= 0 || procfs_comm(tid, comm) || !sched_is_vcpu(comm))
		return 0;
	slot = vec_add(&worker->vcpus);
	if (!slot)
		return -ENOMEM;
	*slot = tid;
	return 0;
}

static int find_vcpus(struct sched_worker *worker)
{
	struct dirent *entry;
	char path[64];
	int error = 0;
	DIR *tasks;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)worker->owner);
	tasks = opendir(path);
	while (tasks && !error && (entry = readdir(tasks)))
		error = add_vcpu(worker, (pid_t)atoi(entry->d_name));
	if (tasks)
		closedir(tasks);
	return error;
}

static struct sched_worker *find(const struct sched *sched, uint32_t tid)
{
	vec_foreach (worker, &sched->workers)
		if (worker->tid == (pid_t)tid)
			return worker;
	return NULL;
}

static int add_worker(struct sched *sched, const struct report_queue *queue)
{
	struct sched_worker *worker;

	if (!queue->worker_tid || find(sched, queue->worker_tid))
		return 0;
	worker = vec_add(&sched->workers);
	if (!worker)
		return -ENOMEM;
	worker->tid = (pid_t)queue->worker_tid;
	worker->owner = (pid_t)queue->vm_pid;
	worker->cpus = calloc(SCHED_CPUS, sizeof(*worker->cpus));
	if (!worker->cpus)
		return -ENOMEM;
	worker->begin = times_of(worker->tid);
	return find_vcpus(worker);
}

int sched_begin(struct sched *sched, const struct report *list)
{
	int error = 0;

	*sched = (struct sched){0};
	vec_foreach (queue, &list->queues)
		if (!error)
			error = add_worker(sched, queue);
	return error;
}

static bool has_vcpu_on(const struct sched_worker *worker, int cpu)
{
	vec_foreach (vcpu, &worker->vcpus)
		if (cpu_of(*vcpu) == cpu)
			return true;
	return false;
}

void sched_look(struct sched *sched)
{
	vec_foreach (worker, &sched->workers) {
		int cpu = worker->vcpus.len ? cpu_of(worker->tid) : -1;

		if (cpu < 0)
			continue;
		worker->looks++;
		worker->shared += has_vcpu_on(worker, cpu);
		if (cpu < SCHED_CPUS)
			worker->cpus[cpu]++;
	}
}

void sched_end(struct sched *sched)
{
	vec_foreach (worker, &sched->workers)
		worker->end = times_of(worker->tid);
}

static uint64_t favourite(const struct sched_worker *worker)
{
	uint32_t best = 0, cpu;

	for (cpu = 1; cpu < SCHED_CPUS; cpu++)
		if (worker->cpus[cpu] > worker->cpus[best])
			best = cpu;
	return worker->cpus[best] ? best : VP_UNKNOWN;
}

void sched_fill(const struct sched *sched, struct report *report)
{
	vec_foreach (queue, &report->queues) {
		const struct sched_worker *worker = find(sched, queue->worker_tid);

		if (!worker)
			continue;
		if (worker->looks) {
			queue->sched.samples = worker->looks;
			queue->sched.shared_cpu = worker->shared;
			queue->sched.cpu = favourite(worker);
		}
		if (!worker->begin.known || !worker->end.known)
			continue;
		queue->sched.run_ns = worker->end.run_ns - worker->begin.run_ns;
		queue->sched.wait_ns = worker->end.wait_ns - worker->begin.wait_ns;
		queue->sched.slices = worker->end.slices - worker->begin.slices;
	}
}

void sched_free(struct sched *sched)
{
	vec_foreach (worker, &sched->workers) {
		vec_free(&worker->vcpus);
		free(worker->cpus);
	}
	vec_free(&sched->workers);
}
