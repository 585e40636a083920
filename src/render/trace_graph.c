// SPDX-License-Identifier: BSD-2-Clause
/*
 * Runs in the columns of the kernel's function_graph tracer, which whatever reads those can read. Knows
 * its layout and its marks. A run is printed on the CPU it ended on, and the task is named whenever it is
 * another one than before on that CPU.
 */
#include "render/run_stream.h"

#include "base/escape.h"

#include <errno.h>
#include <stdio.h>

#define RULE " ------------------------------------------\n"
#define NANO 1000000000u

struct cpu {
	uint16_t number;
	uint32_t tid;
	char comm[64];
};

struct graph {
	VEC(struct cpu) cpus;
};

static int begin(struct run_stream *stream)
{
	sink_puts(stream->sink,
		  "# tracer: function_graph\n"
		  "#\n"
		  "#     TIME        CPU  DURATION                  FUNCTION CALLS\n"
		  "#      |          |     |   |                     |   |   |   |\n");
	return 0;
}

static struct cpu *find_cpu(struct graph *graph, uint16_t number)
{
	struct cpu *added;

	vec_foreach (cpu, &graph->cpus)
		if (cpu->number == number)
			return cpu;
	added = vec_add(&graph->cpus);
	if (!added)
		return NULL;
	added->number = number;
	snprintf(added->comm, sizeof(added->comm), "<...>");
	return added;
}

/* A worker that is not known is not named: readers then keep what happens on each CPU apart. */
static int name_task(struct run_stream *stream, const struct run_trace *trace)
{
	const struct run_owner *owner = trace->owner;
	struct cpu *cpu = find_cpu(stream->state, trace->run->cpu);
	char comm[64];

	if (!cpu)
		return -ENOMEM;
	if (!owner->worker_tid || cpu->tid == owner->worker_tid)
		return 0;
	escape_terminal(comm, sizeof(comm), owner->worker_comm ? owner->worker_comm : "<...>");
	sink_printf(stream->sink, RULE " %u) %s-%u  =>  %s-%u\n" RULE "\n", cpu->number, cpu->comm,
		    cpu->tid, comm, owner->worker_tid);
	cpu->tid = owner->worker_tid;
	snprintf(cpu->comm, sizeof(cpu->comm), "%s", comm);
	return 0;
}

/* The kernel's own marks: more than 10 us, 100 us, 1 ms, 10 ms, 100 ms, 1 s. */
static char mark_of(uint64_t ns)
{
	static const char marks[] = " +!#*@$";
	uint64_t limit_ns = 10000;
	int i = 0;

	while (i < 6 && ns > limit_ns) {
		limit_ns *= 10;
		i++;
	}
	return marks[i];
}

static void write_front(struct run_stream *stream, const struct run_trace *trace, uint64_t at_ns,
			uint64_t duration_ns, uint32_t depth)
{
	char duration[48] = "";

	if (at_ns != VP_UNKNOWN)
		sink_printf(stream->sink, "%5llu.%06llu |  ", (unsigned long long)at_ns / NANO,
			    (unsigned long long)at_ns % NANO / 1000);
	if (duration_ns != VP_UNKNOWN)
		snprintf(duration, sizeof(duration), "%c %llu.%03llu us", mark_of(duration_ns),
			 (unsigned long long)duration_ns / 1000,
			 (unsigned long long)duration_ns % 1000);
	sink_printf(stream->sink, " %u) %-14s|  %*s", trace->run->cpu, duration, 2 * (int)depth,
		    "");
}

static void write_begin(struct run_stream *stream, const struct run_trace *trace, uint32_t i,
			bool leaf)
{
	const struct traced_call *call = &trace->calls[i];
	const struct symbol *symbol = symbols_at(trace->symbols, call->symbol);
	char name[256], module[128];

	write_front(stream, trace, call->enter_ns, leaf ? call->total_ns : VP_UNKNOWN, call->depth);
	sink_puts(stream->sink, escape_terminal(name, sizeof(name), symbol->name));
	if (symbol->module)
		sink_printf(stream->sink, " [%s]",
			    escape_terminal(module, sizeof(module), symbol->module));
	sink_puts(stream->sink, leaf ? "();\n" : "() {\n");
}

static void write_end(struct run_stream *stream, const struct run_trace *trace,
		      const struct traced_call *call)
{
	uint64_t at_ns =
		call->enter_ns == VP_UNKNOWN ? VP_UNKNOWN : call->enter_ns + call->total_ns;

	/* In text the end of a run has a time of its own, a little behind that. */
	if (call == trace->calls)
		at_ns = trace->run->leave_ns;
	write_front(stream, trace, at_ns, call->total_ns, call->depth);
	sink_puts(stream->sink, "}\n");
}

/* The call around call `i`, which is none of the run's first. */
static uint32_t caller_of(const struct run_trace *trace, uint32_t i)
{
	uint32_t depth = trace->calls[i].depth;

	while (trace->calls[i].depth >= depth)
		i--;
	return i;
}

static int run(struct run_stream *stream, const struct run_trace *trace)
{
	uint32_t i, open = 0; /* the innermost call that is open */
	int error = name_task(stream, trace);

	for (i = 0; !error && i < trace->calls_len; i++) {
		uint32_t depth = trace->calls[i].depth;
		uint32_t next = i + 1 < trace->calls_len ? trace->calls[i + 1].depth : 0;

		write_begin(stream, trace, i, next <= depth);
		if (next > depth)
			open = i;
		for (; next < depth; depth--) {
			write_end(stream, trace, &trace->calls[open]);
			open = open ? caller_of(trace, open) : 0;
		}
	}
	return error;
}

static void release(struct run_stream *stream)
{
	struct graph *graph = stream->state;

	vec_free(&graph->cpus);
}

const struct stream_renderer trace_graph_stream = {
	.name = "function_graph",
	.level = VP_LEVEL_TRACE,
	.help = "the kernel's function_graph text",
	.calls = true,
	.state_bytes = sizeof(struct graph),
	.begin = begin,
	.run = run,
	.free = release,
};
