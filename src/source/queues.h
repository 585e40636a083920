/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queues a live profile has met: who they are and what was counted for them, in the window that
 * is open and since the start. Keeps a queue after its device has gone. Knows nothing of attaching.
 */
#ifndef SOURCE_QUEUES_H
#define SOURCE_QUEUES_H

#include "base/vec.h"
#include "source/live_functions.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/config.h>
#include <vhostprof/wire.h>

/* The kick eventfd's counter when a window began or ended: it lies between low and high. */
struct kick_mark {
	uint64_t ctx; /* which eventfd; 0 = not known */
	uint64_t low;
	uint64_t high;
};

struct counted {
	struct vp_counters *counters;
	struct live_functions functions; /* empty below level stages */
	struct kick_mark kicks;		 /* when counting began */
	uint64_t bytes;			 /* the device's counter when counting began; VP_UNKNOWN */
};

struct live_queue {
	uint32_t slot;
	uint32_t generation;
	struct vp_identity identity; /* as last seen */
	char *vm_name;
	bool gone;		/* its device was released and everything was collected */
	bool reported;		/* gone, and reported as such: not part of further windows */
	struct kick_mark kicks; /* at the end of the window closed last */
	uint64_t bytes;
	struct counted window;
	struct counted total;
};

/* The maps as they lie in memory, shared with BPF. */
struct shared_maps {
	volatile struct vp_identity *identities;
	struct vp_counters *counters;
	struct function_maps functions;
	uint32_t slots;
};

typedef VEC(struct live_queue) live_queue_vec;

/* Adds the slots that came into use and copies what changed; -ENOMEM. */
int queues_sync(live_queue_vec *queues, const struct shared_maps *maps);

/* Call before and after a switch of windows, each time with fresh identities. */
void queues_mark_low(live_queue_vec *queues);
void queues_mark_high(live_queue_vec *queues);

/* Moves what bank `bank` counted into every queue's window and total, and empties the bank; -ENOMEM. */
int queues_collect(live_queue_vec *queues, const struct shared_maps *maps, unsigned bank);

/* Begins a new window; the total begins with the first one. */
void queues_begin_window(live_queue_vec *queues, bool first);

void queues_free(live_queue_vec *queues);

#endif
