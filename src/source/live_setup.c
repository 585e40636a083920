// SPDX-License-Identifier: BSD-2-Clause
/* Getting a live profile ready: attaching, filling and mapping the maps, meeting the devices. */
#include "source/live_state.h"

#include "base/cleanup.h"
#include "source/feature.h"
#include "vhostprof.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#define WORKS_PER_DEVICE 4

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

int live_offer_pair(struct live *live, uint32_t slot)
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
		error = live_offer_pair(live, 2 * pair);
	vec_foreach (pid, &live->options.pids)
		if (!error)
			error = want(live, *pid);
	return error;
}

int live_refresh(struct live *live)
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
		error = live_find_targets(live, err);
	if (!error)
		error = attach(live, err);
	if (error)
		return error;
	live_control(live)->sees_enqueues =
		live->attachment.probes[PROBE_work_queue].rung != RUNG_NONE;
	error = fill_maps(live);
	if (!error)
		error = share_maps(live);
	if (!error)
		error = open_channels(live);
	if (!error)
		error = live_refresh(live);
	if (error)
		return err_set(err, -error, EXIT_FAILED, "cannot set up the BPF maps: %s",
			       strerror(-error));
	return live_check_targets(live, err);
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
