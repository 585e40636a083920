/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Everybody around the workers: vCPUs that ring doorbells, the owner's main thread, softirqs on top
 * of whatever runs, idle CPUs included. One random step of one random actor at a time.
 */
#ifndef TESTS_BPF_WORLD_H
#define TESTS_BPF_WORLD_H

#include "worker.h"

enum { VCPU_0, VCPU_1, MAIN_THREAD, IDLE_0, IDLE_1, OUTSIDERS };

static struct actor outsiders[OUTSIDERS];

static inline struct work *any_work(bool is_net)
{
	return &devices[oracle_below(DEVICES)].works[oracle_below(VP_DIR_NR)][is_net];
}

/*
 * Softirqs do not come while a wakeup holds its lock: interrupts are off. None completes on top of the
 * main thread: up to 6.4 the probes cannot tell that from an ioctl of this thread right behind it.
 */
static inline void softirq_begin(struct actor *actor)
{
	struct work *kick = any_work(false);

	if (actor->task.step && actor->task.kind == BY_WAKEUP)
		return;
	if (oracle_below(3)) {
		enqueue_begin(actor, &actor->softirq, any_work(true), BY_WAKEUP, VP_REQUEUE_NR);
	} else if (kick->device->zerocopy && kick->dir == VP_TX &&
		   actor != &outsiders[MAIN_THREAD]) {
		enqueue_begin(actor, &actor->softirq, kick, BY_POLL_QUEUE,
			      poll_queue_reason(kick, actor->in_run == kick->device));
	}
}

/* An event the poll does not wait for: the wakeup returns at once. */
static inline void foreign_event(const struct actor *actor)
{
	const struct work *work = any_work(true);

	tick(actor);
	fire_poll_wakeup(work->poll, work->dir == VP_TX ? POLLIN_BIT : POLLOUT_BIT);
	fire_call(vq_of(work->device, work->dir) + 1);
}

static inline void outsider_begin(struct actor *actor)
{
	if (actor >= &outsiders[IDLE_0] || !oracle_below(4))
		softirq_begin(actor);
	else if (actor == &outsiders[MAIN_THREAD] && !oracle_below(4))
		enqueue_begin(actor, &actor->task, any_work(oracle_below(2)), BY_WORK_QUEUE,
			      VP_REQUEUE_NR);
	else if (!oracle_below(10))
		foreign_event(actor);
	else
		enqueue_begin(actor, &actor->task, any_work(false), BY_WAKEUP, VP_REQUEUE_NR);
}

static inline void outsider_step(struct actor *actor, unsigned rest)
{
	if (actor->softirq.step)
		enqueue_step(actor, &actor->softirq);
	else if (actor->task.step)
		enqueue_step(actor, &actor->task);
	else if (!oracle_below(rest))
		outsider_begin(actor);
}

/* `rest`: how long outsiders pause between their wakeups. */
static inline void world_step(unsigned rest)
{
	struct worker *worker = &vhost_workers[oracle_below(DEVICES)];

	if (oracle_below(2)) {
		outsider_step(&outsiders[oracle_below(OUTSIDERS)], rest);
		return;
	}
	if (worker->phase != IDLE && !worker->actor.softirq.step && !oracle_below(8))
		softirq_begin(&worker->actor);
	worker_step(worker);
}

static inline void world_begin(void)
{
	unsigned i;

	kernel_begin();
	workers_begin();
	for (i = 0; i < OUTSIDERS; i++)
		outsiders[i] = (struct actor){.tid = i < IDLE_0 ? 501 + i : 0, .cpu = 4 + i};
	for (i = 0; i < DEVICES; i++)
		device_seen(devices[i].net);
}

#endif
