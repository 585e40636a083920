// SPDX-License-Identifier: BSD-2-Clause
#include "source/live.h"

#include "base/cleanup.h"
#include "source/feature.h"
#include "source/live_report.h"
#include "source/queues.h"
#include "vhostprof.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#define RECYCLE_AFTER_NS 1000000000ull /* a released device's worker has ended long before */
#define WORKS_PER_DEVICE 4

struct live {
	struct live_options options;
	struct attachment attachment;
	struct shared_maps maps;
	live_queue_vec queues;
	struct ring_buffer *ring;
	struct bpf_link *finder;
	int barrier_fd;
	bool running;
	struct live_span window;
	struct live_span total;
	uint64_t window_began_ns;
};

void live_options_init(struct live_options *options)
{
	*options = (struct live_options){
		.dir = -1,
		.queue_pair = VP_NO_PAIR,
		.churn_window_ns = 50000,
		.max_devices = 128,
		.ring_bytes = 4u << 20,
	};
}

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

static volatile struct vp_control *control_of(struct live *live)
{
	return &live->attachment.bpf->bss->control;
}

static int prepare(struct vhostprof_bpf *bpf, void *context)
{
	const struct live *live = context;
	const struct live_options *options = &live->options;
	uint32_t slots = 2 * options->max_devices;

	bpf->rodata->config = (struct vp_config){
		.churn_window_ns = options->churn_window_ns,
		.wakeup_bytes = options->ring_bytes / 4,
		.filtered = options->pids.len || options->vms.len,
		.dir_wanted = {options->dir != VP_TX, options->dir != VP_RX},
	};
	/* Room for the devices that are only remembered as not wanted. */
	if (bpf_map__set_max_entries(bpf->maps.works,
				     WORKS_PER_DEVICE * 8 * options->max_devices) ||
	    bpf_map__set_max_entries(bpf->maps.identities, slots) ||
	    bpf_map__set_max_entries(bpf->maps.counters, slots * VP_BANKS) ||
	    bpf_map__set_max_entries(bpf->maps.queues, slots) ||
	    bpf_map__set_max_entries(bpf->maps.free_pairs, options->max_devices) ||
	    bpf_map__set_max_entries(bpf->maps.runs, options->ring_bytes))
		return -errno;
	return 0;
}

static int offer_pair(struct live *live, uint32_t slot)
{
	int fd = bpf_map__fd(live->attachment.bpf->maps.free_pairs);

	return bpf_map_update_elem(fd, NULL, &slot, BPF_ANY) ? -errno : 0;
}

static int want(struct live *live, pid_t pid)
{
	uint32_t key = (uint32_t)pid;
	uint8_t yes = 1;
	int fd = bpf_map__fd(live->attachment.bpf->maps.wanted);

	return bpf_map_update_elem(fd, &key, &yes, BPF_ANY) ? -errno : 0;
}

static void *map_memory(struct bpf_map *map, size_t bytes)
{
	void *memory = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0);

	return memory == MAP_FAILED ? NULL : memory;
}

static size_t identities_bytes(const struct live *live)
{
	return live->maps.slots * sizeof(struct vp_identity);
}

static size_t counters_bytes(const struct live *live)
{
	return (size_t)live->maps.slots * VP_BANKS * sizeof(struct vp_counters);
}

static int share_maps(struct live *live)
{
	struct vhostprof_bpf *bpf = live->attachment.bpf;

	live->maps.slots = 2 * live->options.max_devices;
	live->maps.identities = map_memory(bpf->maps.identities, identities_bytes(live));
	live->maps.counters = map_memory(bpf->maps.counters, counters_bytes(live));
	return live->maps.identities && live->maps.counters ? 0 : -errno;
}

static int handle_record(void *context, void *data, size_t bytes)
{
	const struct live *live = context;

	if (live->options.on_run && bytes == sizeof(struct vp_run))
		live->options.on_run(data, live->options.context);
	return 0;
}

static int open_channels(struct live *live)
{
	struct vhostprof_bpf *bpf = live->attachment.bpf;

	live->barrier_fd = bpf_map_create(BPF_MAP_TYPE_ARRAY, NULL, 4, 4, 1, NULL);
	if (live->barrier_fd < 0)
		return -errno;
	live->ring = ring_buffer__new(bpf_map__fd(bpf->maps.runs), handle_record, live, NULL);
	if (!live->ring)
		return -errno;
	live->finder = bpf_program__attach_iter(bpf->progs.find_devices, NULL);
	return live->finder ? 0 : -errno;
}

static int fill_maps(struct live *live)
{
	int error = 0;

	for (uint32_t pair = live->options.max_devices; !error && pair--;)
		error = offer_pair(live, 2 * pair);
	vec_foreach (pid, &live->options.pids)
		if (!error)
			error = want(live, *pid);
	return error;
}

/* Walks every open file: BPF writes down each vhost-net device it meets. */
static int refresh(struct live *live)
{
	cleanup_fd int fd = bpf_iter_create(bpf_link__fd(live->finder));
	char ignored[64];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, ignored, sizeof(ignored))) > 0 || (n < 0 && errno == EINTR))
		;
	if (n < 0)
		return -errno;
	return queues_sync(&live->queues, &live->maps);
}

static int find_targets(struct live *live, struct err *err)
{
	vec_foreach (name, &live->options.vms) {
		size_t before = live->options.pids.len;
		int error = procfs_find_vm(*name, &live->options.pids);

		if (error)
			return err_set(err, -error, EXIT_FAILED, "cannot search /proc: %s",
				       strerror(-error));
		if (live->options.pids.len == before)
			return err_set(err, ESRCH, EXIT_NO_TARGET,
				       "no running VM is named '%s': see `vhostprof list`", *name);
	}
	return 0;
}

static bool is_met(const struct live *live, pid_t pid)
{
	vec_foreach (queue, &live->queues)
		if ((pid_t)queue->identity.owner_pid == pid ||
		    (pid_t)queue->identity.worker_tid == pid)
			return true;
	return false;
}

static int refuse_target(pid_t pid, struct err *err)
{
	char comm[PROCFS_COMM_LEN] = "?";
	pid_t tgid;

	if (procfs_tgid(pid, &tgid))
		return err_set(err, ESRCH, EXIT_NO_TARGET, "there is no process or thread %d", pid);
	procfs_comm(pid, comm);
	if (tgid != pid)
		return err_set(err, EINVAL, EXIT_NO_TARGET,
			       "%d (%s) is a thread of process %d but no vhost worker: try -p %d",
			       pid, comm, tgid, tgid);
	return err_set(err, EINVAL, EXIT_NO_TARGET,
		       "process %d (%s) is no vhost worker and owns no vhost-net device: see "
		       "`vhostprof list`",
		       pid, comm);
}

static int check_targets(const struct live *live, struct err *err)
{
	vec_foreach (pid, &live->options.pids)
		if (!is_met(live, *pid))
			return refuse_target(*pid, err);
	return 0;
}

static int attach(struct live *live, struct err *err)
{
	struct attach_options options = {
		.level = VP_LEVEL_RUNS,
		.first_rung = live->options.first_rung,
		.prepare = prepare,
		.context = live,
	};

	memcpy(options.without, live->options.without, sizeof(options.without));
	return attach_open(&live->attachment, &options, err);
}

static int open_all(struct live *live, struct err *err)
{
	int error = feature_check(err);

	if (!error)
		error = find_targets(live, err);
	if (!error)
		error = attach(live, err);
	if (error)
		return error;
	error = fill_maps(live);
	if (!error)
		error = share_maps(live);
	if (!error)
		error = open_channels(live);
	if (!error)
		error = refresh(live);
	if (error)
		return err_set(err, -error, EXIT_FAILED, "cannot set up the BPF maps: %s",
			       strerror(-error));
	return check_targets(live, err);
}

int live_open(struct live **live, const struct live_options *options, struct err *err)
{
	struct live *made = calloc(1, sizeof(*made));
	int error;

	if (!made)
		return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	made->options = *options;
	made->options.pids = (pid_vec)VEC_INIT;
	made->barrier_fd = -1;
	vec_foreach (pid, &options->pids) {
		pid_t *slot = vec_add(&made->options.pids);

		if (slot)
			*slot = *pid;
	}
	error = open_all(made, err);
	if (error) {
		live_close(made);
		return error;
	}
	*live = made;
	return 0;
}

void live_close(struct live *live)
{
	if (!live)
		return;
	ring_buffer__free(live->ring);
	bpf_link__destroy(live->finder);
	if (live->barrier_fd >= 0)
		close(live->barrier_fd);
	if (live->maps.identities)
		munmap((void *)live->maps.identities, identities_bytes(live));
	if (live->maps.counters)
		munmap(live->maps.counters, counters_bytes(live));
	attach_close(&live->attachment);
	queues_free(&live->queues);
	vec_free(&live->options.pids);
	free(live);
}

/* Returns when every BPF program that was running has ended; see maps.bpf.h. */
static int wait_for_programs(struct live *live)
{
	uint32_t zero = 0;
	int outer = bpf_map__fd(live->attachment.bpf->maps.barriers);

	return bpf_map_update_elem(outer, &zero, &live->barrier_fd, BPF_ANY) ? -errno : 0;
}

static bool is_collected(const struct live *live, uint32_t slot, uint32_t generation)
{
	vec_foreach (queue, &live->queues)
		if (queue->slot == slot && queue->generation == generation)
			return queue->gone;
	return true; /* not selected */
}

static int clear_slot(struct live *live, uint32_t slot)
{
	struct bpf_map *queues = live->attachment.bpf->maps.queues;
	volatile struct vp_identity *identity = &live->maps.identities[slot];
	uint32_t generation = identity->generation + 1;
	cleanup_free void *zero = calloc(1, bpf_map__value_size(queues));

	if (!zero || bpf_map_update_elem(bpf_map__fd(queues), &slot, zero, BPF_ANY))
		return -ENOMEM;
	memset((void *)identity, 0, sizeof(*identity));
	identity->generation = generation;
	return 0;
}

static bool is_recyclable(const struct live *live, uint32_t slot, uint64_t now)
{
	volatile struct vp_identity *identity = &live->maps.identities[slot];

	return identity->closed_ns && now - identity->closed_ns > RECYCLE_AFTER_NS &&
	       is_collected(live, slot, identity->generation);
}

/* Gives the slots of devices that are gone, and reported, back to BPF. */
static int recycle(struct live *live)
{
	uint64_t now = now_ns();
	int error = 0;

	for (uint32_t slot = 0; !error && slot < live->maps.slots; slot += 2) {
		if (!is_recyclable(live, slot, now) || !is_recyclable(live, slot + 1, now))
			continue;
		error = clear_slot(live, slot);
		if (!error)
			error = clear_slot(live, slot + 1);
		if (!error)
			error = offer_pair(live, slot);
	}
	return error;
}

enum edge { EDGE_START, EDGE_BETWEEN, EDGE_STOP };

/*
 * The edge between two windows. The eventfds' counters are read on both sides of it, so what they
 * counted in a window is known to lie between two numbers, whatever is kicked meanwhile.
 */
static int cross_edge(struct live *live, enum edge edge)
{
	volatile struct vp_control *control = control_of(live);
	unsigned bank = control->bank;
	int error = refresh(live);

	if (error)
		return error;
	queues_mark_low(&live->queues);
	if (edge == EDGE_BETWEEN)
		control->bank = !bank;
	else
		control->on = edge == EDGE_START;
	live->window.duration_ns = now_ns() - live->window_began_ns;
	live->window_began_ns += live->window.duration_ns;
	error = wait_for_programs(live);
	if (!error)
		error = refresh(live);
	queues_mark_high(&live->queues);
	if (!error && edge != EDGE_START)
		queues_collect(&live->queues, &live->maps, bank);
	return error;
}

static int edge_failed(int error, struct err *err)
{
	return err_set(err, -error, EXIT_FAILED, "cannot read the BPF maps: %s", strerror(-error));
}

int live_start(struct live *live, struct err *err)
{
	int error = cross_edge(live, EDGE_START);

	if (error)
		return edge_failed(error, err);
	queues_begin_window(&live->queues, true);
	live->running = true;
	live->window.start_ns = live->total.start_ns = live->window_began_ns;
	live->total.total = true;
	return 0;
}

int live_poll(struct live *live, int timeout_ms, struct err *err)
{
	int error = ring_buffer__poll(live->ring, timeout_ms);

	if (error >= 0)
		error = ring_buffer__consume(live->ring);
	if (error >= 0)
		error = queues_sync(&live->queues, &live->maps);
	return error >= 0 || error == -EINTR ? 0 : edge_failed(error, err);
}

int live_interval(struct live *live, struct report **report, struct err *err)
{
	int error = cross_edge(live, EDGE_BETWEEN);

	if (error)
		return edge_failed(error, err);
	error = live_last(live, report, err);
	if (error)
		return error;
	live->window.start_ns = live->window_began_ns;
	queues_begin_window(&live->queues, false);
	error = recycle(live);
	return error ? edge_failed(error, err) : 0;
}

int live_stop(struct live *live, struct err *err)
{
	int error = live->running ? cross_edge(live, EDGE_STOP) : 0;

	if (error)
		return edge_failed(error, err);
	live->running = false;
	live->total.duration_ns = live->window_began_ns - live->total.start_ns;
	ring_buffer__consume(live->ring);
	return 0;
}

static int make_report(struct live *live, struct report **report, const struct live_span *span,
		       struct err *err)
{
	return live_report(report, &live->queues, &live->options, &live->attachment, span,
			   attach_misses(&live->attachment), control_of(live)->unplaced, err);
}

int live_last(struct live *live, struct report **report, struct err *err)
{
	return make_report(live, report, &live->window, err);
}

int live_total(struct live *live, struct report **report, struct err *err)
{
	return make_report(live, report, &live->total, err);
}

int live_list(struct live *live, struct report **report, struct err *err)
{
	static const struct live_span none;

	return make_report(live, report, &none, err);
}

const struct attachment *live_attachment(const struct live *live)
{
	return &live->attachment;
}
