// SPDX-License-Identifier: BSD-2-Clause
/*
 * Records and counters of the BPF side against a naive vhost, with enqueues nobody interrupts: there
 * everything can be told, so everything has to be right.
 */
#include "oracle.h"

#include "../bpf/world.h"
#include "model/counters.h"
#include "model/hist.h"

#define ROUNDS 300
#define STEPS  3000

static struct vp_counters model[DEVICES * 2];
static struct counters_previous previous[DEVICES * 2];
static struct vp_run recorded;
static bool has_recorded, has_lost;

static void keep_record(const void *record)
{
	recorded = ((const struct run_record *)record)->run;
	has_recorded = true;
}

static void note_lost(void)
{
	has_lost = true;
}

static bool missing; /* probes are missed in this round */
static __u64 broken, whole;
static struct {
	bool known, open;
} seen[DEVICES];

/* What the programs can know of a worker when some of its enters and leaves are missed. */
static bool probe_missed(struct worker *worker, bool enter)
{
	size_t i = (size_t)(worker - vhost_workers);

	if (!missing || !control.on)
		return false;
	if (!oracle_below(20))
		return true;
	broken += enter ? seen[i].open : seen[i].known && !seen[i].open;
	whole += !enter && seen[i].open;
	seen[i].known |= enter;
	seen[i].open = enter;
	return false;
}

static __u64 counted(size_t offset)
{
	__u64 sum = 0;
	__u32 i;

	for (i = 0; i < DEVICES * 2 * VP_BANKS; i++)
		sum += *(__u64 *)((char *)sim_lookup(&counters, &i) + offset);
	return sum;
}

#define SAME(field)                                                                        \
	oracle_check(recorded.field == truth->field, "%llu, not %llu (step %llu)",         \
		     (unsigned long long)recorded.field, (unsigned long long)truth->field, \
		     (unsigned long long)sim.now_ns)

static void check_record(const struct vp_run *truth)
{
	SAME(queue);
	SAME(enter_ns);
	SAME(leave_ns);
	SAME(cause);
	SAME(wake_ns);
	SAME(bytes);
	SAME(generation);
	SAME(worker_tid);
	SAME(chains);
	SAME(calls);
	SAME(coalesced);
	SAME(rearms);
	SAME(races);
	SAME(requeues);
	SAME(cpu);
	SAME(end);
}

static void run_left(struct worker *worker)
{
	struct vp_run *truth = &worker->truth;
	bool expected = !worker->blind && control.on;

	if (missing)
		return;
	truth->end = truth_end(worker);
	oracle_check((has_recorded || has_lost) == expected, "record %d lost %d", has_recorded,
		     has_lost);
	if (!expected)
		return;
	if (has_recorded)
		check_record(truth);
	model[truth->queue].records_lost += has_lost;
	counters_add_run(&model[truth->queue], &previous[truth->queue], truth, GAP_ENDS_AT_WAKE,
			 sim_config.churn_window_ns);
	has_recorded = has_lost = false;
}

static void add_bank(struct vp_counters *sum, const struct vp_counters *bank)
{
	__u64 *into = (__u64 *)sum;
	const __u64 *from = (const __u64 *)bank;
	size_t i;

	for (i = 0; i < offsetof(struct vp_counters, wake) / sizeof(__u64); i++)
		into[i] += from[i];
	hist_merge(&sum->wake, &bank->wake);
	hist_merge(&sum->service, &bank->service);
	hist_merge(&sum->gap, &bank->gap);
	hist_merge(&sum->batch, &bank->batch);
}

static void check_counters(__u32 slot)
{
	const struct queue_truth *queue = &devices[slot / 2].queues[slot & 1];
	static struct vp_counters sum;
	__u64 *got = (__u64 *)&sum, *want = (__u64 *)&model[slot];
	size_t i;
	__u32 index;

	memset(&sum, 0, sizeof(sum));
	for (index = VP_BANKS * slot; index < VP_BANKS * (slot + 1); index++)
		add_bank(&sum, sim_lookup(&counters, &index));
	model[slot].doorbells = queue->doorbells;
	model[slot].coalesced = queue->coalesced;
	memcpy(model[slot].requeues, requeues_truth[slot], sizeof(requeues_truth[slot]));
	for (i = 0; i < sizeof(sum) / sizeof(__u64); i++)
		oracle_check(got[i] == want[i], "slot %u, word %zu: %llu, not %llu", slot, i,
			     (unsigned long long)got[i], (unsigned long long)want[i]);
}

static void round_begin(void)
{
	atomic_enqueues = true;
	memset(model, 0, sizeof(model));
	memset(previous, 0, sizeof(previous));
	memset(seen, 0, sizeof(seen));
	missing = !oracle_below(4);
	broken = whole = 0;
	has_recorded = has_lost = false;
	world_begin();
	sim.submitted = keep_record;
	sim.lost = note_lost;
}

static void check_round(void)
{
	__u32 slot;

	if (!missing) {
		for (slot = 0; slot < DEVICES * 2; slot++)
			check_counters(slot);
		return;
	}
	oracle_check(counted(offsetof(struct vp_counters, broken)) == broken, "not %llu",
		     (unsigned long long)broken);
	oracle_check(counted(offsetof(struct vp_counters, runs)) == whole, "not %llu",
		     (unsigned long long)whole);
}

int main(int argc, char **argv)
{
	unsigned i, rest, start;
	unsigned long round;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		round_begin();
		rest = 1 + (unsigned)oracle_below(40);
		start = oracle_below(2) ? 0 : (unsigned)oracle_below(STEPS / 2);
		for (i = 0; i < STEPS; i++) {
			control.on = i >= start;
			world_step(rest);
			control.bank ^= !oracle_below(50);
			sim.ring_full = !oracle_below(10);
		}
		check_round();
		kernel_end();
	}
	return oracle_end("run", ROUNDS);
}
