// SPDX-License-Identifier: BSD-2-Clause
/* The course of a live profile: windows, their edges, and the reports made of them. */
#include "source/live_state.h"

#include <errno.h>
#include <string.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

/* The samples of the window wait in the ring buffer. */
static int collect_samples(struct live *live, unsigned bank)
{
	int error;

	if (!live->sampler.hz)
		return 0;
	error = ring_buffer__consume(live->sample_ring);
	return error < 0 ? error : sampler_collect(&live->sampler, bank);
}

enum edge { EDGE_START, EDGE_BETWEEN, EDGE_STOP };

/*
 * The edge between two windows. The eventfds' counters are read on both sides of it, so what they
 * counted in a window is known to lie between two numbers, whatever is kicked meanwhile.
 */
static int cross_edge(struct live *live, enum edge edge)
{
	volatile struct vp_control *control = live_control(live);
	unsigned bank = control->bank;
	int error = live_refresh(live);

	if (error)
		return error;
	queues_mark_low(&live->queues);
	if (edge == EDGE_BETWEEN)
		control->bank = !bank;
	else
		control->on = edge == EDGE_START;
	live->window.duration_ns = now_ns() - live->window_began_ns;
	live->window_began_ns += live->window.duration_ns;
	error = live_wait_for_programs(live);
	if (!error)
		error = live_refresh(live);
	queues_mark_high(&live->queues);
	if (!error && edge != EDGE_START)
		error = queues_collect(&live->queues, &live->maps, bank);
	return !error && edge != EDGE_START ? collect_samples(live, bank) : error;
}

static int edge_failed(int error, struct err *err)
{
	return err_set(err, -error, EXIT_FAILED, "cannot read the BPF maps: %s", strerror(-error));
}

int live_start(struct live *live, struct err *err)
{
	int error = cross_edge(live, EDGE_START);

	if (error)
		return edge_failed(error, err);
	queues_begin_window(&live->queues, true);
	live->running = true;
	live->window.start_ns = live->total.start_ns = live->window_began_ns;
	live->total.total = true;
	return 0;
}

/* What waits, and perhaps waits for something first. -EAGAIN: there is more. */
static int drain(struct live *live, int timeout_ms)
{
	int error;

	live->drained_bytes = 0;
	error = ring_buffer__poll(live->ring, timeout_ms);
	return error < 0 ? error : ring_buffer__consume(live->ring);
}

int live_poll(struct live *live, int timeout_ms, struct err *err)
{
	int error = drain(live, timeout_ms);

	if ((error >= 0 || error == -EAGAIN) && live->sample_ring)
		error = ring_buffer__consume(live->sample_ring);
	if (error >= 0 || error == -EAGAIN)
		error = live_sync(live);
	if (live->running)
		live_cost_tick(live, now_ns());
	return error >= 0 || error == -EINTR ? 0 : edge_failed(error, err);
}

int live_interval(struct live *live, struct report **report, struct err *err)
{
	int error = cross_edge(live, EDGE_BETWEEN);

	if (error)
		return edge_failed(error, err);
	error = live_last(live, report, err);
	if (error)
		return error;
	live->window.start_ns = live->window_began_ns;
	queues_begin_window(&live->queues, false);
	if (live->sampler.hz)
		sampler_begin_window(&live->sampler);
	error = live_recycle(live, now_ns());
	return error ? edge_failed(error, err) : 0;
}

int live_stop(struct live *live, struct err *err)
{
	int error = live->running ? cross_edge(live, EDGE_STOP) : 0;

	if (error)
		return edge_failed(error, err);
	live->running = false;
	cost_stop(&live->cost, &live->attachment, now_ns());
	live->total.duration_ns = live->window_began_ns - live->total.start_ns;
	while (drain(live, 0) == -EAGAIN) /* nobody writes any more */
		;
	return 0;
}

static int make_report(struct live *live, struct report **report, const struct live_span *span,
		       struct err *err)
{
	struct report *made;
	int error = live_report(&made, &live->queues, &live->options, &live->attachment, span,
				live->maps.functions.nodes, attach_misses(&live->attachment),
				live_control(live)->unplaced,
				live->sampler.hz ? &live->sampler : NULL, err);

	if (error)
		return error;
	if (live_cost_report(live, made)) {
		report_free(made);
		return err_set(err, ENOMEM, EXIT_FAILED, "out of memory");
	}
	*report = made;
	return 0;
}

int live_last(struct live *live, struct report **report, struct err *err)
{
	return make_report(live, report, &live->window, err);
}

int live_total(struct live *live, struct report **report, struct err *err)
{
	return make_report(live, report, &live->total, err);
}

int live_list(struct live *live, struct report **report, struct err *err)
{
	static const struct live_span none;

	return make_report(live, report, &none, err);
}

static void add_losses(struct live_progress *progress, const struct vp_counters *counters)
{
	progress->records_lost += counters->records_lost;
	progress->runs_broken += counters->broken;
	progress->calls_broken += counters->calls_broken;
	progress->calls_too_deep += counters->calls_too_deep;
	progress->calls_unplaced += counters->calls_unplaced;
	progress->events_lost += counters->events_lost;
}

void live_progress(struct live *live, struct live_progress *progress)
{
	unsigned bank = live_control(live)->bank;

	*progress = (struct live_progress){
		.start_ns = live->total.start_ns,
		.now_ns = now_ns(),
		.probe_misses = attach_misses(&live->attachment),
		.queues_unplaced = live_control(live)->unplaced,
		.samples_lost = live->sampler.hz ? sampler_lost(&live->sampler) : 0,
	};
	vec_foreach (queue, &live->queues) {
		add_losses(progress, queue->total.counters);
		if (!queue->gone)
			add_losses(progress, &live->maps.counters[queue->slot * VP_BANKS + bank]);
	}
}

int live_queues(struct live *live, const live_queue_vec **queues, struct err *err)
{
	int error = live_sync(live);

	if (error)
		return edge_failed(error, err);
	*queues = &live->queues;
	return 0;
}

const struct attachment *live_attachment(const struct live *live)
{
	return &live->attachment;
}
