// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the tags of each message. Refuses to know which blocks they travel in.
 */
#include "source/recfile_message.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

#define PROBES_MAX 256

#define META(tag, kind, field)                                     \
	{                                                          \
		tag, kind, 1, offsetof(struct recfile_meta, field) \
	}
#define PROBE(tag, field)                                                 \
	{                                                                 \
		tag, FIELD_TEXT, 1, offsetof(struct recfile_probe, field) \
	}
#define QUEUE(tag, kind, field)                                     \
	{                                                           \
		tag, kind, 1, offsetof(struct recfile_queue, field) \
	}
#define MARK(tag, field)                                                \
	{                                                               \
		tag, FIELD_U64, 1, offsetof(struct recfile_mark, field) \
	}

static const struct field_row meta_rows[] = {
	META(1, FIELD_TEXT, kernel),	     META(2, FIELD_TEXT, machine),
	META(3, FIELD_TEXT, clock),	     META(4, FIELD_TEXT, boot_id),
	META(5, FIELD_TEXT, level),	     META(6, FIELD_TEXT, version),
	META(7, FIELD_U64, churn_window_ns), {0},
};

static const struct field_row probe_rows[] = {
	PROBE(1, name), PROBE(2, how), PROBE(3, symbol), PROBE(4, why), PROBE(5, module), {0},
};

static const struct field_row queue_rows[] = {
	QUEUE(1, FIELD_U32, slot),	   QUEUE(2, FIELD_U32, generation),
	QUEUE(3, FIELD_U32, dir),	   QUEUE(4, FIELD_U32, vm_pid),
	QUEUE(5, FIELD_TEXT, vm_name),	   QUEUE(6, FIELD_TEXT, device),
	QUEUE(7, FIELD_U32, queue_pair),   QUEUE(8, FIELD_U32, worker_tid),
	QUEUE(9, FIELD_TEXT, worker_comm), {0},
};

static const struct field_row mark_rows[] = {
	MARK(1, time_ns),
	MARK(2, records_lost),
	MARK(3, runs_broken),
	MARK(4, probe_misses),
	MARK(5, queues_unplaced),
	MARK(6, calls_broken),
	MARK(7, calls_too_deep),
	MARK(8, calls_unplaced),
	MARK(9, events_lost),
	MARK(10, samples_lost),
	{0},
};

static void probe_free(struct recfile_probe *probe)
{
	free(probe->name);
	free(probe->how);
	free(probe->symbol);
	free(probe->why);
	free(probe->module);
}

void recfile_meta_free(struct recfile_meta *meta)
{
	vec_foreach (probe, &meta->probes)
		probe_free(probe);
	vec_free(&meta->probes);
	free(meta->kernel);
	free(meta->machine);
	free(meta->clock);
	free(meta->boot_id);
	free(meta->level);
	free(meta->version);
	*meta = (struct recfile_meta){0};
}

void recfile_queue_free(struct recfile_queue *queue)
{
	free(queue->vm_name);
	free(queue->device);
	free(queue->worker_comm);
	queue->vm_name = queue->device = queue->worker_comm = NULL;
}

/* A message inside a message. */
static void put_nested(struct sink *out, uint64_t tag, const struct field_row *rows,
		       const void *thing)
{
	struct sink inner;

	sink_open_memory(&inner);
	fields_write(&inner, rows, thing);
	field_put_sink(out, tag, &inner);
}

void meta_write(struct sink *out, const struct recfile_meta *meta)
{
	fields_write(out, meta_rows, meta);
	vec_foreach (probe, &meta->probes)
		put_nested(out, TAG_PROBE, probe_rows, probe);
}

void queue_write(struct sink *out, const struct recfile_queue *queue)
{
	put_nested(out, TAG_QUEUE, queue_rows, queue);
}

void mark_write(struct sink *out, const struct recfile_mark *mark)
{
	fields_write(out, mark_rows, mark);
}

int meta_read(struct bytes in, struct recfile_meta *meta)
{
	int error = fields_read(in, meta_rows, meta);
	struct field field;

	while (!error && field_take(&in, &field)) {
		struct recfile_probe *probe;

		if (field.tag != TAG_PROBE)
			continue;
		if (meta->probes.len >= PROBES_MAX)
			return -EBADMSG;
		probe = vec_add(&meta->probes);
		error = probe ? fields_read(field.value, probe_rows, probe) : -ENOMEM;
	}
	return error;
}

int queue_read(struct bytes in, struct recfile_queue *queue)
{
	int error = fields_read(in, queue_rows, queue);

	return error || queue->dir < VP_DIR_NR ? error : -EBADMSG;
}

int mark_read(struct bytes in, struct recfile_mark *mark)
{
	return fields_read(in, mark_rows, mark);
}
