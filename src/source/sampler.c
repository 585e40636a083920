// SPDX-License-Identifier: BSD-2-Clause
#include "source/sampler.h"

#include "base/log.h"
#include "source/procfs.h"
#include "vhostprof.skel.h"

#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

static uint64_t period_ns(const struct sampler *sampler)
{
	return 1000000000ull / sampler->hz;
}

/* More often than this the kernel refuses. */
static int check_rate(uint32_t hz, struct err *err)
{
	char *text;
	unsigned long most;

	if (procfs_read(&text, NULL, "/proc/sys/kernel/perf_event_max_sample_rate"))
		return err_set(err, ENOTSUP, EXIT_UNSUPPORTED,
			       "--sample: the kernel has no perf events (CONFIG_PERF_EVENTS)");
	most = strtoul(text, NULL, 10);
	free(text);
	if (hz <= most)
		return 0;
	return err_set(
		err, EINVAL, EXIT_FAILED,
		"--sample %u: the kernel allows %lu at most (kernel.perf_event_max_sample_rate)",
		hz, most);
}

static void read_names(struct sampler *sampler)
{
	int error = kaddrs_read(&sampler->names.kaddrs);

	sampler->nameless = error != 0;
	if (error == -EACCES)
		log_error(
			"the kernel hides its addresses (kernel.kptr_restrict): sampled functions "
			"have no names");
	else if (error)
		log_error("cannot read /proc/kallsyms: %s: sampled functions have no names",
			  strerror(-error));
}

int sampler_open(struct sampler *sampler, struct vhostprof_bpf *bpf, uint32_t hz, struct err *err)
{
	int error = check_rate(hz, err);

	*sampler = (struct sampler){.bpf = bpf, .hz = hz};
	if (!error)
		read_names(sampler);
	return error;
}

static void free_trees(struct calltree *trees[VP_CAUSE_NR])
{
	for (int cause = 0; cause < VP_CAUSE_NR; cause++) {
		calltree_free(trees[cause]);
		trees[cause] = NULL;
	}
}

void sampler_close(struct sampler *sampler)
{
	vec_foreach (worker, &sampler->workers)
		bpf_link__destroy(worker->link);
	vec_foreach (queue, &sampler->queues) {
		for (int bank = 0; bank < VP_BANKS; bank++)
			free_trees(queue->banks[bank]);
		free_trees(queue->total);
	}
	vec_free(&sampler->workers);
	vec_free(&sampler->queues);
	sample_names_free(&sampler->names);
}

static int open_event(const struct sampler *sampler, uint32_t tid)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = sampler->by_clock ? PERF_TYPE_SOFTWARE : PERF_TYPE_HARDWARE,
		.config = sampler->by_clock ? (uint64_t)PERF_COUNT_SW_CPU_CLOCK
					    : (uint64_t)PERF_COUNT_HW_CPU_CYCLES,
		.freq = 1,
		.sample_freq = sampler->hz,
		.exclude_user = 1,
		.disabled = 1, /* until the program is attached */
	};
	long fd = syscall(SYS_perf_event_open, &attr, (pid_t)tid, -1, -1, PERF_FLAG_FD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

static int open_best(struct sampler *sampler, uint32_t tid)
{
	int fd = open_event(sampler, tid);

	if (sampler->by_clock || (fd != -ENOENT && fd != -EOPNOTSUPP && fd != -ENODEV))
		return fd;
	log_info("--sample: no counter of cycles (%s), taking cpu-clock", strerror(-fd));
	sampler->by_clock = true;
	return open_event(sampler, tid);
}

/* The link owns the event. */
static int start(struct sampler *sampler, struct sampled_worker *worker)
{
	int fd = open_best(sampler, worker->tid), error;

	if (fd < 0)
		return fd;
	worker->link = bpf_program__attach_perf_event(sampler->bpf->progs.take_sample, fd);
	if (worker->link)
		return 0;
	error = -errno;
	close(fd);
	return error;
}

static bool is_sampled(const struct sampler *sampler, uint32_t tid)
{
	vec_foreach (worker, &sampler->workers)
		if (worker->tid == tid)
			return true;
	return false;
}

static bool has_queue(const live_queue_vec *queues, uint32_t tid)
{
	vec_foreach (queue, queues)
		if (queue->identity.worker_tid == tid && !queue->gone)
			return true;
	return false;
}

static void add_worker(struct sampler *sampler, uint32_t tid)
{
	struct sampled_worker *worker = vec_add(&sampler->workers);
	int error = -ENOMEM;

	if (worker) {
		worker->tid = tid;
		error = start(sampler, worker);
	}
	if (!error || error == -ESRCH) /* it has just ended */
		return;
	sampler->refused++;
	sampler->why = error;
}

void sampler_sync(struct sampler *sampler, const live_queue_vec *queues)
{
	for (size_t i = sampler->workers.len; i-- > 0;) {
		struct sampled_worker *worker = &sampler->workers.items[i];

		if (has_queue(queues, worker->tid))
			continue;
		bpf_link__destroy(worker->link);
		*worker = sampler->workers.items[--sampler->workers.len];
	}
	vec_foreach (queue, queues)
		if (queue->identity.worker_tid && !queue->gone &&
		    !is_sampled(sampler, queue->identity.worker_tid))
			add_worker(sampler, queue->identity.worker_tid);
}

int sampler_check(const struct sampler *sampler, struct err *err)
{
	if (!sampler->refused)
		return 0;
	return err_set(err, -sampler->why, EXIT_UNSUPPORTED, "--sample: the kernel refuses: %s",
		       strerror(-sampler->why));
}

static struct sampled_queue *find(const struct sampler *sampler, uint32_t slot, uint32_t generation)
{
	vec_foreach (queue, &sampler->queues)
		if (queue->slot == slot && queue->generation == generation)
			return queue;
	return NULL;
}

static struct calltree **tree_of(struct sampler *sampler, const struct vp_sample *sample)
{
	struct sampled_queue *queue = find(sampler, sample->queue, sample->generation);
	struct calltree **tree;

	if (!queue) {
		queue = vec_add(&sampler->queues);
		if (!queue)
			return NULL;
		queue->slot = sample->queue;
		queue->generation = sample->generation;
	}
	tree = &queue->banks[sample->bank % VP_BANKS][sample->cause % VP_CAUSE_NR];
	if (!*tree)
		*tree = calltree_new();
	return *tree ? tree : NULL;
}

int sampler_take(void *context, void *data, size_t bytes)
{
	struct sampler *sampler = context;
	const struct vp_sample *sample = data;
	struct calltree **tree;
	int result = -ENOMEM;

	if (bytes < sizeof(*sample))
		return 0;
	tree = tree_of(sampler, sample);
	if (tree)
		result = sample_add(&sampler->names, *tree, sample, period_ns(sampler));
	if (result < 0)
		sampler->error = result;
	else
		sampler->unrooted[sample->bank % VP_BANKS] += (unsigned)result;
	return 0;
}

static void add_up(struct sample_sums *total, const struct sample_sums *window)
{
	total->counts.taken += window->counts.taken;
	total->counts.lost += window->counts.lost;
	total->counts.outside += window->counts.outside;
	total->unrooted += window->unrooted;
}

static int merge_queue(struct sampled_queue *queue, unsigned bank)
{
	int error = 0;

	for (int cause = 0; !error && cause < VP_CAUSE_NR; cause++) {
		if (!queue->banks[bank][cause])
			continue;
		if (!queue->total[cause])
			queue->total[cause] = calltree_new();
		error = queue->total[cause] ? calltree_merge(queue->total[cause],
							     queue->banks[bank][cause], NULL)
					    : -ENOMEM;
	}
	return error;
}

int sampler_collect(struct sampler *sampler, unsigned bank)
{
	struct vp_sample_counts *counts = &sampler->bpf->bss->sample_counts[bank];
	int error = sampler->error;

	sampler->closed = bank;
	sampler->window.counts = *counts;
	sampler->window.unrooted = sampler->unrooted[bank];
	add_up(&sampler->total, &sampler->window);
	memset(counts, 0, sizeof(*counts));
	sampler->unrooted[bank] = 0;
	vec_foreach (queue, &sampler->queues)
		error = error ? error : merge_queue(queue, bank);
	return error;
}

void sampler_begin_window(struct sampler *sampler)
{
	vec_foreach (queue, &sampler->queues)
		free_trees(queue->banks[sampler->closed]);
}

/* What the sampler's symbols are called in the report; NULL when out of memory. */
static uint32_t *translate(const struct symbols *from, struct symbols *into)
{
	uint32_t *numbers = calloc(from->items.len + 1, sizeof(*numbers));

	for (size_t i = 0; numbers && i < from->items.len; i++) {
		const struct symbol *symbol = &from->items.items[i];

		numbers[i] = symbols_intern(into, symbol->name, symbol->module);
		if (numbers[i] != SYMBOL_NONE)
			continue;
		free(numbers);
		numbers = NULL;
	}
	return numbers;
}

int sampler_report_queue(const struct sampler *sampler, const struct live_queue *queue, bool total,
			 struct report *report, struct report_queue *out)
{
	struct sampled_queue *sampled = find(sampler, queue->slot, queue->generation);
	struct calltree **trees;
	uint32_t *numbers;
	int error = 0;

	if (!sampled)
		return 0;
	trees = total ? sampled->total : sampled->banks[sampler->closed];
	numbers = translate(&sampler->names.symbols, &report->symbols);
	if (!numbers)
		return -ENOMEM;
	for (int cause = 0; !error && cause < VP_CAUSE_NR; cause++) {
		if (!trees[cause])
			continue;
		out->samples[cause] = calltree_new();
		error = out->samples[cause]
				? calltree_merge(out->samples[cause], trees[cause], numbers)
				: -ENOMEM;
	}
	free(numbers);
	return error;
}

static int note_missing(const struct sampler *sampler, const struct sample_sums *sums,
			struct report *report)
{
	int error = 0;

	if (sums->unrooted)
		error = report_note(
			report,
			"of %llu sampled stacks the kernel could not tell the way up to the "
			"handler",
			(unsigned long long)sums->unrooted);
	if (!error && sampler->nameless)
		error = report_note(report, "sampled functions have no names: the kernel hides "
					    "its addresses");
	if (!error && sampler->refused)
		error = report_note(report, "workers that could not be sampled: %u (%s)",
				    sampler->refused, strerror(-sampler->why));
	return error;
}

int sampler_report(const struct sampler *sampler, bool total, struct report *report)
{
	const struct sample_sums *sums = total ? &sampler->total : &sampler->window;
	int error;

	report->loss.samples_lost = sums->counts.lost;
	error = report_note(
		report,
		"stacks of the workers sampled %u times for each second on a CPU (%s): %llu "
		"inside runs, %llu lost, %llu outside of the runs measured",
		sampler->hz, sampler->by_clock ? "cpu-clock" : "cycles",
		(unsigned long long)sums->counts.taken, (unsigned long long)sums->counts.lost,
		(unsigned long long)sums->counts.outside);
	return error ? error : note_missing(sampler, sums, report);
}

uint64_t sampler_lost(const struct sampler *sampler)
{
	uint64_t lost = sampler->total.counts.lost;

	for (int bank = 0; bank < VP_BANKS; bank++)
		lost += sampler->bpf->bss->sample_counts[bank].lost;
	return lost;
}
