/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Level trace: entries and ends, kept per worker and handed over in one piece, before the record of the
 * run they belong to or when the buffer is full. One reservation in the ring for a whole run instead of
 * one for each event.
 */
#ifndef EVENT_BPF_H
#define EVENT_BPF_H

#include "maps.bpf.h"

static __always_inline struct event_buffer *buffer_of(const struct worker_state *worker)
{
	__u32 pair = worker->slot >> 1;

	if (config.level < VP_LEVEL_TRACE || !config.sends_records ||
	    worker->level < VP_LEVEL_TRACE)
		return NULL;
	return bpf_map_lookup_elem(&traces, &pair);
}

/* A worker's first: what another one of this device has left behind belongs to no run that will end. */
static __always_inline void events_begin(__u32 pair)
{
	struct event_buffer *buffer = NULL;

	if (config.level >= VP_LEVEL_TRACE)
		buffer = bpf_map_lookup_elem(&traces, &pair);
	if (buffer)
		buffer->head.len = buffer->head.lost = 0;
}

static __always_inline void count_events_lost(__u32 slot, __u32 n)
{
	struct vp_counters *counted = counters_of(slot);

	if (counted)
		counted->events_lost += n;
}

static __always_inline void buffer_flush(const struct worker_state *worker,
					 struct event_buffer *buffer)
{
	__u32 len = buffer->head.len;

	if (len > VP_EVENTS_MAX)
		len = VP_EVENTS_MAX;
	barrier_var(len);
	if (len && len <= VP_EVENTS_MAX &&
	    bpf_ringbuf_output(&runs, buffer, EVENTS_HEAD_BYTES + len * sizeof(__u64),
			       wakeup_flag())) {
		buffer->head.lost += len;
		count_events_lost(worker->slot, len);
	}
	buffer->head.len = 0;
}

static __always_inline void events_flush(const struct worker_state *worker)
{
	struct event_buffer *buffer = buffer_of(worker);

	if (buffer)
		buffer_flush(worker, buffer);
}

static __always_inline void buffer_begin(const struct worker_state *worker,
					 struct event_buffer *buffer, __u64 now_ns)
{
	struct vp_identity *identity = identity_of(worker->slot);

	buffer->record.type = VP_RECORD_EVENTS;
	buffer->head.worker_tid = worker->tid;
	buffer->head.queue = worker->slot;
	buffer->head.generation = identity ? identity->generation : 0;
	buffer->head.base_ns = now_ns;
}

static __always_inline void event_add(const struct worker_state *worker, __u32 row, bool is_end,
				      __u64 now_ns)
{
	struct event_buffer *buffer = buffer_of(worker);
	__u32 len;

	if (!buffer)
		return;
	if (buffer->head.len >= VP_EVENTS_MAX)
		buffer_flush(worker, buffer);
	len = buffer->head.len;
	if (!len)
		buffer_begin(worker, buffer, now_ns);
	barrier_var(len);
	buffer->items[len & (VP_EVENTS_MAX - 1)] = vp_event(now_ns, row, is_end);
	buffer->head.len = len + 1;
}

#endif
