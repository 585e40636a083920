// SPDX-License-Identifier: BSD-2-Clause
#include "source/recorder.h"

#include "source/recfile_events.h"
#include "source/recfile_write.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#define BOOT_ID_LEN 37

/* What the file says of a queue, to see when it has changed. Compared as bytes. */
struct written {
	uint32_t owner_pid;
	uint32_t worker_tid;
	uint32_t ifindex;
	uint32_t queue_pair;
	char worker_comm[VP_COMM_LEN];
	char ifname[VP_IFNAME_LEN];
	uint64_t named;
};

struct recorder {
	const struct live_options *options;
	struct live *live;
	struct recfile_writer *writer;
	VEC(struct written) written; /* indexed like the live queues */
	uint32_t *shown; /* with --queue only: by slot, the generation to record plus one */
	bool marked;
	int error; /* of writing records, which has nobody to return it to */
	struct err err;
	struct events_block events;
	uint32_t n;
	bool staged; /* the runs collected have their stages */
	struct vp_run runs[RECFILE_RUNS_MAX];
	struct vp_stages stages[RECFILE_RUNS_MAX];
};

static bool is_shown(const struct recorder *recorder, const struct vp_identity *identity)
{
	uint32_t pair = recorder->options->queue_pair;

	return pair == VP_NO_PAIR || (identity->ifindex && identity->queue_pair == pair);
}

static int write_queue(struct recorder *recorder, const struct live_queue *queue, struct err *err)
{
	const struct vp_identity *identity = &queue->identity;
	char comm[VP_COMM_LEN + 1] = "", ifname[VP_IFNAME_LEN + 1] = "";
	struct recfile_queue entry = {
		.slot = queue->slot,
		.generation = queue->generation,
		.dir = queue->slot & 1 ? VP_TX : VP_RX,
		.vm_pid = identity->owner_pid,
		.queue_pair = identity->ifindex ? identity->queue_pair : VP_NO_PAIR,
		.worker_tid = identity->worker_tid,
		.vm_name = queue->vm_name,
		.device = identity->ifindex ? ifname : NULL,
		.worker_comm = identity->worker_tid ? comm : NULL,
	};

	memcpy(comm, identity->worker_comm, VP_COMM_LEN);
	memcpy(ifname, identity->ifname, VP_IFNAME_LEN);
	return recfile_write_queue(recorder->writer, &entry, err);
}

static int update_queue(struct recorder *recorder, const struct live_queue *queue,
			struct written *written, struct err *err)
{
	const struct vp_identity *identity = &queue->identity;
	struct written now = {
		.owner_pid = identity->owner_pid,
		.worker_tid = identity->worker_tid,
		.ifindex = identity->ifindex,
		.queue_pair = identity->queue_pair,
		.named = queue->vm_name != NULL,
	};

	memcpy(now.worker_comm, identity->worker_comm, sizeof(now.worker_comm));
	memcpy(now.ifname, identity->ifname, sizeof(now.ifname));
	if (!is_shown(recorder, identity) || !memcmp(&now, written, sizeof(now)))
		return 0;
	*written = now;
	if (recorder->shown)
		recorder->shown[queue->slot] = queue->generation + 1;
	return write_queue(recorder, queue, err);
}

/* Writes the queues that are new or have changed. */
static int update_queues(struct recorder *recorder, struct err *err)
{
	const live_queue_vec *queues;
	int error = live_queues(recorder->live, &queues, err);

	for (size_t i = 0; !error && i < queues->len; i++) {
		if (i == recorder->written.len && !vec_add(&recorder->written))
			return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
		error = update_queue(recorder, &queues->items[i], &recorder->written.items[i], err);
	}
	return error;
}

static bool is_hidden(const struct recorder *recorder, uint32_t slot, uint32_t generation)
{
	return recorder->shown && (slot >= 2 * live_max_devices(recorder->options) ||
				   recorder->shown[slot] != generation + 1);
}

/* Drops the runs of queues that --queue does not name: BPF knows directions only. */
static void drop_hidden(struct recorder *recorder)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < recorder->n; i++) {
		const struct vp_run *run = &recorder->runs[i];

		if (is_hidden(recorder, run->queue, run->generation))
			continue;
		recorder->stages[kept] = recorder->stages[i];
		recorder->runs[kept++] = *run;
	}
	recorder->n = kept;
}

static int flush(struct recorder *recorder, struct err *err)
{
	int error = update_queues(recorder, err);

	if (recorder->shown)
		drop_hidden(recorder);
	if (!error)
		error = recfile_write_events(recorder->writer, &recorder->events, err);
	if (!error)
		error = recfile_write_runs(recorder->writer, recorder->runs,
					   recorder->staged ? recorder->stages : NULL, recorder->n,
					   err);
	recorder->n = 0;
	return error;
}

static void flush_later_told(struct recorder *recorder)
{
	recorder->error = flush(recorder, &recorder->err);
}

static void on_run(void *context, const struct vp_run *run, const struct vp_stages *stages)
{
	struct recorder *recorder = context;

	if (recorder->error || !recorder->writer)
		return;
	/* A block's runs all have their stages, or none. */
	if (recorder->n == RECFILE_RUNS_MAX || (recorder->n && recorder->staged != !!stages))
		flush_later_told(recorder);
	recorder->staged = stages != NULL;
	if (stages)
		recorder->stages[recorder->n] = *stages;
	recorder->runs[recorder->n++] = *run;
}

/* Events go to the file before the runs they belong to, and these follow soon. */
static void on_events(void *context, const struct vp_events *head, const __u64 *items)
{
	struct recorder *recorder = context;

	if (recorder->error || !recorder->writer ||
	    is_hidden(recorder, head->queue, head->generation))
		return;
	if (!events_fit(&recorder->events, head))
		flush_later_told(recorder);
	events_pack(&recorder->events, head, items);
}

struct recorder *recorder_new(struct live_options *options)
{
	struct recorder *recorder = calloc(1, sizeof(*recorder));

	if (!recorder)
		return NULL;
	if (options->queue_pair != VP_NO_PAIR) {
		recorder->shown = calloc(2 * live_max_devices(options), sizeof(*recorder->shown));
		if (!recorder->shown) {
			free(recorder);
			return NULL;
		}
	}
	recorder->options = options;
	options->sink = (struct live_sink){.context = recorder, .run = on_run, .events = on_events};
	events_open(&recorder->events);
	return recorder;
}

void recorder_free(struct recorder *recorder)
{
	struct err ignored;

	if (!recorder)
		return;
	recfile_close_writer(recorder->writer, &ignored);
	events_close(&recorder->events);
	vec_free(&recorder->written);
	free(recorder->shown);
	free(recorder);
}

/* Tells recordings of one boot, whose times can be compared, from those of another. */
static void read_boot_id(char out[BOOT_ID_LEN])
{
	FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");

	out[0] = '\0';
	if (!file)
		return;
	if (!fgets(out, BOOT_ID_LEN, file))
		out[0] = '\0';
	fclose(file);
}

/* The names are borrowed: only the list itself is to be freed. */
static int list_probes(struct recfile_meta *meta, const struct attachment *attachment)
{
	for (enum probe_id id = 0; id < PROBE_NR; id++) {
		const struct probe_state *state = &attachment->probes[id];
		struct recfile_probe *probe = vec_add(&meta->probes);

		if (!probe)
			return -ENOMEM;
		*probe = (struct recfile_probe){
			.name = (char *)probes[id].name,
			.how = (char *)attach_how(attachment, id),
			.symbol = (char *)state->symbol,
			.why = (char *)state->why,
		};
	}
	return 0;
}

int recorder_begin(struct recorder *recorder, struct live *live, const char *path, struct err *err)
{
	char boot_id[BOOT_ID_LEN];
	struct utsname name;
	struct recfile_meta meta = {
		.kernel = name.release,
		.machine = name.machine,
		.clock = "CLOCK_MONOTONIC",
		.boot_id = boot_id,
		.level = (char *)probe_level_name(recorder->options->level),
		.version = VHOSTPROF_VERSION,
		.churn_window_ns = recorder->options->churn_window_ns,
	};
	int error = list_probes(&meta, live_attachment(live));

	uname(&name);
	read_boot_id(boot_id);
	if (error)
		err_set(err, -error, EXIT_FAILED, "out of memory");
	else
		error = recfile_create(&recorder->writer, path, &meta, err);
	vec_free(&meta.probes);
	recorder->live = live;
	return error;
}

int recorder_check(const struct recorder *recorder, struct err *err)
{
	if (recorder->error)
		*err = recorder->err;
	return recorder->error;
}

static bool is_row_of(const struct report_queue *row, const struct live_queue *queue)
{
	const struct vp_identity *identity = &queue->identity;
	uint32_t pair = identity->ifindex ? identity->queue_pair : VP_NO_PAIR;

	return row->dir == (queue->slot & 1 ? VP_TX : VP_RX) &&
	       row->worker_tid == identity->worker_tid && row->vm_pid == identity->owner_pid &&
	       row->queue_pair == pair;
}

/* The queue that a row of a report speaks of; of several that followed each other the last. */
static const struct live_queue *queue_of(const live_queue_vec *queues,
					 const struct report_queue *row)
{
	size_t i;

	for (i = queues->len; i > 0; i--)
		if (is_row_of(row, &queues->items[i - 1]))
			return &queues->items[i - 1];
	return NULL;
}

static int write_calls(struct recorder *recorder, const struct report *window,
		       const struct report_queue *row, const struct live_queue *queue,
		       struct err *err)
{
	struct recfile_calls calls = {
		.slot = queue->slot,
		.generation = queue->generation,
		.symbols = &window->symbols,
		.functions = row->functions.items,
		.functions_len = row->functions.len,
	};
	int error;

	memcpy(calls.trees, row->trees, sizeof(calls.trees));
	error = recfile_write_calls(recorder->writer, &calls, err);
	if (error)
		return error;
	calls.kind = RECFILE_SAMPLED;
	calls.functions_len = 0;
	memcpy(calls.trees, row->samples, sizeof(calls.trees));
	return recfile_write_calls(recorder->writer, &calls, err);
}

/* Writes what was counted for functions, and sampled, in the window that is closed now. */
static int write_window(struct recorder *recorder, bool last, struct err *err)
{
	const live_queue_vec *queues;
	struct report *window;
	bool counts = recorder->options->level >= VP_LEVEL_STAGES || recorder->options->sample_hz;
	int error;

	if (!counts || !recorder->marked)
		return 0;
	error = last ? live_last(recorder->live, &window, err)
		     : live_interval(recorder->live, &window, err);
	if (error)
		return error;
	error = live_queues(recorder->live, &queues, err);
	vec_foreach (row, &window->queues) {
		const struct live_queue *queue = error ? NULL : queue_of(queues, row);

		if (queue)
			error = write_calls(recorder, window, row, queue, err);
	}
	report_free(window);
	return error;
}

static int tick(struct recorder *recorder, struct live_progress *progress, bool last,
		struct err *err)
{
	int error = recorder_check(recorder, err);
	struct recfile_mark mark;

	if (!error)
		error = flush(recorder, err);
	if (!error)
		error = write_window(recorder, last, err);
	if (error)
		return error;
	live_progress(recorder->live, progress);
	mark = (struct recfile_mark){
		.time_ns = progress->now_ns,
		.records_lost = progress->records_lost,
		.runs_broken = progress->runs_broken,
		.probe_misses = progress->probe_misses,
		.queues_unplaced = progress->queues_unplaced,
		.calls_broken = progress->calls_broken,
		.calls_too_deep = progress->calls_too_deep,
		.calls_unplaced = progress->calls_unplaced,
		.events_lost = progress->events_lost,
		.samples_lost = progress->samples_lost,
	};
	/* The first mark is the start itself, not the moment after it. */
	if (!recorder->marked)
		mark.time_ns = progress->start_ns;
	recorder->marked = true;
	return recfile_write_mark(recorder->writer, &mark, err);
}

int recorder_tick(struct recorder *recorder, struct live_progress *progress, struct err *err)
{
	return tick(recorder, progress, false, err);
}

int recorder_finish(struct recorder *recorder, struct err *err)
{
	struct recfile_writer *writer = recorder->writer;
	struct live_progress progress;
	struct report *report;
	int error = tick(recorder, &progress, true, err);

	if (!error)
		error = live_total(recorder->live, &report, err);
	if (error)
		return error;
	error = recfile_finish(writer, report, err);
	report_free(report);
	if (error)
		return error;
	recorder->writer = NULL;
	return recfile_close_writer(writer, err);
}

uint64_t recorder_runs(const struct recorder *recorder)
{
	return recfile_written_runs(recorder->writer);
}

uint64_t recorder_bytes(const struct recorder *recorder)
{
	return recfile_written_bytes(recorder->writer);
}
