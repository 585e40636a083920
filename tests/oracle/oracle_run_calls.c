// SPDX-License-Identifier: BSD-2-Clause
/*
 * Calls of runs from streamed events against a second implementation, which keeps every entry of a run,
 * looks backwards for the one an end belongs to, and only then asks what lies inside what. Recursion, missed
 * entries and ends, too many calls inside each other, lost batches, lost records, workers mixed.
 */
#include "oracle.h"

#include "model/run_calls.h"

#include <string.h>
#include <vhostprof/config.h>

#define ROUNDS	   120
#define STEPS	   400
#define WORKERS	   5
#define ROWS	   9
#define RUN_EVENTS 400
#define RUNS_WAIT  64
#define RUN_ROW	   3 /* the only one whose calls are runs */

struct entry {
	uint32_t row, depth;
	uint64_t enter_ns, total_ns;
	int around; /* the entry that encloses it directly, -1 = none */
	bool open, measured;
};

/* A run, what was streamed of it, and what ought to become of that. */
struct truth {
	struct vp_run record;
	__u64 events[RUN_EVENTS];
	uint32_t len;
	uint64_t last; /* number of its last event in the worker's stream */
	bool lost;
	struct entry entries[RUN_EVENTS];
	uint32_t entered;
};

static struct stream {
	struct truth runs[RUNS_WAIT];
	uint32_t first, len; /* of the runs that wait */
	uint64_t made, flushed, lost;
	__u64 batch[VP_EVENTS_MAX];
	uint32_t batch_len;
	uint64_t batch_ns;
} streams[WORKERS];

static struct run_calls *calls;
static uint64_t now_ns, broken, too_deep, without, events_lost;
static bool losing, missing;

static uint64_t tick(void)
{
	return now_ns += oracle_below(500);
}

/* Makes one event, unless its probe is missed. */
static void stream_event(struct truth *run, uint32_t row, bool is_end, bool may_miss)
{
	uint64_t time_ns = tick();

	if (run->len < RUN_EVENTS && !(may_miss && missing && !oracle_below(25)))
		run->events[run->len++] = vp_event(time_ns, row, is_end);
}

static void make_calls(struct truth *run, unsigned depth)
{
	uint64_t some = oracle_below(depth > 12 ? 2 : 4);

	while (some-- && depth < 24 && run->len < RUN_EVENTS - 60) {
		uint32_t row = (uint32_t)oracle_below(ROWS);

		row += row == RUN_ROW;
		stream_event(run, row, false, true);
		make_calls(run, depth + 1);
		stream_event(run, row, true, true);
	}
}

static void chain_of_calls(struct truth *run)
{
	unsigned i, deep = 10 + (unsigned)oracle_below(10);

	for (i = 0; i < deep; i++)
		stream_event(run, i % 3, false, true);
	while (i--)
		stream_event(run, i % 3, true, true);
}

/* --- the second implementation --- */

static uint32_t open_entries(const struct truth *run)
{
	uint32_t i, open = 0;

	for (i = 0; i < run->entered; i++)
		open += run->entries[i].open;
	return open;
}

static int last_open(const struct truth *run, int row)
{
	int i = (int)run->entered - 1;

	while (i >= 0 &&
	       !(run->entries[i].open && (row < 0 || run->entries[i].row == (uint32_t)row)))
		i--;
	return i;
}

static void naive_enter(struct truth *run, uint32_t row, uint64_t time_ns)
{
	run->entries[run->entered] = (struct entry){
		.row = row, .enter_ns = time_ns, .around = last_open(run, -1), .open = true};
	run->entered++;
}

static void naive_end(struct truth *run, int closed, uint64_t time_ns)
{
	uint32_t i;

	for (i = (uint32_t)closed + 1; i < run->entered; i++) {
		broken += run->entries[i].open;
		run->entries[i].open = false;
	}
	run->entries[closed].open = false;
	run->entries[closed].measured = true;
	run->entries[closed].total_ns = time_ns - run->entries[closed].enter_ns;
}

static void naive_run(struct truth *run)
{
	uint32_t i, unseen = 0;

	for (i = 0; i < run->len; i++) {
		uint64_t event = run->events[i];
		uint64_t time_ns = vp_event_time(event, run->record.enter_ns);
		uint32_t row = vp_event_row(event);

		if (!vp_event_is_end(event) && open_entries(run) == VP_FRAMES_MAX) {
			unseen++;
			too_deep++;
		} else if (!vp_event_is_end(event)) {
			naive_enter(run, row, time_ns);
		} else if (row != RUN_ROW && unseen) {
			unseen--;
		} else if (last_open(run, (int)row) < 0) {
			broken++;
		} else {
			naive_end(run, last_open(run, (int)row), time_ns);
		}
	}
}

static uint32_t naive_depth(const struct truth *run, const struct entry *entry)
{
	uint32_t depth = 0;
	int around = entry->around;

	for (; around >= 0; around = run->entries[around].around)
		depth += run->entries[around].measured;
	return depth;
}

/* The call that a measured one lies in, past those that were dropped. */
static int caller(const struct truth *run, uint32_t of)
{
	int around = run->entries[of].around;

	while (around >= 0 && !run->entries[around].measured)
		around = run->entries[around].around;
	return around;
}

static uint64_t naive_self(const struct truth *run, uint32_t of)
{
	uint64_t self_ns = run->entries[of].total_ns;
	uint32_t i;

	for (i = 0; i < run->entered; i++)
		if (run->entries[i].measured && caller(run, i) == (int)of)
			self_ns -= run->entries[i].total_ns;
	return self_ns;
}

/* --- the stream --- */

static void flush(struct stream *stream, uint32_t tid)
{
	struct vp_events head = {
		.worker_tid = tid, .len = stream->batch_len, .base_ns = stream->batch_ns};
	uint32_t i;

	if (losing && !oracle_below(20)) {
		stream->lost += stream->batch_len;
		events_lost += stream->batch_len;
		for (i = 0; i < stream->len; i++) {
			struct truth *run = &stream->runs[(stream->first + i) % RUNS_WAIT];

			run->lost |= run->last > stream->flushed &&
				     run->last - run->len < stream->flushed + stream->batch_len;
		}
	} else {
		head.lost = stream->lost;
		oracle_check(!run_calls_events(calls, &head, stream->batch), "out of memory");
	}
	stream->flushed += stream->batch_len;
	stream->batch_len = 0;
}

static void send(struct stream *stream, uint32_t tid, const struct truth *run)
{
	uint64_t limit = 1 + oracle_below(200);
	uint32_t i;

	for (i = 0; i < run->len; i++) {
		if (!stream->batch_len)
			stream->batch_ns = vp_event_time(run->events[i], run->record.enter_ns);
		stream->batch[stream->batch_len++] = run->events[i];
		if (stream->batch_len == limit || stream->batch_len == VP_EVENTS_MAX) {
			flush(stream, tid);
			limit = 1 + oracle_below(200);
		}
	}
}

static void make_run(struct stream *stream, uint32_t tid)
{
	struct truth *run = &stream->runs[(stream->first + stream->len) % RUNS_WAIT];

	if (stream->len == RUNS_WAIT)
		return;
	memset(run, 0, sizeof(*run));
	run->record.worker_tid = tid;
	stream_event(run, RUN_ROW, false, false);
	run->record.enter_ns = now_ns;
	if (oracle_below(8))
		make_calls(run, 1);
	else
		chain_of_calls(run);
	stream_event(run, RUN_ROW, true, false);
	run->record.leave_ns = now_ns;
	tick();
	stream->made += run->len;
	run->last = stream->made;
	stream->len++;
	naive_run(run);
	send(stream, tid, run);
}

static void check_call(const struct truth *run, uint32_t of, const struct traced_call *call)
{
	const struct entry *entry = &run->entries[of];

	oracle_check(call->symbol == 100 + entry->row, "%u, not %u", call->symbol,
		     100 + entry->row);
	oracle_check(call->depth == naive_depth(run, entry), "%u", call->depth);
	oracle_check(call->enter_ns == entry->enter_ns, "%llu", (unsigned long long)call->enter_ns);
	oracle_check(call->total_ns == entry->total_ns, "%llu, not %llu",
		     (unsigned long long)call->total_ns, (unsigned long long)entry->total_ns);
	oracle_check(call->self_ns == naive_self(run, of), "%llu, not %llu",
		     (unsigned long long)call->self_ns, (unsigned long long)naive_self(run, of));
}

static void take(const struct truth *run)
{
	const struct traced_call *list;
	uint32_t len, i, met = 0;

	run_calls_take(calls, &run->record, &list, &len);
	without += !len;
	oracle_check(!len == run->lost, "%u calls of a run that was %slost", len,
		     run->lost ? "" : "not ");
	for (i = 0; len && i < run->entered; i++) {
		if (!run->entries[i].measured)
			continue;
		oracle_check(met < len, "%u calls only", len);
		check_call(run, i, &list[met++]);
	}
	oracle_check(met == len, "%u calls, not %u", len, met);
}

/* Records follow their last batch, some later, some never. */
static void take_runs(struct stream *stream)
{
	while (stream->len && oracle_below(4)) {
		const struct truth *run = &stream->runs[stream->first];

		if (run->last > stream->flushed)
			return;
		if (oracle_below(30))
			take(run);
		stream->first = (stream->first + 1) % RUNS_WAIT;
		stream->len--;
	}
}

static void finish(void)
{
	struct run_calls_loss loss;
	uint32_t w;

	for (w = 0; w < WORKERS; w++) {
		if (streams[w].batch_len)
			flush(&streams[w], w + 1);
		while (streams[w].len)
			take_runs(&streams[w]);
	}
	run_calls_loss(calls, &loss);
	oracle_check(loss.runs == without, "%llu", (unsigned long long)loss.runs);
	if (losing) {
		oracle_check(loss.events <= events_lost, "%llu", (unsigned long long)loss.events);
		return;
	}
	oracle_check(loss.calls_broken == broken, "%llu, not %llu",
		     (unsigned long long)loss.calls_broken, (unsigned long long)broken);
	oracle_check(loss.calls_too_deep == too_deep, "%llu, not %llu",
		     (unsigned long long)loss.calls_too_deep, (unsigned long long)too_deep);
}

static void begin(void)
{
	uint32_t row;

	memset(streams, 0, sizeof(streams));
	now_ns = oracle_below(4) ? oracle_random() >> 16 : (1ull << 56) - 100000;
	broken = too_deep = without = events_lost = 0;
	losing = !oracle_below(3);
	missing = !oracle_below(2);
	calls = run_calls_new();
	for (row = 0; row <= ROWS; row++)
		run_calls_row(calls, row, 100 + row, row == RUN_ROW);
}

int main(int argc, char **argv)
{
	unsigned long round;
	unsigned step;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		begin();
		for (step = 0; step < STEPS; step++) {
			uint32_t w = (uint32_t)oracle_below(WORKERS);

			if (oracle_below(3))
				make_run(&streams[w], w + 1);
			take_runs(&streams[w]);
		}
		finish();
		run_calls_free(calls);
	}
	return oracle_end("run_calls", ROUNDS);
}
