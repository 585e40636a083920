/* SPDX-License-Identifier: BSD-2-Clause */
/* Reports with trees of calls, small enough to add up by hand. Out of memory crashes: these are tests. */
#ifndef STACKS_REPORT_H
#define STACKS_REPORT_H

#include "model/report.h"

#include <string.h>

struct tree_row {
	unsigned depth; /* of the handler: 1 */
	const char *name, *module;
	uint64_t calls, self_ns;
};

/* Rows in depth-first order; total times are summed up from below. */
static inline struct calltree *make_tree(struct report *report, const struct tree_row *rows,
					 size_t len, uint64_t factor)
{
	struct calltree *tree = calltree_new();
	uint32_t at[64] = {CALLTREE_ROOT}, node;
	size_t i;

	for (i = 0; i < len; i++) {
		uint32_t symbol = symbols_intern(&report->symbols, rows[i].name, rows[i].module);

		node = at[rows[i].depth] = calltree_child(tree, at[rows[i].depth - 1], symbol);
		calltree_add(tree, node, rows[i].calls * factor, 0, rows[i].self_ns * factor);
	}
	for (i = tree->nodes.len; i-- > 1;) {
		tree->nodes.items[i].total_ns += tree->nodes.items[i].self_ns;
		tree->nodes.items[tree->nodes.items[i].parent].total_ns +=
			tree->nodes.items[i].total_ns;
	}
	return tree;
}

static const struct tree_row tx_rows[] = {
	{1, "handle_tx_kick", "vhost_net", 1000, 90000},
	{2, "handle_tx", "vhost_net", 1000, 410000},
	{3, "vhost_disable_notify", "vhost", 1000, 120000},
	{3, "handle_tx_copy", "vhost_net", 1000, 830000},
	{4, "get_tx_bufs", "vhost_net", 2100, 260000},
	{5, "vhost_get_vq_desc", "vhost", 2100, 540000},
	{6, "translate_desc", "vhost", 4200, 380000},
	{4, "vhost_tx_batch", "vhost_net", 1000, 310000},
	{5, "tun_sendmsg", "tun", 1000, 700000},
	{6, "tun_get_user", "tun", 1000, 900000},
	{6, "netif_receive_skb", NULL, 1000, 1250000},
	{5, "vhost_add_used_and_signal_n", "vhost", 1000, 300000},
	{6, "vhost_add_used_n", "vhost", 1000, 210000},
	{6, "vhost_signal", "vhost", 1000, 95000},
	{7, "eventfd_signal", NULL, 300, 150000},
	{4, "vhost_enable_notify", "vhost", 1000, 170000},
	{4, "vhost_exceeds_weight", "vhost", 1000, 15000},
};

static const struct tree_row rx_rows[] = {
	{1, "handle_rx_net", "vhost_net", 200, 40000},
	{2, "handle_rx", "vhost_net", 200, 350000},
	{3, "vhost_net_buf_peek", "vhost_net", 600, 90000},
	{3, "vhost_get_vq_desc", "vhost", 600, 150000},
	{3, "tun_recvmsg", "tun", 600, 800000},
	{3, "vhost_add_used_and_signal_n", "vhost", 200, 130000},
	{3, "vhost_poll_start", "vhost", 200, 1},
};

#define ROWS(rows) rows, sizeof(rows) / sizeof((rows)[0])

static inline struct report_queue *make_queue(struct report *report, const char *vm,
					      const char *device, uint32_t pid, enum vp_dir dir)
{
	struct report_queue *queue = report_add_queue(report);

	report_string(&queue->vm_name, vm);
	report_string(&queue->device, device);
	report_string(&queue->worker_comm, "vhost-4242");
	queue->vm_pid = pid;
	queue->worker_tid = pid + 8;
	queue->dir = dir;
	queue->queue_pair = 0;
	queue->runs = dir == VP_TX ? 1000 : 200;
	queue->chains = dir == VP_TX ? 2100 : VP_UNKNOWN;
	return queue;
}

static inline struct report *make_report(void)
{
	struct report *report = report_new();

	report_string(&report->source.kind, "recording");
	report_string(&report->source.path, "web1.vprof");
	report_string(&report->source.kernel, "6.1.0-18-amd64");
	report_string(&report->source.level, "stages");
	report->source.start_ns = 5000000000;
	report->source.duration_ns = 2000000000;
	return report;
}

/* A VM with one device, both ways; `factor` makes everything in tx longer. */
static inline struct report *plain_report(uint64_t factor)
{
	struct report *report = make_report();
	struct report_queue *queue = make_queue(report, "web1", "vnet3", 4242, VP_RX);

	queue->chains = 600;
	queue->trees[VP_CAUSE_NET] = make_tree(report, ROWS(rx_rows), 1);
	queue = make_queue(report, "web1", "vnet3", 4242, VP_TX);
	queue->trees[VP_CAUSE_KICK] = make_tree(report, ROWS(tx_rows), factor);
	queue->trees[VP_CAUSE_REQUEUE] = make_tree(report, tx_rows, 11, 1);
	report->loss.calls_broken = 3;
	report->loss.events_lost = 1;
	return report;
}

/* Names that want to be something else. */
static inline struct report *nasty_report(void)
{
	static const struct tree_row rows[] = {
		{1, "a;b", "m)(\"", 1, 500},
		{2, "<script>alert(1)</script>", "<&>", 1, 400},
		{3, "]]>", "\xff", 1, 300},
		{3, "a->b", "", 1, 200},
		{3, "", NULL, 1, 100},
		{3, "\xef\xbf\xbf\xed\xa0\x80\xc2\x9b", NULL, 1, 50},
		{4, "x 12\n# y 7", "\t", 1, 25},
	};
	struct report *report = make_report();
	struct report_queue *queue;

	report_string(&report->source.path, "/tmp/\033[2J<b>&\"x\"\n.vprof");
	queue = make_queue(report, "vm;1 <&'\"> \x01\n\x1b[31m", "tap 0\"", 7, VP_TX);
	report_string(&queue->worker_comm, "#");
	queue->trees[VP_CAUSE_UNKNOWN] = make_tree(report, ROWS(rows), 1);
	queue = make_queue(report, "#", NULL, 9, VP_TX);
	report_string(&queue->worker_comm, " 1 2/3 4.5: 6 e:");
	queue->trees[VP_CAUSE_KICK] = make_tree(report, ROWS(rows), 1);
	report_probe_missing(report, "<p>\033");
	return report;
}

/* The same stacks by sampling: each sample stands for 100 us. */
static inline struct report *sampled_report(void)
{
	static const struct tree_row rows[] = {
		{1, "handle_tx_kick", "vhost_net", 0, 0},
		{2, "handle_tx_copy", "vhost_net", 7, 700000},
		{3, "tun_sendmsg", "tun", 10, 1000000},
		{4, "_copy_from_iter", NULL, 23, 2300000},
	};
	struct report *report = plain_report(1);

	report->queues.items[1].samples[VP_CAUSE_KICK] = make_tree(report, ROWS(rows), 1);
	return report;
}

#endif
