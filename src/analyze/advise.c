// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/advise.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#define VIRTIO_RING_F_EVENT_IDX 29

static double over(uint64_t part, uint64_t whole)
{
	return part == VP_UNKNOWN || whole == VP_UNKNOWN || !whole ? NAN
								   : (double)part / (double)whole;
}

static struct advice_finding unknown(void)
{
	return (struct advice_finding){ADVICE_UNKNOWN, NAN, NAN};
}

static struct advice_finding finding(bool act, double share, double evidence)
{
	return (struct advice_finding){act ? ADVICE_ACT : ADVICE_FINE, share, evidence};
}

static bool spins_in_vain(const struct report_queue *queue)
{
	return over(queue->chains, queue->runs) <= ADVICE_LIVELOCK_CHAINS &&
	       over(queue->races, queue->runs) >= ADVICE_LIVELOCK_RACES;
}

struct advice_finding advice_rx_livelock(const struct report_queue *queue)
{
	double share = over(queue->ends[VP_END_WEIGHT], queue->runs);

	if (queue->dir != VP_RX)
		return (struct advice_finding){ADVICE_NOT_MEANT, NAN, NAN};
	if (queue->runs < ADVICE_RUNS_MIN || queue->chains == VP_UNKNOWN ||
	    queue->races == VP_UNKNOWN)
		return unknown();
	return finding(share >= ADVICE_WEIGHT_SHARE && spins_in_vain(queue), share,
		       over(queue->races, queue->runs));
}

struct advice_finding advice_saturated(const struct report_queue *queue)
{
	double share = over(queue->ends[VP_END_WEIGHT], queue->runs);

	if (queue->runs < ADVICE_RUNS_MIN || queue->requeues == VP_UNKNOWN)
		return unknown();
	return finding(share >= ADVICE_WEIGHT_SHARE && !spins_in_vain(queue), share,
		       over(queue->chains, queue->runs));
}

struct advice_finding advice_tiny_batches(const struct report_queue *queue, uint64_t duration_ns)
{
	double chains = over(queue->chains, queue->runs);
	double rate = over(queue->runs, duration_ns) * 1e9;

	if (queue->runs < ADVICE_RUNS_MIN || isnan(chains) || isnan(rate))
		return unknown();
	return finding(chains < ADVICE_TINY_CHAINS && rate >= ADVICE_TINY_RUNS &&
			       !spins_in_vain(queue),
		       chains, rate);
}

struct advice_finding advice_calls(const struct report_queue *queue)
{
	double calls = over(queue->calls, queue->chains), batch = over(queue->chains, queue->runs);
	bool known = queue->features != VP_UNKNOWN;
	bool off = known && !(queue->features >> VIRTIO_RING_F_EVENT_IDX & 1);

	if (isnan(calls) || queue->chains < ADVICE_CALLS_CHAINS_MIN)
		return unknown();
	if (known)
		return finding(off && queue->calls, calls, off);
	return finding(calls >= ADVICE_CALLS_PER_CHAIN && batch >= ADVICE_TINY_CHAINS, calls, 0);
}

/* The worker's two queues wait together. */
static double wake_sum(const struct report *report, uint32_t worker_tid)
{
	double sum = 0;

	vec_foreach (queue, &report->queues)
		if (queue->worker_tid == worker_tid)
			sum += (double)queue->wake.sum;
	return sum;
}

struct advice_finding advice_starved(const struct report *report, const struct report_queue *queue)
{
	const struct report_sched *sched = &queue->sched;
	double mean = over(sched->wait_ns, sched->slices),
	       all = wake_sum(report, queue->worker_tid);
	double window = over(sched->wait_ns, report->source.duration_ns);
	double share = all > 0 ? fmin(1, (double)sched->wait_ns / all) : NAN;

	if (isnan(mean) || isnan(window) || isnan(share) || sched->slices < ADVICE_SLICES_MIN)
		return unknown();
	return finding(mean >= ADVICE_STARVED_NS && share >= ADVICE_STARVED_WAKE &&
			       window >= ADVICE_STARVED_WINDOW,
		       share, mean);
}

struct advice_finding advice_shared_cpu(const struct report_queue *queue)
{
	double share = over(queue->sched.shared_cpu, queue->sched.samples);

	if (isnan(share) || queue->sched.samples < ADVICE_LOOKS_MIN)
		return unknown();
	return finding(share >= ADVICE_SHARED_SHARE, share,
		       queue->sched.cpu == VP_UNKNOWN ? NAN : (double)queue->sched.cpu);
}

static struct advice_finding busy_poll(const struct whatif *whatif,
				       const struct report_queue *queue)
{
	double share = whatif->recommended < 0 ? NAN : whatif->points[whatif->recommended].absorbed;

	if (queue->dir != VP_TX)
		return (struct advice_finding){ADVICE_NOT_MEANT, NAN, NAN};
	if (whatif->why == WHATIF_NO_GAPS || whatif->why == WHATIF_FEW_GAPS)
		return unknown();
	return finding(whatif->recommended >= 0, share, NAN);
}

/* poll-us holds for both queues of a pair: an rx run that finds the socket empty spins as well. */
double advice_rx_spins(const struct report *report, const struct report_queue *tx)
{
	double spins = NAN;

	vec_foreach (queue, &report->queues)
		if (queue->dir == VP_RX && tx->worker_tid && queue->worker_tid == tx->worker_tid)
			spins = over(queue->ends[VP_END_WAIT], report->source.duration_ns) * 1e9;
	return spins;
}

/* On rx a gap ends when the guest hands back buffers: polling for those is not what poll-us is for. */
static struct whatif not_asked(const struct report_queue *queue)
{
	return (struct whatif){
		.recommended = -1,
		.why = WHATIF_NO_GAPS,
		.poll_now_us = queue->poll_us,
		.gap_p50_ns = VP_UNKNOWN,
		.gap_p90_ns = VP_UNKNOWN,
	};
}

static void look(struct advice_queue *out, const struct report *report,
		 const struct report_queue *queue, const struct whatif_options *options)
{
	uint64_t duration_ns = report->source.duration_ns;

	out->queue = queue;
	out->whatif = queue->dir == VP_TX ? whatif_make(queue, &report->source, options)
					  : not_asked(queue);
	out->rx_spins = advice_rx_spins(report, queue);
	out->findings[ADVICE_BUSY_POLL] = busy_poll(&out->whatif, queue);
	out->findings[ADVICE_RX_LIVELOCK] = advice_rx_livelock(queue);
	out->findings[ADVICE_SATURATED] = advice_saturated(queue);
	out->findings[ADVICE_TINY_BATCHES] = advice_tiny_batches(queue, duration_ns);
	out->findings[ADVICE_CALLS] = advice_calls(queue);
	out->findings[ADVICE_STARVED] = advice_starved(report, queue);
	out->findings[ADVICE_SHARED_CPU] = advice_shared_cpu(queue);
}

int advice_make(const struct report *report, const struct whatif_options *options,
		struct advice **out)
{
	struct advice *advice = calloc(1, sizeof(*advice));
	int rule;

	if (!advice)
		return -ENOMEM;
	advice->report = report;
	advice->options = *options;
	advice->busy_poll = hazard_of_busy_poll(report->source.kernel);
	advice->rx_livelock = hazard_of_rx_livelock(report->source.kernel);
	vec_foreach (queue, &report->queues) {
		struct advice_queue *slot = vec_add(&advice->queues);

		if (!slot) {
			advice_free(advice);
			return -ENOMEM;
		}
		look(slot, report, queue, options);
		for (rule = 0; rule < ADVICE_NR; rule++)
			advice->acts += slot->findings[rule].verdict == ADVICE_ACT;
	}
	*out = advice;
	return 0;
}

void advice_free(struct advice *advice)
{
	if (!advice)
		return;
	vec_free(&advice->queues);
	free(advice);
}
