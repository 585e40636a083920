// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows what each type of block is good for. Refuses to know what a report makes of it.
 */
#include "source/recfile_read.h"

#include "source/recfile_counted.h"
#include "source/recfile_message.h"
#include "source/recfile_runs.h"
#include "source/recfile_stream.h"
#include "source/recfile_table.h"
#include "source/recfile_totals.h"
#include "source/recfile_trace.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct recfile {
	struct recfile_stream stream;
	struct recfile_meta meta;
	struct recfile_table table;
	struct recfile_counted counted;
	struct recfile_trace *trace; /* NULL = nobody wants it */
	uint64_t holes_known;	     /* blocks missing, as far as the trace knows */
	struct recfile_mark first_mark, last_mark;
	uint64_t marks;
	uint64_t missing_told; /* of the runs missing, those recfile_next has told of */
	struct report *totals; /* as far as it was read */
	uint64_t totals_due;   /* queues it ought to have */
	bool totals_bad, closed, ended;
	char damage[256];
	struct vp_run runs[RECFILE_RUNS_MAX];
};

int recfile_open(struct recfile **file, int fd, const char *name, const void *before, size_t len,
		 struct err *err)
{
	struct recfile *made = calloc(1, sizeof(*made));
	int error;

	if (!made)
		return err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", name);
	error = stream_open(&made->stream, fd, name, before, len, err);
	made->totals = error ? NULL : report_new();
	if (!error && !made->totals)
		error = err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", name);
	if (error) {
		recfile_close(made);
		return error;
	}
	*file = made;
	return 0;
}

void recfile_close(struct recfile *file)
{
	if (!file)
		return;
	stream_close(&file->stream);
	recfile_meta_free(&file->meta);
	table_free(&file->table);
	counted_free(&file->counted);
	trace_free(file->trace);
	report_free(file->totals);
	free(file);
}

static int take_queues(struct recfile *file, struct bytes in)
{
	struct field field;
	int error = 0;

	while (!error && field_take(&in, &field)) {
		struct recfile_queue queue = {.queue_pair = UINT32_MAX};

		if (field.tag != TAG_QUEUE)
			continue;
		error = queue_read(field.value, &queue);
		if (!error)
			error = table_describe(&file->table, &queue);
		recfile_queue_free(&queue);
		error = error == -ENOSPC ? 0 : error; /* recfile_queue_of tells */
	}
	return error;
}

static int take_mark(struct recfile *file, struct bytes in)
{
	/* What a writer of minor version 0 does not tell did not happen: it measured no calls. */
	struct recfile_mark mark = {.time_ns = VP_UNKNOWN,
				    .records_lost = VP_UNKNOWN,
				    .runs_broken = VP_UNKNOWN,
				    .probe_misses = VP_UNKNOWN,
				    .queues_unplaced = VP_UNKNOWN};
	int error = mark_read(in, &mark);

	if (error || mark.time_ns == VP_UNKNOWN)
		return error;
	if (!file->marks++)
		file->first_mark = mark;
	file->last_mark = mark;
	return 0;
}

static int take_totals(struct recfile *file, struct bytes in)
{
	if (file->totals->queues.len >= RECFILE_QUEUES_MAX)
		return -EBADMSG;
	return totals_read(in, file->totals);
}

static int take_close(struct recfile *file, struct bytes in)
{
	int error = close_read(in, file->totals, &file->totals_due);

	file->closed = !error;
	return error;
}

static int take_meta(struct recfile *file, struct bytes in)
{
	int error;

	recfile_meta_free(&file->meta);
	error = meta_read(in, &file->meta);
	if (!error && file->trace)
		error = trace_rows(file->trace, &file->meta, &file->counted.symbols);
	return error;
}

/* No run's calls span a hole. */
static void tell_holes(struct recfile *file)
{
	uint64_t missing = file->stream.damage.blocks_missing;

	if (file->trace && missing > file->holes_known)
		run_calls_hole(file->trace->calls);
	file->holes_known = missing;
}

static int take_runs(struct recfile *file, struct bytes in, uint32_t items)
{
	int error = runs_unpack(&in, file->runs, items);

	return error || !file->trace ? error : trace_stages(file->trace, in, items);
}

static int take(struct recfile *file, const struct recfile_head *head, struct bytes payload)
{
	switch (head->type) {
	case RECFILE_META:
		return take_meta(file, payload);
	case RECFILE_QUEUE:
		return take_queues(file, payload);
	case RECFILE_RUNS:
		return take_runs(file, payload, head->items);
	case RECFILE_MARK:
		return take_mark(file, payload);
	case RECFILE_TOTALS:
		return take_totals(file, payload);
	case RECFILE_CLOSE:
		return take_close(file, payload);
	case RECFILE_NAMES:
		return counted_names(&file->counted, payload);
	case RECFILE_CALLS:
		return counted_calls(&file->counted, &file->table, payload);
	case RECFILE_EVENTS:
		return file->trace ? trace_events(file->trace, payload) : 0;
	default: /* the index is for those who do not read it all; newer types are not for us */
		return 0;
	}
}

/* A block that passed its checksum and yet makes no sense: counted with the damaged ones. */
static int refuse(struct recfile *file, const struct recfile_head *head, int error, struct err *err)
{
	if (error != -EBADMSG)
		return err_set(err, -error, EXIT_FAILED, "%s: out of memory", file->stream.name);
	file->stream.damage.blocks_missing++;
	if (head->type == RECFILE_RUNS)
		file->stream.damage.runs_missing += head->items;
	file->totals_bad |= head->type == RECFILE_TOTALS || head->type == RECFILE_CLOSE;
	return 0;
}

static bool has_totals(const struct recfile *file)
{
	return file->closed && !file->totals_bad && file->totals &&
	       file->totals->queues.len == file->totals_due;
}

static size_t say_cut(struct recfile *file)
{
	const struct recfile_damage *damage = &file->stream.damage;
	int used;

	if (!damage->cut)
		return 0;
	used = snprintf(file->damage, sizeof(file->damage),
			"the file ends early and reads up to byte %" PRIu64 "%s", damage->cut_at,
			has_totals(file) ? ": nothing that was measured is missing" : "");
	return (size_t)used;
}

static void say_damage(struct recfile *file)
{
	const struct recfile_damage *damage = &file->stream.damage;
	size_t used = say_cut(file);

	if (damage->blocks_missing)
		snprintf(file->damage + used, sizeof(file->damage) - used,
			 "%s%" PRIu64 " %s damaged, with %" PRIu64 " runs", used ? "; " : "",
			 damage->blocks_missing,
			 damage->blocks_missing == 1 ? "block is" : "blocks are",
			 damage->runs_missing);
}

static void hand_out(struct recfile *file, const struct recfile_head *head,
		     struct recfile_runs *runs)
{
	uint64_t missing = file->stream.damage.runs_missing;

	*runs = (struct recfile_runs){
		.items = file->runs,
		.stages = file->trace && file->trace->has_stages ? file->trace->stages : NULL,
		.len = head->items,
		.missing = missing - file->missing_told,
	};
	file->missing_told = missing;
}

int recfile_next(struct recfile *file, struct recfile_runs *runs, struct err *err)
{
	struct recfile_head head;
	struct bytes payload;
	int more;

	if (file->ended)
		return 0;
	while ((more = stream_next(&file->stream, &head, &payload, err)) > 0 &&
	       head.type != RECFILE_END) {
		int error;

		tell_holes(file);
		error = take(file, &head, payload);

		if (!error && head.type == RECFILE_RUNS) {
			hand_out(file, &head, runs);
			return 1;
		}
		if (error)
			error = refuse(file, &head, error, err);
		if (error)
			return error;
	}
	if (more < 0)
		return more;
	say_damage(file);
	file->ended = true;
	return 0;
}

const struct recfile_meta *recfile_meta(const struct recfile *file)
{
	return &file->meta;
}

const struct recfile_mark *recfile_first_mark(const struct recfile *file)
{
	return file->marks ? &file->first_mark : NULL;
}

const struct recfile_mark *recfile_last_mark(const struct recfile *file)
{
	return file->marks ? &file->last_mark : NULL;
}

int recfile_want_traces(struct recfile *file)
{
	file->trace = trace_new();
	return file->trace ? 0 : -ENOMEM;
}

void recfile_calls_of(struct recfile *file, const struct vp_run *run,
		      const struct traced_call **calls, uint32_t *len)
{
	*calls = NULL;
	*len = 0;
	if (file->trace && file->trace->has_calls)
		run_calls_take(file->trace->calls, run, calls, len);
}

struct recfile_counted *recfile_counted(struct recfile *file)
{
	return &file->counted;
}

int recfile_queue_of(struct recfile *file, const struct vp_run *run)
{
	int index = table_index(&file->table, run->queue, run->generation);

	return index < 0 ? -1 : index;
}

size_t recfile_queue_count(const struct recfile *file)
{
	return file->table.entries.len;
}

const struct recfile_queue *recfile_queue(const struct recfile *file, size_t index)
{
	return &file->table.entries.items[index].queue;
}

struct report *recfile_take_totals(struct recfile *file)
{
	struct report *totals = has_totals(file) ? file->totals : NULL;

	if (totals)
		file->totals = NULL;
	return totals;
}

const char *recfile_damage(const struct recfile *file)
{
	return file->damage;
}

uint64_t recfile_runs_missing(const struct recfile *file)
{
	return file->stream.damage.runs_missing;
}
