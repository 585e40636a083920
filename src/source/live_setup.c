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
#include <unistd.h>

#define WORKS_PER_DEVICE 4
#define DEVICES_RUNS	 128
#define DEVICES_STAGES	 32 /* each takes 1.3 MB there, most of it the functions' histograms */

void live_options_init(struct live_options *options)
{
	*options = (struct live_options){
		.dir = -1,
		.queue_pair = VP_NO_PAIR,
		.churn_window_ns = 50000,
		.ring_bytes = 4u << 20,
	};
}

uint32_t live_max_devices(const struct live_options *options)
{
	if (options->max_devices)
		return options->max_devices;
	return options->level >= VP_LEVEL_STAGES ? DEVICES_STAGES : DEVICES_RUNS;
}

/* `works` has room for devices that are only remembered as not wanted. */
static int size_maps(struct vhostprof_bpf *bpf, const struct live_options *options)
{
	uint32_t pairs = options->max_devices, slots = 2 * pairs;
	uint32_t ring_bytes = options->sink.run ? options->ring_bytes : (uint32_t)getpagesize();
	int cpus = libbpf_num_possible_cpus();

	return cpus < 0 ||
	       bpf_map__set_max_entries(bpf->maps.works, WORKS_PER_DEVICE * 8 * pairs) ||
	       bpf_map__set_max_entries(bpf->maps.identities, slots) ||
	       bpf_map__set_max_entries(bpf->maps.counters, slots * VP_BANKS) ||
	       bpf_map__set_max_entries(bpf->maps.queues, slots) ||
	       bpf_map__set_max_entries(bpf->maps.free_pairs, pairs) ||
	       bpf_map__set_max_entries(bpf->maps.workers, pairs) ||
	       bpf_map__set_max_entries(bpf->maps.last_workers, (uint32_t)cpus) ||
	       bpf_map__set_max_entries(bpf->maps.runs, ring_bytes);
}

/* Maps that stay as small as they can be where nobody asked for what they hold. */
static int size_level_maps(struct vhostprof_bpf *bpf, const struct live_options *options)
{
	uint32_t pairs = options->max_devices, banks = 2 * pairs * VP_BANKS;

	if (options->sample_hz && bpf_map__set_max_entries(bpf->maps.samples, VP_SAMPLE_RING_BYTES))
		return -1;
	if (options->level >= VP_LEVEL_TRACE && bpf_map__set_max_entries(bpf->maps.traces, pairs))
		return -1;
	return options->level >= VP_LEVEL_STAGES &&
	       (bpf_map__set_max_entries(bpf->maps.functions, banks * PROBE_NR) ||
		bpf_map__set_max_entries(bpf->maps.node_counters, banks * FUNCTION_NODES));
}

static int prepare(struct vhostprof_bpf *bpf, void *context)
{
	const struct live *live = context;
	const struct live_options *options = &live->options;

	bpf->rodata->config = (struct vp_config){
		.churn_window_ns = options->churn_window_ns,
		.wakeup_bytes = options->ring_bytes / 4,
		.filtered = options->pids.len || options->vms.len,
		.dir_wanted = {options->dir != VP_TX, options->dir != VP_RX},
		.level = (uint8_t)options->level,
		.sends_records = options->sink.run != NULL,
	};
	bpf->bss->control.level = options->level;
	bpf_program__set_autoload(bpf->progs.take_sample, options->sample_hz);
	return size_maps(bpf, options) || size_level_maps(bpf, options) ? -errno : 0;
}

int live_offer_pair(struct live *live, uint32_t slot)
{
	int fd = bpf_map__fd(live->attachment.bpf->maps.free_pairs);

	return bpf_map_update_elem(fd, NULL, &slot, BPF_ANY) ? -errno : 0;
}

/* Node 0 is the root. */
static int offer_nodes(struct live *live)
{
	int fd = bpf_map__fd(live->attachment.bpf->maps.free_nodes), error = 0;

	if (live->options.level < VP_LEVEL_STAGES)
		return 0;
	for (uint32_t node = VP_NODES - 1; !error && node; node--)
		error = bpf_map_update_elem(fd, NULL, &node, BPF_ANY) ? -errno : 0;
	return error;
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

static size_t functions_bytes(const struct live *live)
{
	return (size_t)live->maps.slots * VP_BANKS * PROBE_NR * sizeof(struct vp_hist);
}

static size_t node_counters_bytes(const struct live *live)
{
	return (size_t)live->maps.slots * VP_BANKS * FUNCTION_NODES *
	       sizeof(struct vp_node_counters);
}

static size_t nodes_bytes(void)
{
	return VP_NODES * sizeof(struct vp_node);
}

static int share_function_maps(struct live *live)
{
	struct vhostprof_bpf *bpf = live->attachment.bpf;
	struct function_maps *maps = &live->maps.functions;

	if (live->options.level < VP_LEVEL_STAGES)
		return 0;
	maps->functions = map_memory(bpf->maps.functions, functions_bytes(live));
	maps->node_counters = map_memory(bpf->maps.node_counters, node_counters_bytes(live));
	maps->nodes = map_memory(bpf->maps.nodes, nodes_bytes());
	return maps->functions && maps->node_counters && maps->nodes ? 0 : -errno;
}

static void unmap(const void *memory, size_t bytes)
{
	if (memory)
		munmap((void *)memory, bytes);
}

static void unshare_maps(struct live *live)
{
	unmap((const void *)live->maps.identities, identities_bytes(live));
	unmap(live->maps.counters, counters_bytes(live));
	unmap(live->maps.functions.functions, functions_bytes(live));
	unmap(live->maps.functions.node_counters, node_counters_bytes(live));
	unmap(live->maps.functions.nodes, nodes_bytes());
}

static int share_maps(struct live *live)
{
	struct vhostprof_bpf *bpf = live->attachment.bpf;

	live->maps.slots = 2 * live->options.max_devices;
	live->maps.identities = map_memory(bpf->maps.identities, identities_bytes(live));
	live->maps.counters = map_memory(bpf->maps.counters, counters_bytes(live));
	return live->maps.identities && live->maps.counters ? share_function_maps(live) : -errno;
}

static void handle_run(const struct live_sink *sink, const struct vp_record *record, size_t bytes)
{
	const struct vp_run *run = (const void *)(record + 1);
	bool staged = record->type == VP_RECORD_STAGES;

	if (!sink->run ||
	    bytes < sizeof(*record) + sizeof(*run) + (staged ? sizeof(struct vp_stages) : 0))
		return;
	sink->run(sink->context, run, staged ? (const void *)(run + 1) : NULL);
}

static void handle_events(const struct live_sink *sink, const struct vp_record *record,
			  size_t bytes)
{
	const struct vp_events *head = (const void *)(record + 1);

	if (sink->events && bytes >= sizeof(*record) + sizeof(*head) &&
	    bytes - sizeof(*record) - sizeof(*head) >= head->len * sizeof(__u64))
		sink->events(sink->context, head, (const void *)(head + 1));
}

/* -EAGAIN, which ends the drain, once as much was read as the ring holds: workers may write as fast as we read. */
static int handle_record(void *context, void *data, size_t bytes)
{
	struct live *live = context;
	const struct live_sink *sink = &live->options.sink;
	const struct vp_record *record = data;

	if (bytes < sizeof(*record))
		return 0;
	if (record->type == VP_RECORD_EVENTS)
		handle_events(sink, record, bytes);
	else
		handle_run(sink, record, bytes);
	live->drained_bytes += bytes;
	return live->drained_bytes < live->options.ring_bytes ? 0 : -EAGAIN;
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
	int error = offer_nodes(live);

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
	return live_sync(live);
}

int live_sync(struct live *live)
{
	int error = queues_sync(&live->queues, &live->maps);

	if (!error && live->sampler.hz)
		sampler_sync(&live->sampler, &live->queues);
	return error;
}

static int open_sampler(struct live *live, struct err *err)
{
	struct vhostprof_bpf *bpf = live->attachment.bpf;
	int error;

	if (!live->options.sample_hz)
		return 0;
	error = sampler_open(&live->sampler, bpf, live->options.sample_hz, err);
	if (error)
		return error;
	live->sample_ring = ring_buffer__new(bpf_map__fd(bpf->maps.samples), sampler_take,
					     &live->sampler, NULL);
	if (!live->sample_ring)
		return err_set(err, errno, EXIT_FAILED, "cannot set up the BPF maps: %s",
			       strerror(errno));
	sampler_sync(&live->sampler, &live->queues);
	return sampler_check(&live->sampler, err);
}

static int attach(struct live *live, struct err *err)
{
	struct attach_options options = {
		.level = live->options.level,
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
	error = open_sampler(live, err);
	return error ? error : live_check_targets(live, err);
}

int live_open(struct live **live, const struct live_options *options, struct err *err)
{
	struct live *made = calloc(1, sizeof(*made));
	int error;

	if (!made)
		return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	made->options = *options;
	made->options.max_devices = live_max_devices(options);
	made->options.pids = (pid_vec)VEC_INIT;
	made->barrier_fd = -1;
	cost_init(&made->cost);
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
	ring_buffer__free(live->sample_ring);
	bpf_link__destroy(live->finder);
	sampler_close(&live->sampler);
	if (live->barrier_fd >= 0)
		close(live->barrier_fd);
	cost_free(&live->cost);
	vec_free(&live->shed);
	unshare_maps(live);
	attach_close(&live->attachment);
	queues_free(&live->queues);
	vec_free(&live->options.pids);
	free(live);
}
