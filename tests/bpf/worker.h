/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The worker of a naive vhost: takes works off its list and runs handlers, step by step, and writes
 * down what the record of each run must say.
 */
#ifndef TESTS_BPF_WORKER_H
#define TESTS_BPF_WORKER_H

#include "kernel.h"

enum phase { IDLE, TAKEN, BODY, LEAVING };

struct worker {
	struct actor actor;
	struct device *device;
	struct work *work; /* whose handler runs */
	enum phase phase;
	enum vp_end plan; /* how the handler is going to end */
	unsigned todo;	  /* steps of the body before that */
	bool planned;	  /* the plan is carried out */
	bool notifying;	  /* inside vhost_enable_notify of `notified` */
	enum vp_dir notified;
	bool refilled;	/* what it will return */
	bool completed; /* a completion asked for this queue's work */
	bool passing;	/* one of them found it queued, on a kernel where that shows no end */
	bool blind;	/* began before recording was on */
	__u16 avail_idx;
	unsigned torn; /* tries that may be another's than they look */
	struct enqueue owner;
	struct vp_run truth;
};

static struct worker vhost_workers[DEVICES];

/* What to do with a run that has just left: the oracle's. */
static void run_left(struct worker *worker);
static bool probe_missed(struct worker *worker, bool enter);

static inline __u16 *avail_of(const struct worker *worker)
{
	return &FIELD(__u16, vq_of(worker->device, worker->work->dir), OFF_VQ_LAST_AVAIL);
}

static inline void set_backend(const struct worker *worker, bool there)
{
	__u64 vq = vq_of(worker->device, worker->work->dir);

	FIELD(__u64, vq, OFF_VQ_BACKEND) = there ? (__u64)&backend : 0;
}

static inline void worker_take(struct worker *worker)
{
	struct device *device = worker->device;

	if (!device->list_len)
		return;
	worker->work = device->list[0];
	memmove(device->list, device->list + 1, --device->list_len * sizeof(device->list[0]));
	worker->owner = worker->work->owner;
	worker->torn = worker->work->torn;
	worker->work->torn = 0;
	*flags_of(worker->work) &= ~(__u64)WORK_QUEUED;
	worker->work->changes++;
	worker->phase = TAKEN;
}

static inline void truth_begin(struct worker *worker)
{
	struct work *work = worker->work;
	struct queue_truth *queue = &worker->device->queues[work->dir];
	bool known = !worker->owner.blind;

	worker->truth = (struct vp_run){
		.wake_ns = known ? worker->owner.first_ns : VP_UNKNOWN,
		.enter_ns = sim.now_ns,
		.bytes = VP_UNKNOWN,
		.waiting_enter = VP_UNKNOWN_U16,
		.waiting_leave = VP_UNKNOWN_U16,
		.queue = slot_of(work),
		.worker_tid = worker->actor.tid,
		.coalesced = (__u32)(queue->coalesced - queue->coalesced_seen),
		.cause = known ? truth_cause(&worker->owner) : VP_CAUSE_UNKNOWN,
	};
	queue->coalesced_seen = queue->coalesced;
}

static inline void worker_enter(struct worker *worker)
{
	static const enum vp_end plans[] = {VP_END_REARMED,   VP_END_REARMED, VP_END_WEIGHT,
					    VP_END_BUSY,      VP_END_SOCKET,  VP_END_WAIT,
					    VP_END_NO_BACKEND};

	worker->blind = !control.on;
	worker->torn += worker->work->torn + worker->work->trying;
	worker->avail_idx = *avail_of(worker);
	worker->plan = plans[oracle_below(sizeof(plans) / sizeof(plans[0]))];
	if (worker->plan == VP_END_BUSY && !worker->device->busy)
		worker->plan = VP_END_WAIT;
	worker->todo = worker->plan == VP_END_NO_BACKEND ? 0 : (unsigned)oracle_below(6);
	worker->planned = worker->completed = worker->passing = false;
	set_backend(worker, worker->plan != VP_END_NO_BACKEND);
	if (!probe_missed(worker, true))
		fire_run(true, worker->work->address, worker->work->dir, worker->work->is_net);
	truth_begin(worker);
	worker->actor.in_run = worker->blind ? NULL : worker->device; /* as the programs see it */
	worker->phase = BODY;
}

static inline void body_call(struct worker *worker)
{
	__u64 *mine = &FIELD(__u64, vq_of(worker->device, worker->work->dir), OFF_VQ_CALL);
	bool own = oracle_below(3);

	if (!oracle_below(20)) /* the guest has masked or unmasked the interrupt */
		*mine += 8 * 10;
	fire_call(own ? *mine : *mine + 8 * (1 + oracle_below(9)));
	worker->truth.calls += own;
}

static inline void notify_begin(struct worker *worker, enum vp_dir dir, bool refilled)
{
	worker->notified = dir;
	worker->refilled = refilled;
	worker->notifying = true;
	fire_enable_notify_enter(worker->device->net, vq_of(worker->device, dir));
}

static inline void notify_end(struct worker *worker)
{
	__u64 above_al = oracle_random() << 8;

	worker->notifying = false;
	fire_enable_notify_leave(worker->device->net, vq_of(worker->device, worker->notified),
				 above_al | worker->refilled);
	if (worker->notified != worker->work->dir)
		return;
	worker->truth.races += worker->refilled;
	worker->truth.rearms += !worker->refilled;
}

/* A busy loop may turn on the sibling's notifications or queue its work. */
static inline void body_sibling(struct worker *worker)
{
	enum vp_dir other = worker->work->dir ^ 1;
	struct work *kick = &worker->device->works[other][0];

	if (!worker->device->busy)
		return;
	if (oracle_below(2))
		notify_begin(worker, other, oracle_below(2));
	else
		enqueue_begin(&worker->actor, &worker->actor.task, kick, BY_POLL_QUEUE,
			      poll_queue_reason(kick, !worker->blind));
}

static inline void body_step(struct worker *worker)
{
	worker->todo--;
	switch (oracle_below(4)) {
	case 0:
		*avail_of(worker) += (__u16)oracle_below(300);
		break;
	case 1:
		body_call(worker);
		break;
	case 2:
		notify_begin(worker, worker->work->dir, true);
		break;
	default:
		body_sibling(worker);
	}
}

static inline void carry_out_plan(struct worker *worker)
{
	struct work *kick = &worker->device->works[worker->work->dir][0];
	struct work *net = &worker->device->works[worker->work->dir][1];
	struct actor *actor = &worker->actor;

	worker->planned = true;
	if (worker->plan == VP_END_REARMED)
		notify_begin(worker, worker->work->dir, false);
	else if (worker->plan == VP_END_WEIGHT)
		enqueue_begin(actor, &actor->task, kick, BY_WORK_QUEUE, VP_REQUEUE_WEIGHT);
	else if (worker->plan == VP_END_BUSY)
		enqueue_begin(actor, &actor->task, kick, BY_POLL_QUEUE,
			      poll_queue_reason(kick, !worker->blind));
	else if (worker->plan == VP_END_SOCKET)
		enqueue_begin(actor, &actor->task, net, BY_WORK_QUEUE, VP_REQUEUE_SOCKET);
}

static inline void worker_leave(struct worker *worker)
{
	worker->phase = IDLE;
	if (!probe_missed(worker, false))
		fire_run(false, worker->work->address, worker->work->dir, worker->work->is_net);
	worker->actor.in_run = NULL;
	worker->truth.leave_ns = sim.now_ns;
	worker->truth.chains = (__u16)(*avail_of(worker) - worker->avail_idx);
	worker->truth.cpu = (__u16)worker->actor.cpu;
	run_left(worker);
}

/*
 * The handler asked for what somebody else had queued. The next run is the socket's anyway. And up to
 * 6.4 nothing tells the weight check from the end of a completion that found the work queued, too.
 */
static inline void plan_was_queued(struct worker *worker)
{
	if (worker->plan == VP_END_SOCKET || (worker->plan == VP_END_WEIGHT && worker->passing))
		worker->plan = VP_END_WAIT;
}

/* An enqueue on the worker's own stack, by its handler or a softirq: part of the run it is in. */
static inline void worker_enqueues(struct worker *worker, struct enqueue *enqueue, bool softirq)
{
	bool set;

	enqueue_step(&worker->actor, enqueue);
	if (enqueue->step || enqueue->kind == BY_WAKEUP || !enqueue->inside)
		return;
	set = enqueue->work->owner.first_ns == enqueue->first_ns;
	if (enqueue->work->dir != worker->work->dir || enqueue->work->device != worker->device)
		return;
	worker->truth.requeues += set;
	if (softirq) {
		worker->completed = true;
		worker->passing |= !set && !nested_poll_queue;
	} else if (!set) {
		plan_was_queued(worker);
	}
}

static inline void worker_advance(struct worker *worker)
{
	tick(&worker->actor);
	if (worker->phase == IDLE)
		worker_take(worker);
	else if (worker->phase == TAKEN)
		worker_enter(worker);
	else if (worker->notifying)
		notify_end(worker);
	else if (worker->todo)
		body_step(worker);
	else if (!worker->planned)
		carry_out_plan(worker);
	else
		worker_leave(worker);
}

static inline void worker_step(struct worker *worker)
{
	if (!oracle_below(16)) /* the scheduler moves it, in a run or between two */
		worker->actor.cpu = oracle_below(SIM_CPUS);
	if (worker->actor.softirq.step)
		worker_enqueues(worker, &worker->actor.softirq, true);
	else if (worker->actor.task.step)
		worker_enqueues(worker, &worker->actor.task, false);
	else
		worker_advance(worker);
}

/* How the record has to say that the run ended. */
static inline __u8 truth_end(const struct worker *worker)
{
	const struct device *device = worker->device;
	bool zerocopy = device->zerocopy && worker->work->dir == VP_TX;

	if (worker->plan == VP_END_BUSY)
		return device->busy && zerocopy ? VP_END_UNKNOWN : VP_END_BUSY;
	if (worker->plan == VP_END_REARMED || worker->plan == VP_END_WEIGHT ||
	    worker->plan == VP_END_SOCKET)
		return worker->plan;
	if (worker->completed)
		return device->busy ? VP_END_UNKNOWN : VP_END_COMPLETION;
	return worker->plan;
}

static inline void workers_begin(void)
{
	unsigned i;

	for (i = 0; i < DEVICES; i++)
		vhost_workers[i] = (struct worker){.actor = {.tid = 1000 + i, .cpu = i},
						   .device = &devices[i]};
}

#endif
