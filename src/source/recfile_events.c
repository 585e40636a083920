// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows how a batch of events becomes bytes: six numbers, then a byte for each event (its row, and whether
 * it is an end), then the time of each since the one before. Refuses to know what the events mean.
 */
#include "source/recfile_events.h"

#include <errno.h>

#define TIME_MASK (~0ull >> 8) /* of an event's 56 bits of time */

_Static_assert(RECFILE_EVENTS_MAX * 9 + RECFILE_BATCHES_MAX * 6 * NUMBER_BYTES_MAX <
		       RECFILE_RAW_MAX,
	       "any batches fit a block");

void events_open(struct events_block *block)
{
	sink_open_memory(&block->bytes);
	block->items = block->batches = 0;
}

void events_close(struct events_block *block)
{
	sink_close(&block->bytes);
}

bool events_fit(const struct events_block *block, const struct vp_events *head)
{
	return block->batches < RECFILE_BATCHES_MAX &&
	       head->len <= RECFILE_EVENTS_MAX - block->items;
}

void events_pack(struct events_block *block, const struct vp_events *head, const __u64 *items)
{
	struct sink *out = &block->bytes;
	uint64_t before = head->base_ns;
	uint32_t i;

	number_write(out, head->worker_tid);
	number_write(out, head->queue);
	number_write(out, head->generation);
	number_write(out, head->len);
	number_write(out, head->base_ns);
	number_write(out, head->lost);
	for (i = 0; i < head->len; i++) {
		uint8_t what = (uint8_t)items[i];

		sink_write(out, &what, 1);
	}
	for (i = 0; i < head->len; i++) {
		number_write(out, ((items[i] >> 8) - before) & TIME_MASK);
		before = items[i] >> 8;
	}
	block->items += head->len;
	block->batches++;
}

static bool take_head(struct bytes *in, struct vp_events *head)
{
	uint64_t tid, queue, generation, len, base_ns, lost;

	if (!number_take(in, &tid) || !number_take(in, &queue) || !number_take(in, &generation) ||
	    !number_take(in, &len) || !number_take(in, &base_ns) || !number_take(in, &lost))
		return false;
	if (tid > UINT32_MAX || queue > UINT32_MAX || generation > UINT32_MAX ||
	    len > RECFILE_EVENTS_MAX || len > (uint64_t)(in->end - in->at))
		return false;
	*head = (struct vp_events){.worker_tid = (uint32_t)tid,
				   .queue = (uint32_t)queue,
				   .generation = (uint32_t)generation,
				   .len = (uint32_t)len,
				   .base_ns = base_ns,
				   .lost = lost};
	return true;
}

int events_unpack(struct bytes *in, struct vp_events *head, __u64 *items)
{
	const uint8_t *what;
	uint64_t time, step;
	uint32_t i;

	if (in->at == in->end)
		return 0;
	if (!take_head(in, head))
		return -EBADMSG;
	what = in->at;
	in->at += head->len;
	time = head->base_ns;
	for (i = 0; i < head->len; i++) {
		if (!number_take(in, &step))
			return -EBADMSG;
		time += step;
		items[i] = time << 8 | what[i];
	}
	return 1;
}
