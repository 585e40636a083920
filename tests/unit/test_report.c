// SPDX-License-Identifier: BSD-2-Clause
#include "unit.h"

#include "model/hist.h"
#include "model/report.h"

#include <stdlib.h>
#include <string.h>

static void starts_out_unknown(void **unused)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);

	(void)unused;
	assert_null(report->source.kind);
	assert_int_equal(report->source.start_ns, VP_UNKNOWN);
	assert_int_equal(report->source.duration_ns, VP_UNKNOWN);
	assert_int_equal(report->loss.probe_misses, VP_UNKNOWN);
	assert_int_equal(queue->queue_pair, VP_NO_PAIR);
	assert_int_equal(queue->bytes, VP_UNKNOWN);
	assert_int_equal(queue->eventfd_min, VP_UNKNOWN);
	assert_int_equal(queue->eventfd_max, VP_UNKNOWN);
	assert_int_equal(queue->churn_runs, VP_UNKNOWN);
	assert_int_equal(queue->churn_window_ns, VP_UNKNOWN);
	report_free(report);
}

static void freeing_nothing_is_fine(void **unused)
{
	(void)unused;
	report_free(NULL);
}

static void strings_are_copies(void **unused)
{
	struct report *report = report_new();
	char text[] = "live";

	(void)unused;
	assert_int_equal(report_string(&report->source.kind, text), 0);
	text[0] = 'X';
	assert_string_equal(report->source.kind, "live");
	assert_int_equal(report_string(&report->source.kind, report->source.kind), 0);
	assert_string_equal(report->source.kind, "live");
	assert_int_equal(report_string(&report->source.kind, NULL), 0);
	assert_null(report->source.kind);
	report_free(report);
}

static void notes_and_probes_keep_their_order(void **unused)
{
	struct report *report = report_new();

	(void)unused;
	assert_int_equal(report_note(report, "%d of %s", 3, "them"), 0);
	assert_int_equal(report_note(report, "plain"), 0);
	assert_int_equal(report_probe_missing(report, "handle_tx"), 0);
	assert_int_equal(report_probe_missing(report, "100%s"), 0);
	assert_int_equal(report->notes.len, 2);
	assert_string_equal(report->notes.items[0], "3 of them");
	assert_string_equal(report->notes.items[1], "plain");
	assert_int_equal(report->loss.probes_missing.len, 2);
	assert_string_equal(report->loss.probes_missing.items[1], "100%s");
	report_free(report);
}

static void add_queue(struct report *report, const char *vm, uint32_t pid, const char *device,
		      uint32_t pair, enum vp_dir dir)
{
	struct report_queue *queue = report_add_queue(report);

	report_string(&queue->vm_name, vm);
	report_string(&queue->device, device);
	queue->vm_pid = pid;
	queue->queue_pair = pair;
	queue->dir = dir;
	queue->runs = report->queues.len; /* remembers who it was */
}

static void queues_are_sorted(void **unused)
{
	static const uint64_t expected[] = {8, 6, 5, 7, 4, 9, 3, 2, 1};
	struct report *report = report_new();
	size_t i;

	(void)unused;
	add_queue(report, NULL, 0, NULL, VP_NO_PAIR, VP_RX); /* 1 */
	add_queue(report, NULL, 0, "vnet0", 0, VP_RX);	     /* 2 */
	add_queue(report, "web10", 1, "vnet0", 0, VP_RX);    /* 3 */
	add_queue(report, "web9", 2, "vnet10", 0, VP_RX);    /* 4 */
	add_queue(report, "web9", 2, "vnet9", 0, VP_TX);     /* 5 */
	add_queue(report, "web9", 2, "vnet9", 0, VP_RX);     /* 6 */
	add_queue(report, "web9", 2, "vnet9", 1, VP_RX);     /* 7 */
	add_queue(report, "web9", 1, "vnet99", 0, VP_RX);    /* 8 */
	add_queue(report, "web9", 2, NULL, 0, VP_RX);	     /* 9 */
	report_sort(report);
	for (i = 0; i < report->queues.len; i++)
		assert_int_equal(report->queues.items[i].runs, expected[i]);
	report_free(report);
}

static void add_function(struct report *report, const char *name, uint64_t self_ns)
{
	struct report_function *function = vec_add(&report->functions);

	report_string(&function->name, name);
	function->self_ns = self_ns;
}

static void functions_are_sorted(void **unused)
{
	struct report *report = report_new();

	(void)unused;
	add_function(report, "small", 1);
	add_function(report, "b", 50);
	add_function(report, "large", 5000000000);
	add_function(report, "a", 50);
	report_sort(report);
	assert_string_equal(report->functions.items[0].name, "large");
	assert_string_equal(report->functions.items[1].name, "a");
	assert_string_equal(report->functions.items[2].name, "b");
	assert_string_equal(report->functions.items[3].name, "small");
	report_free(report);
}

static void sorting_nothing_is_fine(void **unused)
{
	struct report *report = report_new();

	(void)unused;
	report_sort(report);
	report_free(report);
}

static void queue_names(void **unused)
{
	struct report_queue queue = {.dir = VP_TX};
	char out[16];

	(void)unused;
	assert_ptr_equal(report_queue_name(out, &queue), out);
	assert_string_equal(out, "tx0");
	queue.dir = VP_RX;
	queue.queue_pair = VP_NO_PAIR - 1;
	assert_string_equal(report_queue_name(out, &queue), "rx4294967294");
	queue.queue_pair = VP_NO_PAIR;
	assert_string_equal(report_queue_name(out, &queue), "rx?");
}

/* Every field gets a number of its own: a swapped pair shows. */
static void counters_are_copied_whole(void **unused)
{
	struct vp_counters *counters = calloc(1, sizeof(*counters));
	struct report_queue queue = {.bytes = 77, .eventfd_min = 78, .requeues = 79};
	uint64_t i;

	(void)unused;
	counters->runs = 1;
	counters->doorbells = 2;
	counters->coalesced = 3;
	counters->chains = 4;
	counters->calls = 5;
	counters->rearms = 6;
	counters->races = 7;
	counters->churn_runs = 8;
	for (i = 0; i < VP_CAUSE_NR; i++)
		counters->causes[i] = 100 + i;
	for (i = 0; i < VP_END_NR; i++)
		counters->ends[i] = 200 + i;
	for (i = 0; i < VP_REQUEUE_NR; i++)
		counters->requeues[i] = 300 + i;
	hist_add(&counters->wake, 1000);
	hist_add(&counters->service, 2000);
	hist_add(&counters->gap, 3000);
	hist_add(&counters->batch, 4000);

	report_queue_counters(&queue, counters, 9);
	assert_int_equal(queue.runs, 1);
	assert_int_equal(queue.doorbells, 2);
	assert_int_equal(queue.coalesced, 3);
	assert_int_equal(queue.chains, 4);
	assert_int_equal(queue.calls, 5);
	assert_int_equal(queue.rearms, 6);
	assert_int_equal(queue.races, 7);
	assert_int_equal(queue.churn_runs, 8);
	assert_int_equal(queue.churn_window_ns, 9);
	assert_memory_equal(queue.causes, counters->causes, sizeof(queue.causes));
	assert_memory_equal(queue.ends, counters->ends, sizeof(queue.ends));
	assert_memory_equal(queue.requeue_reasons, counters->requeues, sizeof(counters->requeues));
	assert_int_equal(queue.requeues, 5 * 300 + 0 + 1 + 2 + 3 + 4);
	assert_int_equal(queue.wake.sum, 1000);
	assert_int_equal(queue.service.sum, 2000);
	assert_int_equal(queue.gap.sum, 3000);
	assert_int_equal(queue.batch.sum, 4000);
	assert_int_equal(queue.bytes, 77);
	assert_int_equal(queue.eventfd_min, 78);
	free(counters);
}

/* The child of `parent` with this name, called once for so long itself. */
static uint32_t called(struct report *report, struct calltree *tree, uint32_t parent,
		       const char *name, uint64_t self_ns)
{
	uint32_t symbol = symbols_intern(&report->symbols, name, NULL);
	uint32_t node = calltree_child(tree, parent, symbol);

	calltree_add(tree, node, 1, self_ns, self_ns);
	return node;
}

static void stages_come_from_the_trees_of_all_causes(void **state)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);
	struct calltree *kick = calltree_new(), *net = calltree_new();
	uint64_t self_ns[VP_STAGE_NR];
	uint32_t node;

	(void)state;
	assert_false(report_stages(report, queue, self_ns));
	queue->trees[VP_CAUSE_KICK] = kick;
	queue->trees[VP_CAUSE_NET] = net;
	node = called(report, kick, CALLTREE_ROOT, "handle_tx_kick", 1);
	node = called(report, kick, node, "get_tx_bufs.constprop.0", 10);
	called(report, kick, node, "nobody_knows_this", 100);
	called(report, net, CALLTREE_ROOT, "handle_tx_net", 1000);
	called(report, net, CALLTREE_ROOT, "tun_sendmsg", 10000);
	assert_true(report_stages(report, queue, self_ns));
	assert_int_equal(self_ns[VP_STAGE_HANDLER], 1001);
	assert_int_equal(self_ns[VP_STAGE_DESC], 110);
	assert_int_equal(self_ns[VP_STAGE_BACKEND], 10000);
	assert_int_equal(self_ns[VP_STAGE_WAKE], 0);
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stages_come_from_the_trees_of_all_causes),
		cmocka_unit_test(starts_out_unknown),
		cmocka_unit_test(freeing_nothing_is_fine),
		cmocka_unit_test(strings_are_copies),
		cmocka_unit_test(notes_and_probes_keep_their_order),
		cmocka_unit_test(queues_are_sorted),
		cmocka_unit_test(functions_are_sorted),
		cmocka_unit_test(sorting_nothing_is_fine),
		cmocka_unit_test(queue_names),
		cmocka_unit_test(counters_are_copied_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
