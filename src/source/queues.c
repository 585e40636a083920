// SPDX-License-Identifier: BSD-2-Clause
#include "source/queues.h"

#include "model/hist.h"
#include "source/netdev.h"
#include "source/procfs.h"

#include <errno.h>
#include <string.h>

static struct live_queue *find(live_queue_vec *queues, uint32_t slot, uint32_t generation)
{
	vec_foreach (queue, queues)
		if (queue->slot == slot && queue->generation == generation)
			return queue;
	return NULL;
}

static enum vp_dir dir_of(const struct live_queue *queue)
{
	return queue->slot & 1 ? VP_TX : VP_RX;
}

/* A VM without a name is called what its process is called; its name may be gone with it. */
static void name_vm(struct live_queue *queue)
{
	char comm[PROCFS_COMM_LEN];
	pid_t pid = (pid_t)queue->identity.owner_pid;

	if (queue->vm_name || !procfs_vm_name(pid, &queue->vm_name))
		return;
	if (!procfs_comm(pid, comm))
		queue->vm_name = strdup(comm);
}

static struct live_queue *add(live_queue_vec *queues, uint32_t slot, uint32_t generation)
{
	struct live_queue *queue = vec_add(queues);

	if (!queue)
		return NULL;
	queue->slot = slot;
	queue->generation = generation;
	queue->window.bytes = queue->total.bytes = queue->bytes = VP_UNKNOWN;
	queue->window.counters = calloc(1, sizeof(struct vp_counters));
	queue->total.counters = calloc(1, sizeof(struct vp_counters));
	return queue->window.counters && queue->total.counters ? queue : NULL;
}

int queues_sync(live_queue_vec *queues, const struct shared_maps *maps)
{
	for (uint32_t slot = 0; slot < maps->slots; slot++) {
		struct vp_identity identity = maps->identities[slot];
		struct live_queue *queue;

		if (!identity.vq || !identity.selected)
			continue;
		queue = find(queues, slot, identity.generation);
		if (!queue)
			queue = add(queues, slot, identity.generation);
		if (!queue)
			return -ENOMEM;
		queue->identity = identity;
		name_vm(queue);
	}
	return 0;
}

void queues_mark_low(live_queue_vec *queues)
{
	vec_foreach (queue, queues) {
		queue->kicks.ctx = queue->identity.kick_ctx;
		queue->kicks.low = queue->identity.kick_count;
	}
}

void queues_mark_high(live_queue_vec *queues)
{
	vec_foreach (queue, queues) {
		if (queue->kicks.ctx != queue->identity.kick_ctx)
			queue->kicks.ctx = 0;
		queue->kicks.high = queue->identity.kick_count;
		queue->bytes = netdev_queue_bytes(&queue->identity, dir_of(queue));
	}
}

static void merge_first_block(struct vp_counters *into, const struct vp_counters *from)
{
	const uint64_t *add_up = (const uint64_t *)from;
	uint64_t *sums = (uint64_t *)into;

	for (size_t i = 0; i < offsetof(struct vp_counters, wake) / sizeof(uint64_t); i++)
		sums[i] += add_up[i];
}

static void merge(struct vp_counters *into, const struct vp_counters *from)
{
	merge_first_block(into, from);
	hist_merge(&into->wake, &from->wake);
	hist_merge(&into->service, &from->service);
	hist_merge(&into->gap, &from->gap);
	hist_merge(&into->batch, &from->batch);
}

static int collect_functions(struct live_queue *queue, const struct function_maps *maps,
			     unsigned bank)
{
	int error = live_functions_add(&queue->window.functions, maps, queue->slot, bank);

	if (!error)
		error = live_functions_add(&queue->total.functions, maps, queue->slot, bank);
	if (!error)
		live_functions_clear_bank(maps, queue->slot, bank);
	return error;
}

int queues_collect(live_queue_vec *queues, const struct shared_maps *maps, unsigned bank)
{
	int error = 0;

	vec_foreach (queue, queues) {
		struct vp_counters *counters = &maps->counters[queue->slot * VP_BANKS + bank];

		if (queue->gone)
			continue;
		if (!error)
			error = collect_functions(queue, &maps->functions, bank);
		merge(queue->window.counters, counters);
		merge(queue->total.counters, counters);
		memset(counters, 0, sizeof(*counters));
		queue->gone = queue->identity.closed_ns != 0;
	}
	return error;
}

static void begin(struct counted *counted, const struct live_queue *queue)
{
	memset(counted->counters, 0, sizeof(*counted->counters));
	live_functions_free(&counted->functions);
	counted->kicks = queue->kicks;
	counted->bytes = queue->bytes;
}

void queues_begin_window(live_queue_vec *queues, bool first)
{
	vec_foreach (queue, queues) {
		begin(&queue->window, queue);
		if (first)
			begin(&queue->total, queue);
		queue->reported = queue->gone;
	}
}

void queues_free(live_queue_vec *queues)
{
	vec_foreach (queue, queues) {
		free(queue->window.counters);
		free(queue->total.counters);
		live_functions_free(&queue->window.functions);
		live_functions_free(&queue->total.functions);
		free(queue->vm_name);
	}
	vec_free(queues);
}
