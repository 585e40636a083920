// SPDX-License-Identifier: BSD-2-Clause
/* Advice in sentences, the same for people and programs. Knows how to say it; refuses to judge. */
#include "render/advice.h"

#include "base/units.h"
#include "render/number.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#define say(...) snprintf(out, ADVICE_SENTENCE_LEN, __VA_ARGS__)

static const char *const rule_names[] = {
	[ADVICE_BUSY_POLL] = "busy-poll",	    [ADVICE_RX_LIVELOCK] = "rx-livelock",
	[ADVICE_SATURATED] = "saturated",	    [ADVICE_TINY_BATCHES] = "tiny-batches",
	[ADVICE_CALLS] = "call-suppression",	    [ADVICE_STARVED] = "worker-starved",
	[ADVICE_SHARED_CPU] = "worker-on-vcpu-cpu",
};
static_assert(sizeof(rule_names) / sizeof(rule_names[0]) == ADVICE_NR, "every rule has a name");

const char *advice_rule_name(enum advice_rule rule)
{
	return rule_names[rule];
}

static char *cpus(char out[NUMBER_LEN], double value)
{
	if (isnan(value))
		snprintf(out, NUMBER_LEN, "an unknown share");
	else
		number_share(out, value);
	return out;
}

static void say_recommended(char *out, const struct whatif *whatif)
{
	const struct whatif_point *point = &whatif->points[whatif->recommended];
	char share[NUMBER_LEN], low[NUMBER_LEN], high[NUMBER_LEN], cpu[NUMBER_LEN], spin[UNITS_LEN];

	say("poll-us=%u would absorb %s (95 %% interval %s to %s) of the kicks that follow a re-arm, for "
	    "about %s of a CPU more: %s of spinning for each, instead of a guest exit and a wakeup of the "
	    "worker. It is the smallest value that absorbs %.0f %% of what the best one does.",
	    point->poll_us, number_share(share, point->absorbed),
	    number_share(low, point->absorbed_low), number_share(high, point->absorbed_high),
	    cpus(cpu, point->cpu_added),
	    units_duration(spin, number_whole(point->spin_per_kick_ns)), WHATIF_OF_BEST * 100);
}

static void say_not_worth(char *out, const struct whatif *whatif,
			  const struct whatif_options *options)
{
	const struct whatif_point *last = whatif->len ? &whatif->points[whatif->len - 1] : NULL;
	char share[NUMBER_LEN], worth[UNITS_LEN], most[NUMBER_LEN];

	switch (whatif->why) {
	case WHATIF_FEW_GAPS:
		say("%llu kicks after a re-arm are too few to judge from; %d are the least.",
		    (unsigned long long)whatif->gaps, WHATIF_GAPS_MIN);
		break;
	case WHATIF_FEW_SHORT:
		say("Leave poll-us as it is: even poll-us=%u would absorb only %s of the kicks.",
		    last ? last->poll_us : 0, number_share(share, last ? last->absorbed : 0));
		break;
	case WHATIF_DEAR:
		say("Leave poll-us as it is: to absorb half of the kicks takes more than %s of spinning for "
		    "each.",
		    units_duration(worth, number_whole(options->worth_ns)));
		break;
	case WHATIF_OVER_BUDGET:
		say("Leave poll-us as it is: to absorb half of the kicks takes more than %s of a CPU.",
		    number_share(most, options->cpu_budget));
		break;
	default:
		say("Gaps between a re-arm and the next kick were not measured, or there were none.");
	}
}

static void say_saturated(char *out, const struct advice_queue *row)
{
	char share[NUMBER_LEN], name[16];

	say("%s of the runs of %s end because they used up their weight (256 packets or 512 KiB): there is "
	    "always more to do than one worker does. More queue pairs bring more workers.",
	    number_share(share, row->findings[ADVICE_SATURATED].share),
	    report_queue_name(name, row->queue));
}

static void say_livelock(char *out, const struct advice *advice, const struct advice_queue *row)
{
	const struct advice_finding *found = &row->findings[ADVICE_RX_LIVELOCK];
	char share[NUMBER_LEN], races[NUMBER_LEN];

	say("%s of the runs use up their weight without receiving anything (%s re-arms in each found the "
	    "ring refilled that was not): the packet waiting is larger than all buffers posted, and the "
	    "kernel spins on it. The bug came with Linux 5.18 (d3bb267bbdcb) and is fixed by 09861858a683%s.",
	    number_share(share, found->share), number_mean(races, found->evidence),
	    advice->rx_livelock == HAZARD_KNOWN ? ", which this kernel lacks: update it" : "");
}

static void say_tiny(char *out, const struct advice_queue *row)
{
	const struct advice_finding *found = &row->findings[ADVICE_TINY_BATCHES];
	char rate[UNITS_LEN], chains[NUMBER_LEN];

	say("%s runs per second take %s chains each: waking the worker costs as much as the work. %s",
	    units_rate(rate, found->evidence), number_mean(chains, found->share),
	    row->findings[ADVICE_BUSY_POLL].verdict == ADVICE_ACT
		    ? "Busy polling, above, lets runs go on."
		    : "Let the guest send more at a time (offloads, larger writes), or let packets gather.");
}

static void say_calls(char *out, const struct advice_queue *row)
{
	const struct advice_finding *found = &row->findings[ADVICE_CALLS];
	char calls[NUMBER_LEN];

	if (found->evidence > 0)
		say("The guest did not negotiate event index, so it cannot ask for fewer interrupts (%s "
		    "per chain) nor the host for fewer kicks.",
		    number_mean(calls, found->share));
	else
		say("%s interrupts per chain: the guest does not suppress any. Is event index off?",
		    number_mean(calls, found->share));
}

static void say_starved(char *out, const struct advice_queue *row)
{
	const struct advice_finding *found = &row->findings[ADVICE_STARVED];
	char share[NUMBER_LEN], mean[UNITS_LEN];

	say("Each time the worker has to run it waits %s for a CPU on average, %s of all wake latency: other "
	    "tasks have its CPU. Give worker %u a CPU of its own, or a better priority.",
	    units_duration(mean, number_whole(found->evidence)), number_share(share, found->share),
	    row->queue->worker_tid);
}

static void say_shared(char *out, const struct advice_queue *row)
{
	const struct advice_finding *found = &row->findings[ADVICE_SHARED_CPU];
	char share[NUMBER_LEN], cpu[NUMBER_LEN] = "";

	if (!isnan(found->evidence))
		snprintf(cpu, sizeof(cpu), " %.0f", found->evidence);
	say("In %s of the looks a vCPU of the same VM was on the worker's CPU%s: a kick then stops the vCPU "
	    "that made it. Pin worker %u to another CPU.",
	    number_share(share, found->share), cpu, row->queue->worker_tid);
}

static void say_act(char *out, const struct advice *advice, const struct advice_queue *row,
		    enum advice_rule rule)
{
	switch (rule) {
	case ADVICE_RX_LIVELOCK:
		say_livelock(out, advice, row);
		break;
	case ADVICE_SATURATED:
		say_saturated(out, row);
		break;
	case ADVICE_TINY_BATCHES:
		say_tiny(out, row);
		break;
	case ADVICE_CALLS:
		say_calls(out, row);
		break;
	case ADVICE_STARVED:
		say_starved(out, row);
		break;
	case ADVICE_SHARED_CPU:
		say_shared(out, row);
		break;
	default:
		say_recommended(out, &row->whatif);
	}
}

char *advice_sentence(char out[ADVICE_SENTENCE_LEN], const struct advice *advice,
		      const struct advice_queue *row, enum advice_rule rule)
{
	out[0] = '\0';
	if (row->findings[rule].verdict == ADVICE_ACT)
		say_act(out, advice, row, rule);
	else if (rule == ADVICE_BUSY_POLL && row->findings[rule].verdict != ADVICE_NOT_MEANT)
		say_not_worth(out, &row->whatif, &advice->options);
	return out;
}

char *advice_setting(char out[ADVICE_SENTENCE_LEN], const struct advice_queue *row,
		     enum advice_rule rule)
{
	const struct report_queue *queue = row->queue;

	out[0] = '\0';
	if (row->findings[rule].verdict != ADVICE_ACT)
		return out;
	switch (rule) {
	case ADVICE_BUSY_POLL:
		say("-netdev tap,...,vhost=on,poll-us=%u",
		    row->whatif.points[row->whatif.recommended].poll_us);
		break;
	case ADVICE_SATURATED:
		say("-netdev tap,...,queues=N -device virtio-net-pci,...,mq=on,vectors=2N+2");
		break;
	case ADVICE_CALLS:
		say("-device virtio-net-pci,...,event_idx=on");
		break;
	case ADVICE_STARVED:
	case ADVICE_SHARED_CPU:
		if (queue->worker_tid)
			say("taskset -pc CPU %u", queue->worker_tid);
		break;
	default:
		break;
	}
	return out;
}

char *advice_hazard(char out[ADVICE_SENTENCE_LEN], const struct advice *advice)
{
	const char *kernel = advice->report->source.kernel;

	out[0] = '\0';
	switch (advice->busy_poll) {
	case HAZARD_NONE:
		break;
	case HAZARD_ABSENT:
		say("This kernel cannot busy poll: it came with Linux 4.6.");
		break;
	case HAZARD_KNOWN:
		say("Busy polling is not safe on this kernel for guests with a vIOMMU (iommu_platform=on): "
		    "the loop may sleep with preemption disabled. Fixed by e08a9fac5cf8.");
		break;
	default:
		say("%s: make sure that it has e08a9fac5cf8 before a guest with a vIOMMU (iommu_platform=on) "
		    "busy polls; without it the loop may sleep with preemption disabled.",
		    kernel ? "This kernel is not among those known to be safe"
			   : "The source does not say which kernel it is from");
	}
	return out;
}

char *advice_assumption(char out[ADVICE_SENTENCE_LEN], const struct whatif *whatif)
{
	say("Assumes that the guest would send when it sent: arrivals do not react to the change, and a kick "
	    "absorbed also spares the wakeup, so the next gap is longer by that. A guest that waits for its "
	    "packets to be done sends on earlier, and more is absorbed. Intervals: %s.%s",
	    whatif->by_blocks ? "ratio over blocks of runs"
			      : "binomial, each gap taken as independent of the others",
	    whatif->tied_to_enter
		    ? " Text does not tell when a kick came, so gaps end at the next run: they are too long "
		      "by the wake latency, and the true shares are higher."
		    : "");
	return out;
}
