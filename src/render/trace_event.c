// SPDX-License-Identifier: BSD-2-Clause
/*
 * The trace-event format of Chrome and Perfetto, in its array form: a process is a VM, a thread a worker,
 * a slice a run and, inside it, its functions. Arrows lead from the doorbell to the run and on to the
 * interrupts; counters show the ring and the batches. The events of a run are written together: a file that
 * was cut by force ends between two events at worst, which readers of the array form put up with.
 */
#include "render/trace_event.h"

#include "render/loss_text.h"
#include "render/run_words.h"

#include <errno.h>
#include <stdio.h>

/* A doorbell is a moment; a slice is what an arrow can begin at. */
#define DOORBELL_NS 1000u
/* What text without nanoseconds can be off by. */
#define CLOCK_NS 1000u

void te_open(struct trace_event *state, const char *phase, const char *category, const char *name,
	     const struct te_thread *thread, uint64_t time_ns)
{
	struct json_writer *json = &state->json;

	json_open_object(json, NULL);
	json_string(json, "name", name);
	json_string(json, "cat", category);
	json_string(json, "ph", phase);
	json_number(json, "pid", thread->pid);
	json_number(json, "tid", thread->tid);
	json_micros(json, "ts", time_ns);
}

void te_flow(struct trace_event *state, const char *phase, const struct te_thread *thread,
	     uint64_t time_ns, uint64_t flow)
{
	te_open(state, phase, "flow", "doorbell, run, interrupt", thread, time_ns);
	json_number(&state->json, "id", flow);
	if (*phase == 'f')
		json_string(&state->json, "bp", "e");
	json_close_object(&state->json);
}

static void flush(struct run_stream *stream, struct trace_event *state)
{
	if (state->text.error && !stream->sink->error)
		stream->sink->error = state->text.error;
	if (state->text.used)
		sink_write(stream->sink, state->text.buffer, state->text.used);
	state->text.used = 0;
}

static int begin(struct run_stream *stream)
{
	struct trace_event *state = stream->state;

	sink_open_memory(&state->text);
	json_begin(&state->json, &state->text);
	state->json.rows = true;
	json_open_array(&state->json, NULL);
	return 0;
}

/* Every wakeup lies in its own slice or at the edge of the one before. */
static void write_doorbell(struct trace_event *state, const struct te_queue *queue,
			   const struct vp_run *run, uint64_t flow)
{
	struct te_thread *thread = &state->threads.items[queue->doorbells];
	uint64_t until_ns = run->wake_ns + DOORBELL_NS;

	if (until_ns > run->enter_ns)
		until_ns = run->enter_ns;
	if (run->wake_ns < thread->busy_until_ns && until_ns > thread->busy_until_ns)
		until_ns = thread->busy_until_ns;
	te_open(state, "X", "doorbell", "doorbell", thread, run->wake_ns);
	json_micros(&state->json, "dur", until_ns - run->wake_ns);
	json_close_object(&state->json);
	if (until_ns > thread->busy_until_ns)
		thread->busy_until_ns = until_ns;
	te_flow(state, "s", thread, run->wake_ns, flow);
}

static void number_if_known(struct json_writer *json, const char *key, uint64_t value,
			    uint64_t unknown)
{
	json_number(json, key, value == unknown ? VP_UNKNOWN : value);
}

static void write_run(struct trace_event *state, const struct te_queue *queue,
		      const struct te_thread *thread, const struct run_trace *trace,
		      uint64_t start_ns)
{
	const struct vp_run *run = trace->run;
	struct json_writer *json = &state->json;
	bool woken = run->wake_ns != VP_UNKNOWN && run->wake_ns <= run->enter_ns;

	te_open(state, "X", "run", queue->name, thread, start_ns);
	json_micros(json, "dur", trace->service_ns);
	json_open_object(json, "args");
	json_string(json, "cause", run_word_cause(run));
	json_string(json, "end", run_word_end(run));
	json_micros(json, "wake_us", woken ? run->enter_ns - run->wake_ns : VP_UNKNOWN);
	number_if_known(json, "chains", run->chains, RUN_UNKNOWN);
	number_if_known(json, "calls", run->calls, RUN_UNKNOWN);
	number_if_known(json, "coalesced", run->coalesced, RUN_UNKNOWN);
	number_if_known(json, "cpu", run->cpu, VP_UNKNOWN_U16);
	json_close_object(json);
	json_close_object(json);
}

static void write_counter(struct trace_event *state, const struct te_queue *queue, const char *what,
			  const struct te_thread *thread, uint64_t time_ns, uint64_t chains)
{
	char name[96];

	snprintf(name, sizeof(name), "%s %s", queue->name, what);
	te_open(state, "C", "counter", name, thread, time_ns);
	json_open_object(&state->json, "args");
	json_number(&state->json, "chains", chains);
	json_close_object(&state->json);
	json_close_object(&state->json);
}

static void write_counters(struct trace_event *state, const struct te_queue *queue,
			   const struct te_thread *thread, const struct run_trace *trace,
			   uint64_t start_ns)
{
	const struct vp_run *run = trace->run;

	if (run->waiting_enter != VP_UNKNOWN_U16)
		write_counter(state, queue, "waiting", thread, start_ns, run->waiting_enter);
	if (run->waiting_leave != VP_UNKNOWN_U16)
		write_counter(state, queue, "waiting", thread, start_ns + trace->service_ns,
			      run->waiting_leave);
	if (run->chains != RUN_UNKNOWN)
		write_counter(state, queue, "batch", thread, start_ns, run->chains);
}

/* The arrow, as far as its ends are known: doorbell → run → interrupts. */
static void write_arrow_and_calls(struct trace_event *state, const struct te_queue *queue,
				  const struct te_thread *thread, const struct run_trace *trace,
				  uint64_t start_ns)
{
	const struct vp_run *run = trace->run;
	uint32_t signals = te_signals(trace);
	bool rung = run->cause == VP_CAUSE_KICK && run->wake_ns != VP_UNKNOWN &&
		    run->wake_ns <= run->enter_ns;
	uint64_t flow = rung || signals ? ++state->flows : 0;

	if (rung)
		write_doorbell(state, queue, run, flow);
	if (flow)
		te_flow(state, !rung ? "s" : signals ? "t" : "f", thread, start_ns, flow);
	te_calls(state, thread, trace, start_ns, flow, signals);
}

static int run(struct run_stream *stream, const struct run_trace *trace)
{
	struct trace_event *state = stream->state;
	struct te_queue *queue = te_queue(state, trace->owner);
	uint64_t start_ns = trace->run->enter_ns;
	struct te_thread *thread;

	if (!queue)
		return -ENOMEM;
	thread = &state->threads.items[queue->worker];
	if (start_ns + CLOCK_NS < thread->busy_until_ns) {
		state->not_drawn++;
		return 0;
	}
	if (start_ns < thread->busy_until_ns)
		start_ns = thread->busy_until_ns;
	thread->busy_until_ns = start_ns + trace->service_ns;
	if (thread->busy_until_ns > state->last_ns)
		state->last_ns = thread->busy_until_ns;
	write_run(state, queue, thread, trace, start_ns);
	write_arrow_and_calls(state, queue, thread, trace, start_ns);
	write_counters(state, queue, thread, trace, start_ns);
	flush(stream, state);
	return 0;
}

/* One event over everything: what is missing from the picture. */
static void write_loss(struct trace_event *state, const struct report *report)
{
	const struct te_thread nobody = {.pid = 0};
	struct sink text;

	sink_open_memory(&text);
	if (report)
		loss_text(&text, &report->loss);
	else
		sink_puts(&text, "loss: unknown, the source failed");
	te_open(state, "i", "loss", sink_text(&text),
		state->threads.len ? &state->threads.items[0] : &nobody, state->last_ns);
	sink_close(&text);
	json_string(&state->json, "s", "g");
	json_open_object(&state->json, "args");
	json_number(&state->json, "runs_not_drawn", state->not_drawn);
	json_close_object(&state->json);
	json_close_object(&state->json);
}

static void end(struct run_stream *stream, const struct report *report)
{
	struct trace_event *state = stream->state;

	write_loss(state, report);
	json_close_array(&state->json);
	json_end(&state->json);
	flush(stream, state);
}

static void release(struct run_stream *stream)
{
	struct trace_event *state = stream->state;

	vec_foreach (queue, &state->queues)
		run_owner_free(&queue->owner);
	vec_free(&state->queues);
	vec_free(&state->threads);
	if (state->text.buffer)
		sink_close(&state->text);
}

const struct stream_renderer trace_event_stream = {
	.name = "trace-event",
	.level = VP_LEVEL_TRACE,
	.help = "timeline for ui.perfetto.dev and chrome://tracing (JSON)",
	.timed = true,
	.loss_inside = true,
	.state_bytes = sizeof(struct trace_event),
	.begin = begin,
	.run = run,
	.end = end,
	.free = release,
};
