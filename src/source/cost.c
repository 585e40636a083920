// SPDX-License-Identifier: BSD-2-Clause
#include "source/cost.h"

#include "base/cleanup.h"
#include "base/log.h"
#include "source/procfs.h"
#include "source/sched.h"
#include "vhostprof.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <unistd.h>

void cost_init(struct cost *cost)
{
	*cost = (struct cost){.stats_fd = -1};
}

/* Everything our programs have run since they were loaded, on the kernel's account. */
static void read_programs(struct report_cost *sum, const struct attachment *attachment)
{
	struct bpf_program *program;

	bpf_object__for_each_program(program, attachment->bpf->obj)
	{
		struct bpf_prog_info info = {};
		__u32 bytes = sizeof(info);

		if (!bpf_program__autoload(program) ||
		    bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &bytes))
			continue;
		sum->probes_ns += info.run_time_ns;
		sum->hits += info.run_cnt;
	}
}

static bool run_ns_of(uint32_t tid, uint64_t *run_ns)
{
	cleanup_free char *text = NULL;
	struct sched_times times;

	if (!tid || procfs_read(&text, NULL, "/proc/%u/schedstat", tid) ||
	    !sched_parse_times(text, &times))
		return false;
	*run_ns = times.run_ns;
	return true;
}

static bool is_listed(const struct cost *cost, uint32_t tid)
{
	vec_foreach (worker, &cost->workers)
		if (worker->tid == tid)
			return true;
	return false;
}

static void list_workers(struct cost *cost, const live_queue_vec *queues)
{
	cost->workers.len = 0;
	vec_foreach (queue, queues) {
		uint32_t tid = queue->identity.worker_tid;
		struct cost_worker *worker;
		uint64_t run_ns;

		if (queue->gone || is_listed(cost, tid) || !run_ns_of(tid, &run_ns))
			continue;
		worker = vec_add(&cost->workers);
		if (worker)
			*worker = (struct cost_worker){.tid = tid, .run_ns = run_ns};
	}
}

static void begin_look(struct cost *cost, const struct attachment *attachment,
		       const live_queue_vec *queues, uint64_t now_ns)
{
	cost->stats_fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (cost->stats_fd < 0) {
		log_info("the cost of the probes is not known: BPF statistics: %s",
			 strerror(errno));
		cost->refused = true;
		return;
	}
	list_workers(cost, queues);
	cost->begin = (struct report_cost){.window_ns = now_ns};
	read_programs(&cost->begin, attachment);
}

/* A worker that has ended meanwhile has taken its account with it. */
static uint64_t workers_ns(const struct cost *cost)
{
	uint64_t sum_ns = 0, run_ns;

	vec_foreach (worker, &cost->workers)
		if (run_ns_of(worker->tid, &run_ns) && run_ns > worker->run_ns)
			sum_ns += run_ns - worker->run_ns;
	return sum_ns;
}

static void end_look(struct cost *cost, const struct attachment *attachment, uint64_t now_ns)
{
	struct report_cost *last = &cost->last;

	*last = (struct report_cost){.window_ns = now_ns - cost->begin.window_ns,
				     .worker_ns = workers_ns(cost)};
	read_programs(last, attachment);
	last->probes_ns -= cost->begin.probes_ns;
	last->hits -= cost->begin.hits;
	cost->total.window_ns += last->window_ns;
	cost->total.probes_ns += last->probes_ns;
	cost->total.worker_ns += last->worker_ns;
	cost->total.hits += last->hits;
	close(cost->stats_fd);
	cost->stats_fd = -1;
}

bool cost_tick(struct cost *cost, const struct attachment *attachment, const live_queue_vec *queues,
	       uint64_t now_ns)
{
	bool first = !cost->total.window_ns;

	if (cost->refused)
		return false;
	if (cost->stats_fd < 0) {
		if (now_ns >= cost->next_ns)
			begin_look(cost, attachment, queues, now_ns);
		return false;
	}
	if (now_ns - cost->begin.window_ns < (first ? COST_FIRST_LOOK_NS : COST_LOOK_NS))
		return false;
	end_look(cost, attachment, now_ns);
	cost->next_ns = now_ns + COST_PERIOD_NS;
	return true;
}

void cost_stop(struct cost *cost, const struct attachment *attachment, uint64_t now_ns)
{
	if (cost->stats_fd >= 0)
		end_look(cost, attachment, now_ns);
}

void cost_free(struct cost *cost)
{
	if (cost->stats_fd >= 0)
		close(cost->stats_fd);
	vec_free(&cost->workers);
	cost_init(cost);
}

double cost_percent(const struct report_cost *cost)
{
	return cost->worker_ns ? 100.0 * (double)cost->probes_ns / (double)cost->worker_ns : -1.0;
}
