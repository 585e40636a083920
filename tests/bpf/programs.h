/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The BPF side itself, compiled for user space, its maps set up, and one way to fire a probe in
 * either style of attachment. Knows no kernel behaviour.
 */
#ifndef TESTS_BPF_PROGRAMS_H
#define TESTS_BPF_PROGRAMS_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunknown-pragmas" /* "unroll" is for the verifier's sake */
#include "../../bpf/maps.bpf.h"
/* The declaration is for a read-only section; from here on the name means one that can be set. */
static struct vp_config sim_config;
#define config sim_config
#include "../../bpf/vhostprof.bpf.c"
#undef config
#pragma GCC diagnostic pop

#define PROGRAM_SLOTS 8

/* How a kernel runs the programs. */
struct fired {
	__u64 args[5]; /* the function's, and for fexit its return value behind them */
	struct pt_regs regs;
};

static struct fired fired;
static bool by_kprobe;

static inline void programs_begin(unsigned pairs)
{
	__u32 pair, node;

	sim_map_add(&works, sizeof(__u64), sizeof(struct work_ref), 4 * pairs, false);
	sim_map_add(&identities, sizeof(__u32), sizeof(struct vp_identity), 2 * pairs, true);
	sim_map_add(&counters, sizeof(__u32), sizeof(struct vp_counters), 2 * pairs * VP_BANKS,
		    true);
	sim_map_add(&queues, sizeof(__u32), sizeof(struct queue_state), 2 * pairs, true);
	sim_map_add(&free_pairs, 0, sizeof(__u32), pairs, false)->key_size = 0;
	sim_map_add(&workers, sizeof(__u32), sizeof(struct worker_state), pairs, true);
	sim_map_add(&worker_pairs, sizeof(__u32), sizeof(__u32), SIM_ENTRIES, false);
	sim_map_add(&last_workers, sizeof(__u32), sizeof(struct last_worker), SIM_CPUS, true);
	sim_map_add(&wanted, sizeof(__u32), sizeof(__u8), SIM_ENTRIES, false);
	sim_map_add(&functions, sizeof(__u32), sizeof(struct vp_hist),
		    2 * pairs * VP_BANKS * ROW_NR, true);
	sim_map_add(&nodes, sizeof(__u32), sizeof(struct vp_node), VP_NODES, true);
	sim_map_add(&free_nodes, 0, sizeof(__u32), VP_NODES, false)->key_size = 0;
	sim_map_add(&node_counters, sizeof(__u32), sizeof(struct vp_node_counters),
		    2 * pairs * VP_BANKS * VP_CAUSE_NR * VP_NODES, true);
	sim_map_add(&wakeups, sizeof(__u32), sizeof(struct wakeup_span), 1, true);
	sim_map_add(&traces, sizeof(__u32), sizeof(struct event_buffer), pairs, true);
	for (node = VP_NODES - 1; node; node--)
		sim_push(&free_nodes, &node);
	for (pair = 2 * pairs - 2; pair < 2 * pairs; pair -= 2) /* the last is taken first */
		sim_push(&free_pairs, &pair);
	control = (struct vp_control){.sees_enqueues = 1};
	sim_config = (struct vp_config){
		.churn_window_ns = 50000, .dir_wanted = {1, 1}, .sends_records = 1};
	sim_region(&fired, sizeof(fired));
}

static inline void fire_args(__u64 a, __u64 b, __u64 c, __u64 d)
{
	fired = (struct fired){.args = {a, b, c, d}, .regs.parm = {a, b, c, d}};
}

#define FIRE(kind, id) (by_kprobe ? k_##kind##_##id(&fired.regs) : f_##kind##_##id(fired.args))

static inline void fire_run(bool enter, __u64 work, enum vp_dir dir, bool is_net)
{
	fire_args(work, 0, 0, 0);
	if (dir == VP_TX && is_net)
		enter ? FIRE(enter, handle_tx_net) : FIRE(leave, handle_tx_net);
	else if (dir == VP_TX)
		enter ? FIRE(enter, handle_tx_kick) : FIRE(leave, handle_tx_kick);
	else if (is_net)
		enter ? FIRE(enter, handle_rx_net) : FIRE(leave, handle_rx_net);
	else
		enter ? FIRE(enter, handle_rx_kick) : FIRE(leave, handle_rx_kick);
}

static inline void fire_poll_wakeup(__u64 poll, __u64 key)
{
	fire_args(poll + OFF_POLL_WAIT, 0, 0, key);
	FIRE(enter, poll_wakeup);
}

static inline void fire_work_queue(__u64 work)
{
	fire_args(0x1234, work, 0, 0);
	FIRE(enter, work_queue);
}

static inline void fire_poll_queue(__u64 poll)
{
	fire_args(poll, 0, 0, 0);
	FIRE(enter, poll_queue);
}

/* The function's entry: only a kretprobe needs it. */
static inline void fire_enable_notify_enter(__u64 net, __u64 vq)
{
	fire_args(net, vq, 0, 0);
	if (by_kprobe)
		k_enter_enable_notify(&fired.regs);
}

static inline void fire_enable_notify_leave(__u64 net, __u64 vq, __u64 ret)
{
	fire_args(net, vq, ret, 0);
	if (by_kprobe)
		fired.regs = (struct pt_regs){.parm = {~0ul, ~0ul, ~0ul, ~0ul}, .rc = ret};
	FIRE(leave, enable_notify);
}

static inline void fire_call(__u64 ctx)
{
	fire_args(ctx, 0, 0, 0);
	FIRE(enter, call);
}

#endif
