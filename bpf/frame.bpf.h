/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The calls inside a run: a stack per worker, alive from the handler's entry to its end, and what each
 * call adds to its function, to its place in the tree of calls and to its stage.
 *
 * Entries and ends do go missing: the kernel skips a probe that hits while the same program runs on
 * that CPU. So an end looks for its entry; what lies above that has lost its own end and is dropped.
 * src/model/run_calls.c follows the same rules.
 */
#ifndef FRAME_BPF_H
#define FRAME_BPF_H

#include "count.bpf.h"
#include "event.bpf.h"

#define NO_NODE VP_NODES

static __always_inline bool in_staged_run(const struct worker_state *worker)
{
	return worker && worker->open && worker->level >= VP_LEVEL_STAGES;
}

/*
 * Two CPUs may both miss a node and both make it: then it is there twice, which whoever reads the tree
 * by names does not notice.
 */
static __always_inline __u32 node_new(struct vp_node *parent, __u32 parent_id, __u32 row)
{
	struct vp_node *node;
	__u32 id;

	if (bpf_map_pop_elem(&free_nodes, &id))
		return NO_NODE;
	node = bpf_map_lookup_elem(&nodes, &id);
	if (!node)
		return NO_NODE;
	node->parent = (__u16)parent_id;
	node->row = (__u16)row;
	barrier();
	parent->children[row & (VP_ROWS_MAX - 1)] = (__u16)id;
	return id;
}

static __always_inline __u32 node_of(__u32 parent_id, __u32 row)
{
	struct vp_node *parent = bpf_map_lookup_elem(&nodes, &parent_id);
	__u32 id;

	if (!parent)
		return NO_NODE;
	id = parent->children[row & (VP_ROWS_MAX - 1)];
	return id ? id : node_new(parent, parent_id, row);
}

static __always_inline struct frame *frame_at(struct worker_state *worker, __u32 index)
{
	barrier_var(index); /* else the compiler drops the mask the verifier asks for */
	return &worker->frames[index & (VP_FRAMES_MAX - 1)];
}

static __always_inline void count_too_deep(__u32 slot)
{
	struct vp_counters *counted = counters_of(slot);

	if (counted)
		counted->calls_too_deep++;
}

static __always_inline void count_calls_broken(__u32 slot, __u32 n)
{
	struct vp_counters *counted = counters_of(slot);

	if (counted)
		counted->calls_broken += n;
}

static __always_inline void frame_push(struct worker_state *worker, __u32 row, __u64 now_ns)
{
	__u32 depth = worker->depth, parent = 0;
	struct frame *frame;

	if (depth >= VP_FRAMES_MAX) {
		worker->excess++;
		count_too_deep(worker->slot);
		return;
	}
	if (depth)
		parent = frame_at(worker, depth - 1)->node;
	frame = frame_at(worker, depth);
	frame->enter_ns = now_ns;
	frame->children_ns = 0;
	frame->row = row;
	frame->node = node_of(parent, row);
	worker->depth = depth + 1;
}

static __always_inline void count_node(const struct worker_state *worker, __u32 node,
				       __u64 total_ns, __u64 self_ns)
{
	__u32 index = ((worker->slot * VP_BANKS + (control.bank & 1)) * VP_CAUSE_NR +
		       (worker->cause & (VP_CAUSE_NR - 1))) *
			      VP_NODES +
		      node;
	struct vp_node_counters *counted;
	struct vp_counters *lost;

	counted = node < VP_NODES ? bpf_map_lookup_elem(&node_counters, &index) : NULL;
	if (counted) {
		counted->calls++;
		counted->total_ns += total_ns;
		counted->self_ns += self_ns;
		return;
	}
	lost = counters_of(worker->slot);
	if (lost)
		lost->calls_unplaced++;
}

static __always_inline struct vp_hist *function_hist(__u32 slot, __u32 row)
{
	__u32 index = (slot * VP_BANKS + (control.bank & 1)) * ROW_NR + row;

	return bpf_map_lookup_elem(&functions, &index);
}

static __always_inline void count_stage(struct worker_state *worker, __u32 stage, __u64 self_ns)
{
	__u64 sum = worker->stage_ns[stage] + self_ns;

	worker->stage_ns[stage] = sum < ~0u ? (__u32)sum : ~0u;
}

static __always_inline bool is_on_top(struct worker_state *worker, __u32 row)
{
	__u32 depth = worker->depth;

	return depth && depth <= VP_FRAMES_MAX && frame_at(worker, depth - 1)->row == row;
}

/*
 * Drops the calls above the one that ends, for their own ends were missed; 0 if that one is not there. What
 * they called was timed: it stays out of everybody else's self time. Not static: the verifier, for whom
 * every length of the loop is a case to follow to the program's end, looks at a global function once and
 * by itself.
 */
__attribute__((noinline)) int frames_drop(__u32 row)
{
	struct worker_state *worker = current_worker();
	__u64 orphaned_ns = 0;
	__u32 i, depth;

	if (!worker)
		return 0;
	depth = worker->depth;
	for (i = 0; i < VP_FRAMES_MAX && i < depth; i++) {
		struct frame *frame = frame_at(worker, depth - 1 - i);

		if (frame->row == row) {
			frame->children_ns += orphaned_ns;
			worker->depth = depth - i;
			count_calls_broken(worker->slot, i);
			return 1;
		}
		orphaned_ns += frame->children_ns;
	}
	return 0;
}

static __always_inline void frame_close(struct worker_state *worker, __u32 row, __u32 stage,
					__u64 now_ns)
{
	__u32 depth = worker->depth;
	struct frame *frame = frame_at(worker, depth - 1);
	__u64 total_ns = now_ns - frame->enter_ns;
	__u64 children_ns = frame->children_ns;
	__u64 self_ns = total_ns > children_ns ? total_ns - children_ns : 0;
	struct vp_hist *hist = function_hist(worker->slot, row);

	if (hist && row == ROW_poll_wakeup) /* others wake the queue at the same time */
		count_hist_shared(hist, total_ns);
	else if (hist)
		count_hist(hist, total_ns);
	count_node(worker, frame->node, total_ns, self_ns);
	count_stage(worker, stage, self_ns);
	worker->depth = depth - 1;
	if (depth > 1)
		frame_at(worker, depth - 2)->children_ns += total_ns;
}

static __always_inline void frame_pop(struct worker_state *worker, __u32 row, __u32 stage,
				      __u64 now_ns)
{
	if (worker->excess) {
		worker->excess--;
		return;
	}
	if (is_on_top(worker, row) || frames_drop(row))
		frame_close(worker, row, stage, now_ns);
	else
		count_calls_broken(worker->slot, 1);
}

/*
 * Programs run with interrupts on: a softirq on the worker's CPU may wake a queue, and so come here, while
 * the frames are being changed. Its calls, which begin and end inside that, are left out.
 */
static __always_inline bool frames_take(struct worker_state *worker)
{
	if (worker->busy)
		return false;
	worker->busy = 1;
	barrier();
	return true;
}

static __always_inline void frames_give(struct worker_state *worker)
{
	barrier();
	worker->busy = 0;
}

/* The handler's own frame: under it there is nothing, and what was left open will never end. */
static __always_inline void frames_begin(struct worker_state *worker, __u32 row, __u64 now_ns)
{
	if (config.level < VP_LEVEL_STAGES || worker->level < VP_LEVEL_STAGES)
		return;
	frames_take(worker);
	worker->depth = worker->excess = 0;
	__builtin_memset(worker->stage_ns, 0, sizeof(worker->stage_ns));
	frame_push(worker, row, now_ns);
	event_add(worker, row, false, now_ns);
	frames_give(worker);
}

static __always_inline void frames_end(struct worker_state *worker, __u32 row, __u64 now_ns)
{
	if (config.level < VP_LEVEL_STAGES || worker->level < VP_LEVEL_STAGES)
		return;
	frames_take(worker);
	worker->excess = 0;
	frame_pop(worker, row, VP_STAGE_HANDLER, now_ns);
	event_add(worker, row, true, now_ns);
	events_flush(worker);
	frames_give(worker);
}

/* Of this CPU. */
static __always_inline struct wakeup_span *wakeup_span(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&wakeups, &zero);
}

/* Of a wakeup on this CPU whose end was not seen here: one that poll_start makes may change its CPU. */
static __always_inline void wakeup_forget(void)
{
	struct wakeup_span *span;

	if (config.level < VP_LEVEL_STAGES)
		return;
	span = wakeup_span();
	if (span)
		span->enter_ns = 0;
}

/* A wakeup outside of runs: one at a time on a CPU, most under a wait queue's lock with interrupts off. */
static __always_inline void wakeup_begin(__u32 slot)
{
	struct wakeup_span *span;

	if (config.level < VP_LEVEL_STAGES || control.level < VP_LEVEL_STAGES ||
	    in_staged_run(current_worker()))
		return;
	span = wakeup_span();
	if (!span)
		return;
	span->slot = slot;
	span->enter_ns = bpf_ktime_get_ns();
}

static __always_inline void wakeup_end(__u64 now_ns)
{
	struct wakeup_span *span = wakeup_span();
	struct vp_hist *hist;

	if (!span || !span->enter_ns)
		return;
	hist = function_hist(span->slot, ROW_poll_wakeup);
	if (hist)
		count_hist_shared(hist, now_ns - span->enter_ns);
	span->enter_ns = 0;
}

static __always_inline void span_enter(__u32 row)
{
	struct worker_state *worker;
	__u64 now_ns;

	if (config.level < VP_LEVEL_STAGES || !control.on)
		return;
	worker = current_worker();
	if (!in_staged_run(worker))
		return;
	if (!frames_take(worker)) {
		count_calls_broken(worker->slot, 1);
		return;
	}
	now_ns = bpf_ktime_get_ns();
	frame_push(worker, row, now_ns);
	event_add(worker, row, false, now_ns);
	frames_give(worker);
}

static __always_inline void span_leave(__u32 row, __u32 stage)
{
	struct worker_state *worker;
	__u64 now_ns;

	if (config.level < VP_LEVEL_STAGES || !control.on)
		return;
	now_ns = bpf_ktime_get_ns();
	worker = current_worker();
	if (in_staged_run(worker)) {
		if (!frames_take(worker))
			return;
		frame_pop(worker, row, stage, now_ns);
		event_add(worker, row, true, now_ns);
		frames_give(worker);
	} else if (row == ROW_poll_wakeup) {
		wakeup_end(now_ns);
	}
}

#endif
