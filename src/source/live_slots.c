// SPDX-License-Identifier: BSD-2-Clause
/* Slots of the maps: which half is written, when it is quiet, and when a slot can be used again. */
#include "source/live_state.h"

#include "base/cleanup.h"
#include "vhostprof.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <string.h>

#define RECYCLE_AFTER_NS 1000000000ull /* a released device's worker has ended long before */

volatile struct vp_control *live_control(struct live *live)
{
	return &live->attachment.bpf->bss->control;
}

int live_wait_for_programs(struct live *live)
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

int live_recycle(struct live *live, uint64_t now)
{
	int error = 0;

	for (uint32_t slot = 0; !error && slot < live->maps.slots; slot += 2) {
		if (!is_recyclable(live, slot, now) || !is_recyclable(live, slot + 1, now))
			continue;
		error = clear_slot(live, slot);
		if (!error)
			error = clear_slot(live, slot + 1);
		if (!error)
			error = live_offer_pair(live, slot);
	}
	return error;
}
