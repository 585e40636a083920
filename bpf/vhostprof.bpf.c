// SPDX-License-Identifier: GPL-2.0
/*
 * The programs: one small function per row of probes.def, and around it whatever a row needs to be
 * attached one way or the other (fentry/fexit, kprobe/kretprobe). User space loads one way per row.
 */
#include "run.bpf.h"
#include "sample.bpf.h"
#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "GPL";

typedef const __u64 *args_t; /* the function's arguments, as many as probes.def says */

/* Handlers: the work argument says which queue and which of its two wake-up sources. */
#define HANDLER(id, dir, is_net)                                          \
	static __always_inline int on_enter_##id(__u64 work, bool queued) \
	{                                                                 \
		return on_run_enter(work, dir, is_net, queued, ROW_##id); \
	}                                                                 \
	static __always_inline int on_leave_##id(void)                    \
	{                                                                 \
		return on_run_leave(dir, ROW_##id);                       \
	}

HANDLER(handle_tx_kick, VP_TX, false)
HANDLER(handle_rx_kick, VP_RX, false)
HANDLER(handle_tx_net, VP_TX, true)
HANDLER(handle_rx_net, VP_RX, true)

/*
 * int vhost_poll_wakeup(wait_queue_entry_t *wait, unsigned mode, int sync, void *key). Returns at
 * once unless the event is one the poll waits for: the two polls on a socket see each other's.
 */
static __always_inline int on_enter_poll_wakeup(args_t args)
{
	__u64 work = args[0] - OFF_POLL_WAIT + OFF_POLL_WORK;
	struct vp_counters *counted;
	struct queue_state *queue;
	struct work_ref *ref;
	bool queued;

	if (!control.on)
		return 0;
	wakeup_forget();
	ref = recorded_work(work);
	if (!ref || !(args[3] & ref->mask))
		return 0;
	queue = queue_of(ref->slot);
	counted = counters_of(ref->slot);
	if (!queue || !counted)
		return 0;
	if (!ref->is_net)
		__sync_fetch_and_add(&counted->doorbells, 1);
	queued = work_is_queued(work);
	log_wakeup(ref, queued);
	if (queued) {
		__sync_fetch_and_add(&queue->coalesced, 1);
		__sync_fetch_and_add(&counted->coalesced, 1);
	}
	wakeup_begin(ref->slot);
	return 0;
}

/* The handler asked for more time although its work had been queued already: no new requeue. */
static __always_inline void on_work_queued_already(struct worker_state *worker,
						   const struct work_ref *ref)
{
	if (ref->is_net || worker->slot != ref->slot)
		return;
	if (worker->passing)
		worker->passing = 0;
	else
		run_asks_again(worker, ref, VP_REQUEUE_WEIGHT);
}

/*
 * The functions every enqueue passes; the work is the second argument of each of them. What a probe
 * further up the call chain has logged is not logged again. What is left comes straight from a
 * handler: the weight check for its own work, arming the socket's poll for the other.
 */
static __always_inline int on_enter_work_queue(__u64 work, const struct vhost_work *typed)
{
	struct worker_state *worker;
	struct wake_log *log;
	struct work_ref *ref;
	bool queued, in_run;

	if (!control.on)
		return 0;
	ref = recorded_work(work);
	if (!ref)
		return 0;
	/* As late as can be: until the kernel looks itself, the worker may clear it. */
	queued = typed ? typed->flags & WORK_QUEUED : work_is_queued(work);
	if (is_of_wakeup(ref, queued)) /* most are */
		return 0;
	worker = current_worker();
	in_run = is_own_device(worker, ref->slot);
	if (queued) {
		if (in_run)
			on_work_queued_already(worker, ref);
		return 0;
	}
	if (wake_is_logged(ref))
		return 0;
	log = wake_log_of(ref, in_run ? WAKE_SELF : WAKE_OTHER);
	if (!log)
		return 0;
	log_wake_once(log);
	if (in_run)
		on_requeue(worker, ref, ref->is_net ? VP_REQUEUE_SOCKET : VP_REQUEUE_WEIGHT);
	return 0;
}

/* vhost_net itself calls this for two reasons, and only one of them is possible in most set-ups. */
static __always_inline enum vp_requeue reason_of_poll_queue(__u64 vq, bool in_run)
{
	bool busy = kread(__u32, vq, OFF_VQ_BUSYLOOP) != 0;
	bool zerocopy = kread(__u64, vq, OFF_NVQ_UBUFS) != 0;

	if (!in_run)
		return VP_REQUEUE_COMPLETION;
	if (busy == zerocopy)
		return VP_REQUEUE_UNKNOWN;
	return busy ? VP_REQUEUE_BUSY : VP_REQUEUE_COMPLETION;
}

/* void vhost_poll_queue(struct vhost_poll *poll) */
static __always_inline int on_enter_poll_queue(args_t args)
{
	__u64 work = args[0] + OFF_POLL_WORK;
	struct vp_identity *identity;
	struct worker_state *worker;
	struct wake_log *log;
	enum vp_requeue reason;
	struct work_ref *ref;
	bool in_run;

	if (!control.on)
		return 0;
	ref = recorded_work(work);
	if (!ref)
		return 0;
	worker = current_worker();
	in_run = is_own_device(worker, ref->slot);
	log = wake_log_of(ref, in_run ? WAKE_SELF : WAKE_COMPLETION);
	identity = identity_of(ref->slot);
	if (!log || !identity)
		return 0;
	reason = reason_of_poll_queue(identity->vq, in_run);
	if (!work_is_queued(work)) {
		log_wake(log);
		on_requeue(in_run ? worker : NULL, ref, reason);
	} else if (in_run) {
		worker->passing |= worker->slot == ref->slot;
		run_asks_again(worker, ref, reason);
	} else {
		log_late(ref, WAKE_COMPLETION);
	}
	return 0;
}

/* bool vhost_enable_notify(struct vhost_dev *dev, struct vhost_virtqueue *vq) */
static __always_inline int on_leave_enable_notify(__u64 vq, __u64 ret, __u16 avail_idx)
{
	struct worker_state *worker;

	if (!control.on)
		return 0;
	worker = current_worker();
	if (!worker || !worker->open || worker->vq != vq)
		return 0;		 /* a busy loop re-arms the sibling queue, too */
	worker->rearmed = !(ret & 0xff); /* a bool leaves garbage above al */
	if (worker->rearmed) {
		worker->avail_rearmed = avail_idx;
		worker->rearms++;
	} else {
		worker->races++;
	}
	return 0;
}

/* The eventfd of the queue changes only when the guest's driver asks for it. */
static __always_inline bool is_call(struct worker_state *worker, __u64 ctx)
{
	__u64 *known = &worker->call_ctx[worker->slot & 1];

	if (*known != ctx)
		*known = kread(__u64, worker->vq, OFF_VQ_CALL);
	return *known == ctx;
}

/* eventfd_signal_mask(struct eventfd_ctx *ctx, …): everybody's; a worker's own is a call. */
static __always_inline int on_enter_call(args_t args)
{
	struct worker_state *worker;

	if (!control.on)
		return 0;
	worker = current_worker();
	if (worker && worker->open && is_call(worker, args[0]))
		worker->calls++;
	return 0;
}

/* long vhost_net_ioctl(struct file *f, unsigned int ioctl, unsigned long arg) */
static __always_inline int on_enter_device_ioctl(args_t args)
{
	device_seen((__u64)BPF_CORE_READ((struct file *)args[0], private_data));
	return 0;
}

/* int vhost_net_release(struct inode *inode, struct file *f) */
static __always_inline int on_enter_device_release(args_t args)
{
	device_gone((__u64)BPF_CORE_READ((struct file *)args[1], private_data));
	return 0;
}

/*
 * From here on: the ways to attach. Arguments of an fentry program are typed pointers the verifier
 * lets nobody calculate with; fetching them with a helper makes them numbers. The one for it is compiled in
 * place (5.17, commit f92c1e183604); before, it takes a read of memory. With `nargs` = all of the function's, the
 * return value lies behind them.
 */
static __always_inline void trampoline_args(void *ctx, __u64 *args, int nargs, bool ret)
{
	int i;

	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_get_func_arg)) {
		bpf_probe_read_kernel(args, (nargs + ret) * sizeof(*args), ctx);
		return;
	}
#pragma unroll
	for (i = 0; i < nargs; i++)
		bpf_get_func_arg(ctx, i, &args[i]);
	if (ret)
		bpf_get_func_ret(ctx, &args[nargs]);
}

#define REGISTER_ARGS(regs)                                                             \
	__u64 args[4] = {PT_REGS_PARM1(regs), PT_REGS_PARM2(regs), PT_REGS_PARM3(regs), \
			 PT_REGS_PARM4(regs)}

static __always_inline int keep_args(args_t args)
{
	struct worker_state *worker = current_worker();

	if (worker)
		__builtin_memcpy(worker->args, args, sizeof(worker->args));
	return 0;
}

static __always_inline void kept_args(__u64 *args)
{
	struct worker_state *worker = current_worker();

	if (worker)
		__builtin_memcpy(args, worker->args, sizeof(worker->args));
}

/*
 * What a row does when its function is entered and left. Our own work comes before the time is taken at
 * an entry and after it at an end, so that it does not count as the function's.
 */
#define F_ENTER(id, nargs, hook)                          \
	SEC("fentry")                                     \
	int f_enter_##id(__u64 *ctx)                      \
	{                                                 \
		__u64 args[nargs] = {};                   \
		trampoline_args(ctx, args, nargs, false); \
		hook;                                     \
		return 0;                                 \
	}
#define F_LEAVE(id, nargs, hook)                         \
	SEC("fexit")                                     \
	int f_leave_##id(__u64 *ctx)                     \
	{                                                \
		__u64 args[(nargs) + 1] = {};            \
		trampoline_args(ctx, args, nargs, true); \
		__u64 ret = args[nargs];                 \
		hook;                                    \
		return 0;                                \
	}
#define K_ENTER(id, hook)                      \
	SEC("kprobe")                          \
	int k_enter_##id(struct pt_regs *regs) \
	{                                      \
		REGISTER_ARGS(regs);           \
		hook;                          \
		return 0;                      \
	}
#define K_LEAVE(id, hook)                      \
	SEC("kretprobe")                       \
	int k_leave_##id(struct pt_regs *regs) \
	{                                      \
		__u64 ret = PT_REGS_RC(regs);  \
		__u64 args[4] = {};            \
		hook;                          \
		return 0;                      \
	}

#define PLAIN(section, function, hook) \
	SEC(section)                   \
	int function(void *ctx)        \
	{                              \
		(void)ctx;             \
		hook;                  \
		return 0;              \
	}
#define TIMED_ENTER(id)                                     \
	PLAIN("fentry", f_enter_##id, span_enter(ROW_##id)) \
	PLAIN("kprobe", k_enter_##id, span_enter(ROW_##id))
#define TIMED_LEAVE(id, stage)                                               \
	PLAIN("fexit", f_leave_##id, span_leave(ROW_##id, VP_STAGE_##stage)) \
	PLAIN("kretprobe", k_leave_##id, span_leave(ROW_##id, VP_STAGE_##stage))

/* An argument whose type the verifier knows is read without a helper, which would cost a hundred instructions. */
#define TYPED_WORK(arg)	 ((const struct vhost_work *)ctx[arg])
#define TYPED_AVAIL(arg) (((struct vhost_virtqueue *)ctx[arg])->last_avail_idx)

/* Handlers time themselves: theirs is the time of the run. */
#define PROGRAMS_BOTH(id, nargs, stage)                                               \
	F_ENTER(id, nargs, on_enter_##id(args[0], TYPED_WORK(0)->flags &WORK_QUEUED)) \
	PLAIN("fexit", f_leave_##id, on_leave_##id())                                 \
	K_ENTER(id, on_enter_##id(args[0], work_is_queued(args[0])))                  \
	PLAIN("kretprobe", k_leave_##id, on_leave_##id())
#define PROGRAMS_ENTER(id, nargs, stage)                              \
	F_ENTER(id, nargs, on_enter_##id(args); span_enter(ROW_##id)) \
	K_ENTER(id, on_enter_##id(args); span_enter(ROW_##id))        \
	TIMED_LEAVE(id, stage)
#define PROGRAMS_ENTER_WORK(id, nargs, stage)                                           \
	F_ENTER(id, nargs, on_enter_##id(args[1], TYPED_WORK(1)); span_enter(ROW_##id)) \
	K_ENTER(id, on_enter_##id(args[1], NULL); span_enter(ROW_##id))                 \
	TIMED_LEAVE(id, stage)
#define PROGRAMS_LEAVE_VQ(id, nargs, stage)                                  \
	PLAIN("fentry", f_enter_##id, span_enter(ROW_##id))                  \
	F_LEAVE(id, nargs, span_leave(ROW_##id, VP_STAGE_##stage);           \
		on_leave_##id(args[1], ret, TYPED_AVAIL(1)))                 \
	K_ENTER(id, keep_args(args); span_enter(ROW_##id))                   \
	K_LEAVE(id, span_leave(ROW_##id, VP_STAGE_##stage); kept_args(args); \
		on_leave_##id(args[1], ret, kread(__u16, args[1], OFF_VQ_LAST_AVAIL)))
#define PROGRAMS_SPAN(id, nargs, stage) TIMED_ENTER(id) TIMED_LEAVE(id, stage)

#define VP_PROBE(id, level, need, hooks, nargs, stage, carrier, symbols, meaning) \
	PROGRAMS_##hooks(id, nargs, stage)
#include <vhostprof/probes.def>
#undef VP_PROBE

/* The clock of a worker on a CPU: see sample.bpf.h. */
SEC("perf_event")
int take_sample(void *ctx)
{
	return on_sample(ctx);
}

/* Every open file of every task: finds the devices that were there before us. */
SEC("iter/task_file")
int find_devices(struct bpf_iter__task_file *ctx)
{
	struct file *file = ctx->file;

	if (!file || BPF_CORE_READ(file, f_inode, i_rdev) !=
			     ((VP_VHOST_NET_MAJOR << 20) | VP_VHOST_NET_MINOR))
		return 0;
	device_seen((__u64)BPF_CORE_READ(file, private_data));
	return 0;
}
