// SPDX-License-Identifier: BSD-2-Clause
/*
 * Renders a fixed report: report_case CASE FORMAT WIDTH [unicode] [color]. The same numbers on every
 * machine: no clock, no floating point, a generator of our own.
 */
#include "base/sink.h"
#include "model/hist.h"
#include "render/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t state;

static uint64_t random_below(uint64_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

/* A hump around `middle` with a tail to the right, like a latency. */
static uint64_t latency(uint64_t middle)
{
	uint64_t value = middle / 2 + random_below(middle) / 2 + random_below(middle) / 2;

	while (!random_below(20))
		value = value * 2 + random_below(value + 1);
	return value;
}

static void fill_latency(struct vp_hist *hist, uint64_t n, uint64_t middle)
{
	while (n--)
		hist_add(hist, latency(middle));
}

static void fill_names(struct report_queue *queue, uint32_t pid, const char *vm, const char *device,
		       const char *comm)
{
	queue->vm_pid = pid;
	queue->worker_tid = pid + 8;
	report_string(&queue->vm_name, vm);
	report_string(&queue->device, device);
	report_string(&queue->worker_comm, comm);
}

static void fill_source(struct report *report)
{
	report_string(&report->source.kind, "live");
	report_string(&report->source.kernel, "6.1.0-18-amd64");
	report_string(&report->source.machine, "x86_64");
	report_string(&report->source.level, "runs");
	report->source.start_ns = 1234567890123;
	report->source.duration_ns = 10000000000;
	report->loss.probe_misses = 0;
}

/* The small-message TCP sender: a run per packet, a kick per run. */
static void fill_churning(struct report_queue *queue)
{
	struct vp_counters *counters = calloc(1, sizeof(*counters));
	uint64_t i;

	counters->runs = 68024;
	counters->causes[VP_CAUSE_KICK] = 67391;
	counters->causes[VP_CAUSE_NET] = 633;
	counters->ends[VP_END_REARMED] = 68003;
	counters->ends[VP_END_WEIGHT] = 21;
	counters->doorbells = 69110;
	counters->coalesced = 1719;
	counters->requeues[VP_REQUEUE_WEIGHT] = 21;
	counters->calls = 12004;
	counters->rearms = 68003;
	counters->races = 412;
	counters->churn_runs = 66120;
	for (i = 0; i < counters->runs; i++) {
		uint64_t chains = random_below(30) ? 1 : 2;

		hist_add(&counters->batch, i < 21 ? 256 : chains);
		counters->chains += i < 21 ? 256 : chains;
	}
	fill_latency(&counters->wake, counters->runs, 4200);
	fill_latency(&counters->service, counters->runs, 5400);
	fill_latency(&counters->gap, 67370, 12300);
	report_queue_counters(queue, counters, 50000);
	free(counters);
	queue->queue_pair = 0;
	queue->dir = VP_TX;
	queue->bytes = queue->chains * 118;
	queue->eventfd_min = 69110;
	queue->eventfd_max = 69112;
}

/* The bulk receiver: long runs, the socket wakes it, the weight puts it back. */
static void fill_bulk(struct report_queue *queue)
{
	struct vp_counters *counters = calloc(1, sizeof(*counters));
	uint64_t i;

	counters->runs = 8412;
	counters->causes[VP_CAUSE_NET] = 8007;
	counters->causes[VP_CAUSE_KICK] = 12;
	counters->causes[VP_CAUSE_REQUEUE] = 393;
	counters->ends[VP_END_WAIT] = 7990;
	counters->ends[VP_END_WEIGHT] = 390;
	counters->ends[VP_END_SOCKET] = 3;
	counters->ends[VP_END_REARMED] = 29;
	counters->doorbells = 15;
	counters->coalesced = 3204;
	counters->requeues[VP_REQUEUE_WEIGHT] = 390;
	counters->requeues[VP_REQUEUE_SOCKET] = 3;
	counters->calls = 5100;
	counters->rearms = 29;
	counters->churn_runs = 3;
	for (i = 0; i < counters->runs; i++) {
		uint64_t chains = i < 390 ? 256 : random_below(40);

		hist_add(&counters->batch, chains);
		counters->chains += chains;
	}
	fill_latency(&counters->wake, counters->runs, 9000);
	fill_latency(&counters->service, counters->runs, 90000);
	fill_latency(&counters->gap, 29, 40000);
	report_queue_counters(queue, counters, 50000);
	free(counters);
	queue->queue_pair = 0;
	queue->dir = VP_RX;
	queue->bytes = queue->chains * 1514;
	queue->eventfd_min = 19;
	queue->eventfd_max = 20;
}

static void add_function(struct report *report, const char *name, const char *module,
			 uint64_t calls, uint64_t middle, uint64_t self_permille)
{
	struct report_function *function = vec_add(&report->functions);

	report_string(&function->name, name);
	report_string(&function->module, module);
	function->calls = calls;
	fill_latency(&function->time, calls, middle);
	function->total_ns = function->time.sum;
	function->self_ns = function->time.sum / 1000 * self_permille;
}

static void case_rich(struct report *report)
{
	struct report_queue *queue;

	fill_source(report);
	report_string(&report->source.level, "stages");
	queue = report_add_queue(report);
	fill_names(queue, 4242, "web1", "vnet3", "vhost-4242");
	fill_bulk(queue);
	queue = report_add_queue(report);
	fill_names(queue, 4242, "web1", "vnet3", "vhost-4242");
	fill_churning(queue);
	queue = report_add_queue(report);
	fill_names(queue, 4250, "db", "macvtap0", "vhost-4250");
	queue->queue_pair = 1;
	queue->doorbells = 7;
	add_function(report, "handle_tx", "vhost_net", 7000, 5400, 310);
	add_function(report, "vhost_get_vq_desc", "vhost", 9000, 400, 1000);
	add_function(report, "vhost_add_used_and_signal_n", "vhost", 7000, 900, 640);
	add_function(report, "tun_sendmsg", NULL, 7000, 2600, 1000);
	report->loss.records_lost = 12;
	report->loss.runs_broken = 1;
	report_probe_missing(report, "vhost_disable_notify");
	report_probe_missing(report, "vhost_poll_queue");
	report_note(report, "vhost_disable_notify is inlined on this kernel: runs that end waiting "
			    "for the socket are told from their requeues alone.");
}

static void case_empty(struct report *report)
{
	fill_source(report);
}

/* What a text trace without absolute time leaves open. */
static void case_unknowns(struct report *report)
{
	struct report_queue *queue;

	report_string(&report->source.kind, "function_graph");
	report->loss.lines_unparsed = 3;
	queue = report_add_queue(report);
	queue->dir = VP_TX;
	queue->runs = 40;
	queue->causes[VP_CAUSE_UNKNOWN] = 40;
	queue->ends[VP_END_UNKNOWN] = 40;
	queue->chains = queue->doorbells = queue->coalesced = VP_UNKNOWN;
	queue->calls = queue->rearms = queue->races = queue->requeues = VP_UNKNOWN;
	queue->requeue_reasons[VP_REQUEUE_WEIGHT] = VP_UNKNOWN;
	fill_latency(&queue->service, 40, 5400);
	queue = report_add_queue(report);
	queue->dir = VP_RX;
	queue->runs = 5;
	queue->causes[VP_CAUSE_KICK] = 5;
	queue->ends[VP_END_REARMED] = 5;
	queue->chains = queue->rearms = 5;
	queue->churn_window_ns = 50000;
	queue->churn_runs = 4;
	queue->doorbells = queue->calls = queue->bytes = VP_UNKNOWN;
	queue->ends[VP_END_WAIT] = VP_UNKNOWN;
	add_function(report, "handle_tx", NULL, 0, 1, 0);
}

static void case_hostile(struct report *report)
{
	struct report_queue *queue;

	fill_source(report);
	report_string(&report->source.path, "/tmp/\033[2J<b>\"x\".vprof");
	queue = report_add_queue(report);
	fill_names(queue, 666, "a\033]0;pwned\007\"<script>\\", "tap\xff\xfe", "vhost-\n666\t");
	fill_bulk(queue);
	queue = report_add_queue(report);
	fill_names(queue, 667,
		   "größe-\xc3-\xed\xa0\x80-\xc2\x9b"
		   "31m-日本",
		   "\r\b", "");
	fill_churning(queue);
	queue = report_add_queue(report);
	fill_names(queue, 668,
		   "a-name-that-goes-on-and-on-and-on-until-nobody-wants-to-read-it-any-more",
		   "a-device-with-a-name-longer-than-any-interface-may-have", "vhost-668");
	add_function(report, "f\033[31m\"", "<m>", 10, 100, 1000);
	report_probe_missing(report, "probe\033[0m");
	report_note(report, "note with \033[31mred\033[0m, \"quotes\", <angle> and \xff bytes");
}

/* A trace that was asked what tracing added to it. */
static void case_corrected(struct report *report)
{
	report_string(&report->source.kind, "function_graph");
	report_string(&report->source.path, "trace.txt");
	add_function(report, "handle_tx", "vhost_net", 700, 5400, 310);
	add_function(report, "translate_desc", "vhost", 900, 150, 1000);
	vec_foreach (function, &report->functions) {
		function->corrected_total_ns = function->total_ns / 10 * 9;
		function->corrected_self_ns = function->self_ns / 10 * 8;
	}
	report->correction = (struct report_correction){
		.asked = true, .child_ns = 246.4, .error_ns = 3.5, .functions = 4, .calls = 1600};
}

static void case_uncorrectable(struct report *report)
{
	case_corrected(report);
	report->correction.child_ns = -1;
}

static void case_herd(struct report *report)
{
	uint32_t i;

	fill_source(report);
	for (i = 0; i < 20; i++) {
		struct report_queue *queue = report_add_queue(report);
		char vm[32], device[32], comm[32];

		snprintf(vm, sizeof(vm), "guest-%u", i / 4 + 7);
		snprintf(device, sizeof(device), "vnet%u", i / 4);
		snprintf(comm, sizeof(comm), "vhost-%u", 4000 + i / 4);
		fill_names(queue, 4000 + i / 4, vm, device, comm);
		if (i % 7 == 3)
			queue->churn_runs = 0;
		else if (i % 2)
			fill_churning(queue);
		else
			fill_bulk(queue);
		queue->dir = i % 2 ? VP_TX : VP_RX;
		queue->queue_pair = i / 2 % 2;
		if (queue->dir == VP_TX)
			queue->churn_runs = queue->runs / (i + 1);
		queue->runs += queue->runs ? i : 0;
	}
}

static void add_samples(struct report *report, struct report_queue *queue, const char *name,
			const char *module, uint64_t samples)
{
	struct calltree **tree = &queue->samples[VP_CAUSE_KICK];
	uint32_t symbol = symbols_intern(&report->symbols, name, module), top;

	*tree = *tree ? *tree : calltree_new();
	top = calltree_child(*tree, CALLTREE_ROOT,
			     symbols_intern(&report->symbols, "handle_tx", "vhost_net"));
	calltree_add(*tree, calltree_child(*tree, top, symbol), samples, 0, samples * 10101010);
}

static void case_sampled(struct report *report)
{
	struct report_queue *queue = report_add_queue(report);

	fill_source(report);
	fill_names(queue, 4242, "web1", "vnet3", "vhost-4242");
	fill_churning(queue);
	add_samples(report, queue, "copy_user_generic_string", NULL, 31234);
	add_samples(report, queue, "tun_get_user", "tun", 907);
	add_samples(report, queue, "0xffffffffc0abcdef", NULL, 3);
	add_samples(report, queue, "f\033[31m\"", "<m>", 1);
	report->loss.samples_lost = 2;
}

static const struct {
	const char *name;
	void (*fill)(struct report *report);
} cases[] = {
	{"rich", case_rich},   {"corrected", case_corrected}, {"uncorrectable", case_uncorrectable},
	{"empty", case_empty}, {"unknowns", case_unknowns},   {"hostile", case_hostile},
	{"herd", case_herd},   {"sampled", case_sampled},
};

static struct report *build(const char *name)
{
	struct report *report = report_new();
	size_t i;

	state = 190816;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(cases[i].name, name))
			continue;
		cases[i].fill(report);
		report_sort(report);
		return report;
	}
	report_free(report);
	return NULL;
}

int main(int argc, char **argv)
{
	struct render_options options = {0};
	const struct renderer *renderer;
	struct report *report;
	struct sink sink;
	int i;

	renderer = argc > 3 ? renderer_find(argv[2]) : NULL;
	report = renderer ? build(argv[1]) : NULL;
	if (!report) {
		fprintf(stderr, "usage: report_case CASE FORMAT WIDTH [unicode] [color]\n");
		return 2;
	}
	options.width = (unsigned)strtoul(argv[3], NULL, 10);
	for (i = 4; i < argc; i++) {
		options.unicode |= !strcmp(argv[i], "unicode");
		options.color |= !strcmp(argv[i], "color");
	}
	sink_open_fd(&sink, 1);
	renderer->report(&sink, report, &options);
	report_free(report);
	return sink_close(&sink) ? 1 : 0;
}
