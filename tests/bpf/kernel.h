/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A naive vhost: devices whose works have a real QUEUED flag, and the enqueues that race for it, one
 * step at a time where a kernel can be interrupted. Knows the truth: who set the flag, and when.
 */
#ifndef TESTS_BPF_KERNEL_H
#define TESTS_BPF_KERNEL_H

#include "programs.h"
#include "../oracle/oracle.h"

#define DEVICES	    2
#define NET_BYTES   38400
#define POLLIN_BIT  0x1
#define POLLOUT_BIT 0x4
#define LIST_MAX    4

enum enqueue_kind {
	BY_WAKEUP,     /* vhost_poll_wakeup: doorbell or socket */
	BY_POLL_QUEUE, /* vhost_poll_queue: busy loop, completion */
	BY_WORK_QUEUE, /* straight to the queue function: weight, arming a poll */
};

struct device;

/* One try to queue work. */
struct enqueue {
	struct work *work;
	enum enqueue_kind kind;
	enum vp_requeue reason;
	unsigned step;	  /* 0: none under way */
	bool inside;	  /* on the worker, in a run of the same device */
	bool saw_set;	  /* what the probe that looked last saw */
	unsigned changes; /* of the flag, when the first probe looked */
	bool blind;	  /* a probe of it came before recording was on */
	bool torn;	  /* the flag changed between a probe and the try */
	__u64 first_ns, last_ns;
};

struct work {
	struct device *device;
	__u64 poll, address;
	enum vp_dir dir;
	bool is_net;
	bool locked;	      /* a wakeup of its poll is under way */
	struct enqueue owner; /* who set the flag */
	unsigned changes;     /* of the flag */
	unsigned trying;      /* enqueues under way */
	unsigned torn;	      /* tries since the worker took it last that were torn */
};

struct queue_truth {
	__u64 doorbells, coalesced, coalesced_seen;
};

struct device {
	__u64 net;
	struct work works[VP_DIR_NR][2];
	struct work *list[LIST_MAX];
	unsigned list_len;
	bool busy, zerocopy;
	struct queue_truth queues[VP_DIR_NR];
	struct file kick[VP_DIR_NR];
	struct eventfd_ctx kick_ctx[VP_DIR_NR];
};

/* A thread or an idle CPU, and a softirq on top of it. */
struct actor {
	__u32 tid, cpu;
	struct enqueue task, softirq;
	struct device *in_run; /* whose handler it executes */
};

static struct device devices[DEVICES];
static bool nested_poll_queue; /* from 6.5 on */
static bool atomic_enqueues;   /* nobody comes between a probe and the flag */
static __u64 requeues_truth[DEVICES * 2][VP_REQUEUE_NR];
static struct task_struct owner_task = {.pid = 500, .tgid = 500, .comm = "owner"};
static struct mm_struct owner_mm = {.owner = &owner_task};
static struct task_struct worker_tasks[DEVICES];
static struct proto tun_proto = {.name = "tun"};
static struct sock tun_sock = {.__sk_common.skc_prot = &tun_proto};
static struct {
	struct socket socket;
	char rest[256]; /* no tun device behind it */
} backend = {.socket.sk = &tun_sock};

#define FIELD(type, base, offset) (*(type *)((base) + (offset)))

static inline __u64 *flags_of(const struct work *work)
{
	return &FIELD(__u64, work->address, OFF_WORK_FLAGS);
}

static inline bool is_set(const struct work *work)
{
	return *flags_of(work) & WORK_QUEUED;
}

static inline __u64 vq_of(const struct device *device, enum vp_dir dir)
{
	return net_vq(device->net, dir);
}

static inline __u32 slot_of(const struct work *work)
{
	__u64 key = work->address;
	struct work_ref *ref = sim_lookup(&works, &key);

	return ref ? ref->slot : VP_SLOT_IGNORED;
}

static inline void tick(const struct actor *actor)
{
	sim.now_ns += 4 * (1 + oracle_below(oracle_below(8) ? 200 : 20000));
	sim.tid = actor->tid;
	sim.cpu = actor->cpu;
}

static inline void work_begin(struct device *device, enum vp_dir dir, bool is_net)
{
	struct work *work = &device->works[dir][is_net];

	*work = (struct work){.device = device, .dir = dir, .is_net = is_net};
	work->address = is_net ? net_poll_work(device->net, dir) : vq_of(device, dir) + OFF_VQ_WORK;
	work->poll = work->address - OFF_POLL_WORK;
	FIELD(__u32, work->poll, OFF_POLL_MASK) = is_net && dir == VP_TX ? POLLOUT_BIT : POLLIN_BIT;
}

static inline void vq_begin(struct device *device, enum vp_dir dir)
{
	__u64 vq = vq_of(device, dir);

	FIELD(__u64, vq, OFF_VQ_DEV) = device->net;
	FIELD(__u32, vq, OFF_VQ_NUM) = 256;
	FIELD(__u64, vq, OFF_VQ_CALL) = vq + 1;
	FIELD(__u16, vq, OFF_VQ_LAST_AVAIL) = (__u16)oracle_random();
	FIELD(__u64, vq, OFF_VQ_BACKEND) = (__u64)&backend;
	FIELD(__u32, vq, OFF_VQ_BUSYLOOP) = device->busy ? 50 : 0;
	FIELD(__u64, vq, OFF_NVQ_UBUFS) = device->zerocopy && dir == VP_TX;
	device->kick[dir].private_data = &device->kick_ctx[dir];
	FIELD(__u64, vq, OFF_VQ_KICK) = (__u64)&device->kick[dir];
	work_begin(device, dir, false);
	work_begin(device, dir, true);
}

static inline void device_begin(unsigned i)
{
	struct device *device = &devices[i];

	*device = (struct device){.busy = oracle_below(2), .zerocopy = oracle_below(2)};
	device->net = (__u64)sim_alloc(NET_BYTES);
	sim_region((void *)device->net, NET_BYTES);
	worker_tasks[i] =
		(struct task_struct){.pid = 1000 + (int)i, .tgid = 500, .comm = "vhost-500"};
	FIELD(__u64, device->net, OFF_NET_MM) = (__u64)&owner_mm;
	FIELD(__u64, device->net, 72) = (__u64)&worker_tasks[i];
	vq_begin(device, VP_RX);
	vq_begin(device, VP_TX);
}

static inline void kernel_begin(void)
{
	unsigned i;

	programs_begin(DEVICES);
	sim.now_ns = 1000000;
	memset(requeues_truth, 0, sizeof(requeues_truth));
	sim_region(&owner_task, sizeof(owner_task));
	sim_region(&owner_mm, sizeof(owner_mm));
	sim_region(worker_tasks, sizeof(worker_tasks));
	sim_region(devices, sizeof(devices));
	sim_region(&tun_sock, sizeof(tun_sock));
	sim_region(&tun_proto, sizeof(tun_proto));
	sim_region(&backend, sizeof(backend));
	by_kprobe = oracle_below(2);
	nested_poll_queue = oracle_below(2);
	for (i = 0; i < DEVICES; i++)
		device_begin(i);
}

static inline void kernel_end(void)
{
	unsigned i;

	for (i = 0; i < DEVICES; i++)
		free((void *)devices[i].net);
	sim_reset();
}

/* What queued the work, in the words of the report. */
static inline enum vp_cause truth_cause(const struct enqueue *enqueue)
{
	if (enqueue->kind == BY_WAKEUP)
		return enqueue->work->is_net ? VP_CAUSE_NET : VP_CAUSE_KICK;
	if (enqueue->kind == BY_WORK_QUEUE && !enqueue->inside)
		return VP_CAUSE_UNKNOWN;
	return VP_CAUSE_REQUEUE;
}

static inline void look(struct enqueue *enqueue)
{
	enqueue->saw_set = is_set(enqueue->work);
	enqueue->last_ns = sim.now_ns;
	if (!enqueue->first_ns) {
		enqueue->first_ns = sim.now_ns;
		enqueue->changes = enqueue->work->changes;
	}
	if (!control.on)
		enqueue->blind = true;
}

static inline void wakeup_probe(struct enqueue *enqueue)
{
	const struct work *work = enqueue->work;
	struct queue_truth *queue = &work->device->queues[work->dir];

	look(enqueue);
	fire_poll_wakeup(work->poll, work->is_net && work->dir == VP_TX ? POLLOUT_BIT : 0xc3);
	if (!control.on)
		return;
	queue->doorbells += !work->is_net;
	queue->coalesced += enqueue->saw_set;
}

static inline void try_to_set(struct enqueue *enqueue)
{
	struct work *work = enqueue->work;
	struct device *device = work->device;

	enqueue->torn = enqueue->changes != work->changes;
	work->torn += enqueue->torn;
	work->trying--;
	if (enqueue->kind == BY_WAKEUP)
		work->locked = false;
	enqueue->step = 0;
	if (is_set(work))
		return;
	*flags_of(work) |= WORK_QUEUED;
	work->changes++;
	work->owner = *enqueue;
	device->list[device->list_len++] = work;
	if (enqueue->kind != BY_WAKEUP && truth_cause(enqueue) == VP_CAUSE_REQUEUE && control.on)
		requeues_truth[slot_of(work)][enqueue->reason]++;
}

static inline void enqueue_once(struct enqueue *enqueue)
{
	switch (enqueue->step++) {
	case 1:
		if (enqueue->kind == BY_WAKEUP) {
			wakeup_probe(enqueue);
		} else if (enqueue->kind == BY_POLL_QUEUE) {
			look(enqueue);
			fire_poll_queue(enqueue->work->poll);
		}
		break;
	case 2:
		if (enqueue->kind == BY_POLL_QUEUE && !nested_poll_queue)
			break;
		look(enqueue);
		fire_work_queue(enqueue->work->address);
		break;
	default:
		try_to_set(enqueue);
	}
}

static inline void enqueue_step(const struct actor *actor, struct enqueue *enqueue)
{
	do {
		tick(actor);
		enqueue_once(enqueue);
	} while (enqueue->step && atomic_enqueues);
}

/* False when somebody else wakes this poll: the lock of the wait queue is taken. */
static inline bool enqueue_begin(const struct actor *actor, struct enqueue *enqueue,
				 struct work *work, enum enqueue_kind kind, enum vp_requeue reason)
{
	if (kind == BY_WAKEUP && work->locked)
		return false;
	work->locked |= kind == BY_WAKEUP;
	work->trying++;
	*enqueue = (struct enqueue){.work = work,
				    .kind = kind,
				    .reason = reason,
				    .step = 1,
				    .inside = actor->in_run == work->device};
	return true;
}

/* What put back from a run looks like in the counters: some set-ups leave one reason only. */
static inline enum vp_requeue poll_queue_reason(const struct work *work, bool inside)
{
	bool zerocopy = work->device->zerocopy && work->dir == VP_TX;

	if (!inside)
		return VP_REQUEUE_COMPLETION;
	if (work->device->busy == zerocopy)
		return VP_REQUEUE_UNKNOWN;
	return zerocopy ? VP_REQUEUE_COMPLETION : VP_REQUEUE_BUSY;
}

#endif
