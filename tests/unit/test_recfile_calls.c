// SPDX-License-Identifier: BSD-2-Clause
/* Recordings of the upper levels: functions, samples, stages and calls, there and back again, and cut. */
#include "unit.h"

#include "model/report_calls.h"
#include "recfile_case.h"
#include "source/recfile_events.h"

#define RUNS  24
#define TICKS 3

enum { ROW_KICK = 0, ROW_ENABLE = 1, ROW_CALL = 3 }; /* of case_meta() */

static char path[] = "/tmp/test_recfile.XXXXXX";
static struct case_file whole;
static uint32_t runs_of_tick[TICKS] = {8, 4, 12};

static void check(int error, const struct err *err)
{
	if (error)
		fail_msg("%s", err->text);
}

/* Each run makes two calls, one inside the other: their times are told by its number. */
static void make_events(struct events_block *block, uint32_t from, uint32_t n)
{
	uint32_t i;

	for (i = from; i < from + n; i++) {
		struct vp_run run = case_run(i);
		__u64 items[] = {
			vp_event(run.enter_ns, ROW_KICK, 0),
			vp_event(run.enter_ns + 100, ROW_ENABLE, 0),
			vp_event(run.enter_ns + 200, ROW_CALL, 0),
			vp_event(run.enter_ns + 200 + i, ROW_CALL, 1),
			vp_event(run.enter_ns + 1000, ROW_ENABLE, 1),
			vp_event(run.leave_ns, ROW_KICK, 1),
		};
		struct vp_events head = {.worker_tid = run.worker_tid,
					 .queue = run.queue,
					 .generation = run.generation,
					 .len = 6,
					 .base_ns = run.enter_ns};

		assert_true(events_fit(block, &head));
		events_pack(block, &head, items);
	}
}

/* What `n` runs like those of make_events() add to the functions of a queue. */
static void count(struct report_queue *queue, struct symbols *symbols, uint32_t from, uint32_t n)
{
	struct traced_call calls[] = {
		{symbols_intern(symbols, "handle_tx_kick", "vhost_net"), 0, 0, 9000, 8100},
		{symbols_intern(symbols, "vhost_enable_notify", "vhost"), 1, 100, 900, 0},
		{symbols_intern(symbols, "eventfd_signal_mask", NULL), 2, 200, 0, 0},
	};
	uint32_t i;

	for (i = from; i < from + n; i++) {
		calls[0].total_ns = 9000 + 13 * i;
		calls[0].self_ns = calls[0].total_ns - 900;
		calls[1].self_ns = 900 - i;
		calls[2].total_ns = calls[2].self_ns = i;
		assert_int_equal(report_queue_add_calls(queue, VP_CAUSE_KICK, symbols, calls, 3),
				 0);
	}
}

static void sample(struct report_queue *queue, struct symbols *symbols, uint32_t n)
{
	struct calltree *tree = report_tree(&queue->samples[VP_CAUSE_NET]);
	char name[] = "function_0";
	uint32_t node = CALLTREE_ROOT, i;

	for (i = 0; i < n; i++) {
		name[sizeof(name) - 2] = (char)('0' + i % 10);
		node = calltree_child(tree, node, symbols_intern(symbols, name, NULL));
		calltree_add(tree, node, i == n - 1, 0, i == n - 1 ? 1000 : 0);
	}
}

static void write_calls(struct recfile_writer *writer, const struct report *delta, uint32_t slot)
{
	const struct report_queue *queue = &delta->queues.items[0];
	struct recfile_calls calls = {
		.slot = slot,
		.generation = 1,
		.symbols = &delta->symbols,
		.functions = queue->functions.items,
		.functions_len = queue->functions.len,
	};
	struct err err;

	memcpy(calls.trees, queue->trees, sizeof(calls.trees));
	check(recfile_write_calls(writer, &calls, &err), &err);
	calls = (struct recfile_calls){
		.slot = slot, .generation = 1, .kind = RECFILE_SAMPLED, .symbols = &delta->symbols};
	memcpy(calls.trees, queue->samples, sizeof(calls.trees));
	check(recfile_write_calls(writer, &calls, &err), &err);
}

static void write_tick(struct recfile_writer *writer, struct events_block *block, uint32_t from,
		       uint32_t n)
{
	struct vp_stages stages[RUNS] = {0};
	struct vp_run runs[RUNS];
	struct report *delta = report_new();
	struct recfile_mark mark = {
		.time_ns = case_run(from + n).enter_ns, .calls_broken = from, .samples_lost = n};
	struct err err;
	uint32_t i;

	for (i = 0; i < n; i++) {
		runs[i] = case_run(from + i);
		stages[i].ns[VP_STAGE_NOTIFY] = 7 * (from + i);
	}
	make_events(block, from, n);
	count(report_add_queue(delta), &delta->symbols, from, n);
	sample(&delta->queues.items[0], &delta->symbols, n);
	check(recfile_write_events(writer, block, &err), &err);
	check(recfile_write_runs(writer, runs, stages, n, &err), &err);
	write_calls(writer, delta, VP_TX);
	check(recfile_write_mark(writer, &mark, &err), &err);
	report_free(delta);
}

static int make_case(void **unused)
{
	struct report *report = case_report(RUNS);
	struct recfile_writer *writer;
	struct events_block block;
	struct recfile_meta meta;
	uint32_t from = 0, tick;
	struct err err;

	(void)unused;
	close(mkstemp(path));
	case_meta(&meta);
	meta.level = "trace";
	check(recfile_create(&writer, path, &meta, &err), &err);
	check(case_write_queues(writer, &err), &err);
	events_open(&block);
	for (tick = 0; tick < TICKS; from += runs_of_tick[tick++])
		write_tick(writer, &block, from, runs_of_tick[tick]);
	events_close(&block);
	report->loss.events_lost = 5;
	report->cost.hits = 77;
	check(recfile_finish(writer, report, &err), &err);
	check(recfile_close_writer(writer, &err), &err);
	report_free(report);
	whole = case_load(path);
	return 0;
}

static int drop_case(void **unused)
{
	(void)unused;
	free(whole.bytes);
	return unlink(path);
}

/* The queue tx0 of a report. */
static struct report_queue *tx_of(struct report *report)
{
	vec_foreach (queue, &report->queues)
		if (queue->dir == VP_TX)
			return queue;
	return NULL;
}

/* What the first ticks add up to. */
static struct report *expected(uint32_t ticks)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);
	uint32_t from = 0, tick;

	for (tick = 0; tick < ticks; from += runs_of_tick[tick++]) {
		count(queue, &report->symbols, from, runs_of_tick[tick]);
		sample(queue, &report->symbols, runs_of_tick[tick]);
	}
	report_sum_functions(report);
	report_sort(report);
	return report;
}

/* Nodes of equal trees may be numbered differently: each is looked for by its path. */
static void trees_are_equal(const struct report *a, const struct calltree *left,
			    const struct report *b, const struct calltree *right)
{
	uint32_t place[64] = {0};
	size_t i;

	assert_int_equal(!left, !right);
	if (!left)
		return;
	assert_int_equal(left->nodes.len, right->nodes.len);
	for (i = 1; i < left->nodes.len; i++) {
		const struct calltree_node *node = &left->nodes.items[i], *other = NULL;
		const struct symbol *want = symbols_at(&a->symbols, node->symbol), *got = NULL;
		uint32_t child = right->nodes.items[place[node->parent]].child;

		for (; child; child = other->next) {
			other = &right->nodes.items[child];
			got = symbols_at(&b->symbols, other->symbol);
			if (!strcmp(got->name, want->name))
				break;
		}
		assert_int_not_equal(child, 0);
		place[i] = child;
		assert_int_equal(!got->module, !want->module);
		assert_int_equal(node->calls, other->calls);
		assert_int_equal(node->total_ns, other->total_ns);
		assert_int_equal(node->self_ns, other->self_ns);
	}
}

static void functions_are_equal(const report_functions *a, const report_functions *b)
{
	size_t i;

	assert_int_equal(a->len, b->len);
	for (i = 0; i < a->len; i++) {
		assert_string_equal(a->items[i].name, b->items[i].name);
		assert_int_equal(a->items[i].calls, b->items[i].calls);
		assert_int_equal(a->items[i].total_ns, b->items[i].total_ns);
		assert_int_equal(a->items[i].self_ns, b->items[i].self_ns);
		assert_int_equal(a->items[i].stage, b->items[i].stage);
		assert_memory_equal(&a->items[i].time, &b->items[i].time, sizeof(a->items[i].time));
	}
}

static void is_expected(struct report *report, uint32_t ticks)
{
	struct report *want = expected(ticks);
	struct report_queue *queue = tx_of(report);
	int cause;

	assert_non_null(queue);
	for (cause = 0; cause < VP_CAUSE_NR; cause++) {
		trees_are_equal(report, queue->trees[cause], want,
				want->queues.items[0].trees[cause]);
		trees_are_equal(report, queue->samples[cause], want,
				want->queues.items[0].samples[cause]);
	}
	functions_are_equal(&queue->functions, &want->queues.items[0].functions);
	functions_are_equal(&report->functions, &want->functions);
	report_free(want);
}

static void functions_add_up(void **unused)
{
	struct report *report;
	struct err err;

	(void)unused;
	check(case_read(whole.bytes, whole.len, &report, &err), &err);
	is_expected(report, TICKS);
	assert_string_equal(report->source.level, "trace");
	assert_int_equal(report->loss.events_lost, 5);
	assert_int_equal(report->cost.hits, 77);
	report_free(report);
}

/* The other queue was measured, too, but nothing was seen of its functions. */
static void a_queue_without_functions_has_its_handlers(void **unused)
{
	const struct calltree *tree;
	struct report *report;
	struct err err;
	uint64_t calls = 0;
	int cause;

	(void)unused;
	check(case_read(whole.bytes, whole.len, &report, &err), &err);
	for (cause = 0; cause < VP_CAUSE_NR; cause++) {
		const struct report_queue *queue = &report->queues.items[0];

		tree = queue->trees[cause];
		assert_int_equal(tree != NULL, queue->causes[cause] > 0);
		if (!tree)
			continue;
		assert_int_equal(tree->nodes.len, 2);
		assert_string_equal(symbols_at(&report->symbols, tree->nodes.items[1].symbol)->name,
				    cause == VP_CAUSE_KICK ? "handle_rx_kick" : "handle_rx");
		calls += tree->nodes.items[1].calls;
	}
	assert_int_equal(report->queues.items[0].dir, VP_RX);
	assert_int_equal(calls, report->queues.items[0].runs);
	report_free(report);
}

struct seen {
	uint32_t runs, with_calls, stages;
};

static int see_run(void *context, const struct run_trace *trace)
{
	struct seen *seen = context;
	uint32_t i = (uint32_t)((trace->run->enter_ns - CASE_START_NS) / 40000 - 1);

	seen->runs++;
	if (trace->stage_ns) {
		seen->stages++;
		assert_int_equal(trace->stage_ns[VP_STAGE_NOTIFY], 7 * i);
	}
	if (!trace->calls_len)
		return 0;
	seen->with_calls++;
	assert_int_equal(trace->calls_len, 3);
	assert_string_equal(symbols_at(trace->symbols, trace->calls[0].symbol)->name,
			    "handle_tx_kick");
	assert_string_equal(symbols_at(trace->symbols, trace->calls[1].symbol)->module, "vhost");
	assert_int_equal(trace->calls[0].total_ns, trace->service_ns);
	assert_int_equal(trace->calls[1].enter_ns, trace->run->enter_ns + 100);
	assert_int_equal(trace->calls[1].self_ns, 900 - i);
	assert_int_equal(trace->calls[2].depth, 2);
	assert_int_equal(trace->calls[2].total_ns, i);
	return 0;
}

static int read_traces(const uint8_t *bytes, size_t len, struct seen *seen, struct report **report)
{
	struct run_sink sink = {seen, see_run};
	struct recfile_options options = {.sink = &sink};
	struct err err;

	*seen = (struct seen){0};
	return case_read_with(bytes, len, &options, report, &err);
}

static void runs_come_with_calls_and_stages(void **unused)
{
	struct report *report;
	struct seen seen;

	(void)unused;
	assert_int_equal(read_traces(whole.bytes, whole.len, &seen, &report), 0);
	assert_int_equal(seen.runs, RUNS);
	assert_int_equal(seen.with_calls, RUNS);
	assert_int_equal(seen.stages, RUNS);
	report_free(report);
}

static uint32_t marks_within(size_t len, uint32_t *runs)
{
	size_t at = RECFILE_HEADER_BYTES;
	struct recfile_head head;
	uint32_t marks = 0;

	for (*runs = 0; at + RECFILE_HEAD_BYTES <= len;) {
		assert_true(recfile_take_head(whole.bytes + at, &head));
		at += RECFILE_HEAD_BYTES + head.stored;
		marks += at <= len && head.type == RECFILE_MARK;
		*runs += at <= len && head.type == RECFILE_RUNS ? head.items : 0;
	}
	return marks;
}

static void a_file_cut_anywhere_keeps_its_whole_ticks(void **unused)
{
	size_t len;

	(void)unused;
	for (len = RECFILE_HEADER_BYTES; len < whole.len; len++) {
		uint32_t runs, ticks = marks_within(len, &runs), next;
		struct report *report, *want = expected(ticks), *more;
		struct seen seen;

		assert_int_equal(read_traces(whole.bytes, len, &seen, &report), 0);
		assert_int_equal(seen.runs, runs);
		assert_int_equal(seen.with_calls, runs);
		next = ticks < TICKS ? ticks + 1 : ticks;
		more = expected(next);
		if (report->functions.len)
			assert_true(report->functions.items[0].calls >=
					    (ticks ? want->functions.items[0].calls : 0) &&
				    report->functions.items[0].calls <=
					    more->functions.items[0].calls);
		else
			assert_int_equal(ticks, 0);
		if (runs == RUNS && ticks == TICKS)
			is_expected(report, TICKS);
		report_free(report);
		report_free(want);
		report_free(more);
	}
}

/* One bit in each byte: what is read of the calls is right, or not there. */
static void damage_costs_what_it_hit(void **unused)
{
	size_t at;

	(void)unused;
	for (at = RECFILE_HEADER_BYTES; at < whole.len; at++) {
		struct report *report;
		struct seen seen;

		whole.bytes[at] ^= (uint8_t)(1u << at % 8);
		assert_int_equal(read_traces(whole.bytes, whole.len, &seen, &report), 0);
		assert_true(seen.runs <= RUNS && seen.with_calls <= seen.runs);
		assert_true(seen.runs == RUNS || report->notes.len > 1);
		whole.bytes[at] ^= (uint8_t)(1u << at % 8);
		report_free(report);
	}
}

static void names_are_written_once(void **unused)
{
	size_t at = RECFILE_HEADER_BYTES;
	struct recfile_head head;
	uint32_t names = 0;

	(void)unused;
	while (at < whole.len) {
		assert_true(recfile_take_head(whole.bytes + at, &head));
		names += head.type == RECFILE_NAMES ? head.items : 0;
		at += RECFILE_HEAD_BYTES + head.stored;
	}
	assert_int_equal(names, 1 + 3 + 10); /* (other), the functions, the samples' functions */
}

/* A tree that one block cannot hold: a few long chains, and everything else beside them. */
static void any_tree_comes_back(void **unused)
{
	char file[] = "/tmp/test_recfile.XXXXXX", name[32];
	struct report *want = report_new(), *report;
	struct report_queue *queue = report_add_queue(want);
	struct calltree *tree = report_tree(&queue->trees[VP_CAUSE_NET]);
	struct recfile_calls calls = {.slot = 1, .symbols = &want->symbols};
	struct recfile_writer *writer;
	struct recfile_meta meta;
	struct case_file bytes;
	struct err err;
	uint32_t i, node;

	(void)unused;
	for (i = 0; i < 300; i++) {
		snprintf(name, sizeof(name), "f%u", i);
		symbols_intern(&want->symbols, name, NULL);
	}
	for (i = 0; i < 12000; i++) {
		uint64_t seed = i * 0x9e3779b97f4a7c15ull;

		for (node = CALLTREE_ROOT; seed >> 60; seed <<= 4)
			node = calltree_child(tree, node, (uint32_t)(seed >> 56) + 11 * (i % 3));
		if (node)
			calltree_add(tree, node, UINT32_MAX, ~0ull >> 1, i);
	}
	calls.trees[VP_CAUSE_NET] = tree;
	close(mkstemp(file));
	case_meta(&meta);
	check(recfile_create(&writer, file, &meta, &err), &err);
	check(recfile_write_calls(writer, &calls, &err), &err);
	check(recfile_close_writer(writer, &err), &err);
	bytes = case_load(file);
	check(case_read(bytes.bytes, bytes.len, &report, &err), &err);
	assert_true(tree->nodes.len > 20000);
	assert_int_equal(report->queues.len, 1);
	assert_int_equal(report->queues.items[0].trees[VP_CAUSE_NET]->nodes.len, tree->nodes.len);
	for (i = 1; i < tree->nodes.len; i++) {
		const struct calltree_node *a = &tree->nodes.items[i];
		const struct calltree_node *b =
			&report->queues.items[0].trees[VP_CAUSE_NET]->nodes.items[i];

		assert_true(a->parent == b->parent && a->calls == b->calls);
		assert_true(a->total_ns == b->total_ns && a->self_ns == b->self_ns);
	}
	report_free(want);
	report_free(report);
	free(bytes.bytes);
	unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(functions_add_up),
		cmocka_unit_test(a_queue_without_functions_has_its_handlers),
		cmocka_unit_test(runs_come_with_calls_and_stages),
		cmocka_unit_test(a_file_cut_anywhere_keeps_its_whole_ticks),
		cmocka_unit_test(damage_costs_what_it_hit),
		cmocka_unit_test(names_are_written_once),
		cmocka_unit_test(any_tree_comes_back),
	};

	return cmocka_run_group_tests(tests, make_case, drop_case);
}
