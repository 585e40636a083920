// SPDX-License-Identifier: GPL-2.0
/*
 * Level trace, both of its halves: what the BPF side adds up in its maps against what user space makes of
 * the events it streams, to the call and the nanosecond. Functions nest at random, recursively and too
 * deep; entries and ends are missed; the clock stands still now and then; interrupts call functions of their own,
 * also in the middle of our programs.
 */
#include "../bpf/kernel.h"

#include "model/hist.h"
#include "model/probe.h"
#include "model/run_calls.h"

#define ROUNDS 40
#define RUNS   60
#define DEEP   22
#define EVENTS 900 /* of one run, at most: more than one batch */

typedef int (*program)(void *context);
static const struct {
	enum row row;
	program enter, leave;
} spans[] = {
#define SPAN(id)                                     \
	{                                            \
		ROW_##id, f_enter_##id, f_leave_##id \
	}
	SPAN(handle_tx),      SPAN(tx_copy),	    SPAN(tx_bufs),    SPAN(vq_desc),
	SPAN(translate_desc), SPAN(tun_sendmsg),    SPAN(add_used_n), SPAN(notify),
	SPAN(disable_notify), SPAN(exceeds_weight), SPAN(poll_stop),  SPAN(busy_poll),
};
#define SPAN_NR (sizeof(spans) / sizeof(spans[0]))

static struct run_calls *calls;
static struct calls_sum {
	__u64 calls, total_ns, self_ns;
} sums[PROBE_NR];
static unsigned runs_taken, events_left;
static bool missing;
static unsigned deep, variety; /* of this round */
static unsigned placed;	       /* rounds whose tree had room for everything */
static __u64 stages_wrong;
static __u64 turned_away; /* calls by interrupts in the middle of our programs */

static void check_stages(const struct vp_stages *stages, const struct traced_call *list,
			 uint32_t len)
{
	__u64 self_ns[VP_STAGE_NR] = {0};
	uint32_t i, stage;

	for (i = 0; i < len; i++)
		self_ns[probes[list[i].symbol].stage] += list[i].self_ns;
	for (stage = 0; stage < VP_STAGE_NR; stage++)
		stages_wrong += self_ns[stage] != stages->ns[stage];
}

static void take_run(const struct vp_run *run, const struct vp_stages *stages)
{
	const struct traced_call *list;
	uint32_t len, i;

	run_calls_take(calls, run, &list, &len);
	oracle_check(len, "the calls of run %u are not whole", runs_taken);
	oracle_check(list[0].total_ns == run->leave_ns - run->enter_ns,
		     "the first call is not the run");
	for (i = 0; i < len; i++) {
		struct calls_sum *sum = &sums[list[i].symbol];

		sum->calls++;
		sum->total_ns += list[i].total_ns;
		sum->self_ns += list[i].self_ns;
	}
	check_stages(stages, list, len);
	runs_taken++;
}

static void on_record(const void *data)
{
	const struct vp_record *record = data;
	const void *payload = record + 1;

	if (record->type == VP_RECORD_EVENTS) {
		const struct vp_events *head = payload;

		oracle_check(!run_calls_events(calls, head, (const void *)(head + 1)), "memory");
		return;
	}
	oracle_check(record->type == VP_RECORD_STAGES, "a run without stages");
	take_run(payload, (const void *)((const struct vp_run *)payload + 1));
}

static void on_lost(void)
{
	oracle_check(false, "nothing is lost here");
}

static void let_time_pass(void)
{
	if (oracle_below(4))
		sim.now_ns += oracle_below(2000);
	if (!oracle_below(8))
		sim.cpu = oracle_below(SIM_CPUS);
}

static void on_interrupt(void)
{
	__u32 pair = 0, i;

	if (oracle_below(16))
		return;
	for (i = 0; i < DEVICES; i++) {
		const struct worker_state *worker = sim_lookup(&workers, &pair);

		turned_away += worker->tid == sim.tid && worker->open && worker->busy;
		pair++;
	}
	spans[0].enter(fired.args);
	spans[0].leave(fired.args);
}

static bool is_missed(void)
{
	return missing && !oracle_below(12);
}

/* One function and what it calls. */
static void span(unsigned depth)
{
	size_t which = oracle_below(variety);

	if (events_left < 2)
		return;
	events_left -= 2;
	let_time_pass();
	if (!is_missed())
		spans[which].enter(fired.args);
	while (depth < deep && oracle_below(3))
		span(depth + 1);
	let_time_pass();
	if (!is_missed())
		spans[which].leave(fired.args);
}

static void run(const struct work *work)
{
	sim.tid = 4000 + (__u32)(work->device - devices);
	let_time_pass();
	fire_run(true, work->address, work->dir, work->is_net);
	events_left = EVENTS;
	while (oracle_below(8))
		span(1);
	let_time_pass();
	fire_run(false, work->address, work->dir, work->is_net);
}

static __u64 self_in_maps(__u32 slot, enum row row)
{
	__u64 sum_ns = 0;
	__u32 i;

	for (i = 0; i < VP_CAUSE_NR * VP_NODES; i++) {
		__u32 index = slot * VP_BANKS * VP_CAUSE_NR * VP_NODES + i, node = i % VP_NODES;
		const struct vp_node_counters *counted = sim_lookup(&node_counters, &index);
		const struct vp_node *place = sim_lookup(&nodes, &node);

		if (node && place->row == row)
			sum_ns += counted->self_ns;
	}
	return sum_ns;
}

static __u64 calls_unplaced(void)
{
	__u64 sum = 0;
	__u32 slot;

	for (slot = 0; slot < 2 * DEVICES; slot++) {
		__u32 index = slot * VP_BANKS;

		sum += ((const struct vp_counters *)sim_lookup(&counters, &index))->calls_unplaced;
	}
	return sum;
}

static void check_row(enum row row)
{
	struct calls_sum in_maps = {0};
	__u32 slot;

	for (slot = 0; slot < 2 * DEVICES; slot++) {
		__u32 index = slot * VP_BANKS * ROW_NR + row;
		const struct vp_hist *hist = sim_lookup(&functions, &index);

		in_maps.calls += hist->count;
		in_maps.total_ns += hist->sum;
		in_maps.self_ns += self_in_maps(slot, row);
	}
	oracle_check(in_maps.calls == sums[row].calls, "%s: %llu calls, not %llu", probes[row].name,
		     (unsigned long long)in_maps.calls, (unsigned long long)sums[row].calls);
	oracle_check(in_maps.total_ns == sums[row].total_ns, "%s: total", probes[row].name);
	oracle_check(calls_unplaced() || in_maps.self_ns == sums[row].self_ns, "%s: self",
		     probes[row].name);
}

static void check_loss(void)
{
	__u64 broken = 0, too_deep = 0;
	struct run_calls_loss loss;
	__u32 slot, index;

	for (slot = 0; slot < 2 * DEVICES; slot++) {
		const struct vp_counters *counted;

		index = slot * VP_BANKS;
		counted = sim_lookup(&counters, &index);
		broken += counted->calls_broken;
		too_deep += counted->calls_too_deep;
	}
	run_calls_loss(calls, &loss);
	oracle_check(loss.calls_broken + turned_away == broken, "%llu broken, not %llu",
		     (unsigned long long)(loss.calls_broken + turned_away),
		     (unsigned long long)broken);
	oracle_check(loss.calls_too_deep == too_deep, "%llu too deep, not %llu",
		     (unsigned long long)loss.calls_too_deep, (unsigned long long)too_deep);
	oracle_check(missing || broken == turned_away, "%llu broken, and none was missed",
		     (unsigned long long)broken);
	oracle_check(!loss.runs, "%llu runs without calls", (unsigned long long)loss.runs);
}

static void round_begin(void)
{
	enum probe_id id;
	unsigned i;

	kernel_begin();
	by_kprobe = false;
	sim_config.level = VP_LEVEL_TRACE;
	control.level = VP_LEVEL_TRACE;
	control.on = 1;
	sim.submitted = on_record;
	sim.lost = on_lost;
	sim.interrupt = on_interrupt;
	turned_away = 0;
	for (i = 0; i < DEVICES; i++)
		device_seen(devices[i].net);
	memset(sums, 0, sizeof(sums));
	missing = oracle_below(2);
	deep = oracle_below(2) ? 3 : DEEP;
	variety = deep == DEEP ? SPAN_NR : 3;
	calls = run_calls_new();
	for (id = 0; id < PROBE_NR; id++)
		run_calls_row(calls, id, id, id <= PROBE_handle_rx_net);
}

static void round_end(void)
{
	enum row row;

	for (row = 0; row < ROW_NR; row++)
		check_row(row);
	check_loss();
	placed += !calls_unplaced();
	oracle_check(!stages_wrong, "%llu stages of runs differ", (unsigned long long)stages_wrong);
	run_calls_free(calls);
	kernel_end();
}

int main(int argc, char **argv)
{
	unsigned long round;
	unsigned i;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		round_begin();
		for (i = 0; i < RUNS; i++)
			run(&devices[oracle_below(DEVICES)]
				     .works[oracle_below(2)][oracle_below(2)]);
		round_end();
	}
	oracle_check(placed && placed < ROUNDS, "%u trees with room", placed);
	oracle_check(runs_taken == ROUNDS * RUNS, "%u runs", runs_taken);
	return oracle_end("levels", ROUNDS);
}
