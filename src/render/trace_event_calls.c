// SPDX-License-Identifier: BSD-2-Clause
/*
 * The functions of one run as slices. Knows that slices of a thread must lie inside each other or apart.
 * Text prints times in whole microseconds and durations in nanoseconds: a call is moved by so little that
 * it stays inside its caller and behind the call before.
 */
#include "render/trace_event.h"

#include "model/call_list.h"
#include "model/role.h"

#include <string.h>

/* A call that is being filled with those it made. */
struct filling {
	uint64_t next_ns; /* the next one begins here at the earliest */
	uint64_t idle_ns; /* time of its own that is left */
};

static bool is_signal(const struct run_trace *trace, const struct traced_call *call)
{
	const char *name = symbols_at(trace->symbols, call->symbol)->name;
	enum vp_dir dir;

	return role_of(name, strlen(name), &dir) == ROLE_SIGNAL;
}

uint32_t te_signals(const struct run_trace *trace)
{
	uint32_t i, signals = 0;

	for (i = 0; i < trace->calls_len; i++)
		signals += is_signal(trace, &trace->calls[i]);
	return signals;
}

static uint64_t place(struct filling *around, const struct traced_call *call)
{
	struct filling *caller = &around[call->depth];
	uint64_t start_ns = caller->next_ns, idle_ns = 0;

	if (call->enter_ns != VP_UNKNOWN && call->enter_ns > start_ns)
		idle_ns = call->enter_ns - start_ns;
	if (idle_ns > caller->idle_ns)
		idle_ns = caller->idle_ns;
	start_ns += idle_ns;
	caller->idle_ns -= idle_ns;
	caller->next_ns = start_ns + call->total_ns;
	around[call->depth + 1] = (struct filling){.next_ns = start_ns, .idle_ns = call->self_ns};
	return start_ns;
}

static void write_slice(struct trace_event *state, const struct te_thread *thread,
			const struct symbol *symbol, const struct traced_call *call,
			uint64_t start_ns)
{
	te_open(state, "X", "function", symbol->name, thread, start_ns);
	json_micros(&state->json, "dur", call->total_ns);
	json_open_object(&state->json, "args");
	json_micros(&state->json, "self_us", call->self_ns);
	if (symbol->module)
		json_string(&state->json, "module", symbol->module);
	json_close_object(&state->json);
	json_close_object(&state->json);
}

void te_calls(struct trace_event *state, const struct te_thread *thread,
	      const struct run_trace *trace, uint64_t start_ns, uint64_t flow, uint32_t signals)
{
	struct filling around[CALL_LIST_DEPTH + 1];
	uint32_t i;

	around[0] = (struct filling){.next_ns = start_ns};
	for (i = 0; i < trace->calls_len; i++) {
		const struct traced_call *call = &trace->calls[i];
		uint64_t at_ns;

		if (call->depth >= CALL_LIST_DEPTH)
			return;
		at_ns = place(around, call);
		write_slice(state, thread, symbols_at(trace->symbols, call->symbol), call, at_ns);
		if (flow && is_signal(trace, call))
			te_flow(state, --signals ? "t" : "f", thread, at_ns, flow);
	}
}
