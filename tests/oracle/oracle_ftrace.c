// SPDX-License-Identifier: BSD-2-Clause
/*
 * A small kernel that traces itself: tasks call functions, sleep and move between CPUs; its printer
 * writes what the function_graph tracer would write, and its bookkeeping, which knows no text, what
 * the report must say.
 */
#include "oracle.h"

#include "source/ftrace.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

enum { TASKS = 6, CPUS = 3, DEPTH = 12, FUNCTIONS = 10, STEPS = 3000, ROUNDS = 150 };

static const char *const names[FUNCTIONS] = {
	"handle_tx_kick [vhost_net]",
	"handle_rx_net [vhost_net]",
	"handle_tx [vhost_net]",
	"vhost_get_vq_desc [vhost]",
	"vhost_enable_notify [vhost]",
	"tun_sendmsg [tun]",
	"do_softirq",
	"schedule",
	"a",
	"get_tx_bufs.constprop.0 [vhost_net]",
};

struct open_call {
	unsigned function;
	uint64_t enter_ns, children_ns;
};

struct sim_task {
	unsigned pid, cpu, depth;
	bool printed_open; /* the entry waits to be printed: it may turn out to be a leaf */
	struct open_call calls[DEPTH];
};

struct truth {
	uint64_t calls, total_ns, self_ns;
};

struct sim {
	FILE *out;
	uint64_t now_ns;
	bool abstime, proc, tail;
	unsigned last_pid[CPUS];
	struct sim_task tasks[TASKS];
	struct truth truth[FUNCTIONS];
	uint64_t runs[2];
};

static bool is_handler(unsigned function)
{
	return function < 3;
}

static void print_switch(struct sim *sim, unsigned cpu, unsigned pid)
{
	if (sim->last_pid[cpu] == pid)
		return;
	fprintf(sim->out, " ---------------\n %u)   t-%u   =>   t-%u  \n ---------------\n\n", cpu,
		sim->last_pid[cpu], pid);
	sim->last_pid[cpu] = pid;
}

static void print_prefix(struct sim *sim, const struct sim_task *task, uint64_t at_ns)
{
	print_switch(sim, task->cpu, task->pid);
	if (sim->abstime)
		fprintf(sim->out, "%5llu.%06llu |  ", (unsigned long long)at_ns / 1000000000,
			(unsigned long long)at_ns / 1000 % 1000000);
	fprintf(sim->out, " %u) ", task->cpu);
	if (sim->proc)
		fprintf(sim->out, "    t-%u      | ", task->pid);
}

static void print_duration(struct sim *sim, uint64_t ns)
{
	char number[32];

	snprintf(number, sizeof(number), "%llu.%03llu us", (unsigned long long)ns / 1000,
		 (unsigned long long)ns % 1000);
	fprintf(sim->out, "%c %-12s|  ", "+ !"[ns % 3], number);
}

static void print_entry(struct sim *sim, struct sim_task *task)
{
	if (!task->printed_open)
		return;
	task->printed_open = false;
	print_prefix(sim, task, task->calls[task->depth - 1].enter_ns);
	fprintf(sim->out, "              |  %*s%s() {\n", 2 * (int)task->depth, "",
		names[task->calls[task->depth - 1].function]);
}

static void print_end(struct sim *sim, struct sim_task *task, const struct open_call *call)
{
	uint64_t ns = sim->now_ns - call->enter_ns;

	print_prefix(sim, task, task->printed_open ? call->enter_ns : sim->now_ns);
	print_duration(sim, ns);
	fprintf(sim->out, "%*s", 2 * (int)task->depth, "");
	if (task->printed_open)
		fprintf(sim->out, "%s();\n", names[call->function]);
	else if (sim->tail || oracle_below(4) == 0)
		fprintf(sim->out, "} /* %s */\n", names[call->function]);
	else
		fprintf(sim->out, "}\n");
	task->printed_open = false;
}

static void do_enter(struct sim *sim, struct sim_task *task)
{
	if (task->depth == DEPTH)
		return;
	print_entry(sim, task);
	task->calls[task->depth++] = (struct open_call){
		.function = (unsigned)oracle_below(FUNCTIONS), .enter_ns = sim->now_ns};
	task->printed_open = true;
}

static bool inside_run(const struct sim_task *task)
{
	unsigned i;

	for (i = 0; i < task->depth; i++)
		if (is_handler(task->calls[i].function))
			return true;
	return false;
}

static void do_leave(struct sim *sim, struct sim_task *task)
{
	struct open_call call;
	uint64_t ns;

	if (!task->depth)
		return;
	call = task->calls[task->depth - 1];
	ns = sim->now_ns - call.enter_ns;
	print_end(sim, task, &call);
	task->depth--;
	sim->truth[call.function].calls++;
	sim->truth[call.function].total_ns += ns;
	sim->truth[call.function].self_ns += ns - call.children_ns;
	if (task->depth)
		task->calls[task->depth - 1].children_ns += ns;
	if (is_handler(call.function) && !inside_run(task))
		sim->runs[call.function == 1 ? VP_RX : VP_TX]++;
}

/* The task sleeps and wakes elsewhere; an entry that waits is one nobody saw return on that CPU. */
static void do_move(struct sim *sim, struct sim_task *task)
{
	print_entry(sim, task);
	task->cpu = (unsigned)oracle_below(CPUS);
}

static void step(struct sim *sim)
{
	struct sim_task *task = &sim->tasks[oracle_below(TASKS)];
	unsigned i;

	sim->now_ns += oracle_magnitude(14);
	/* Another task's event on the CPU: what waits there is no leaf any more. */
	for (i = 0; i < TASKS; i++)
		if (&sim->tasks[i] != task && sim->tasks[i].cpu == task->cpu)
			print_entry(sim, &sim->tasks[i]);
	switch (oracle_below(8)) {
	case 0:
		do_move(sim, task);
		break;
	case 1:
	case 2:
	case 3:
		do_enter(sim, task);
		break;
	default:
		do_leave(sim, task);
		break;
	}
}

/* Every CPU is named before anybody moves: what an unnamed CPU costs is a unit test's business. */
static void run_kernel(struct sim *sim)
{
	unsigned i;

	sim->now_ns = 1 + oracle_magnitude(50);
	sim->abstime = oracle_below(2);
	sim->proc = oracle_below(2);
	sim->tail = oracle_below(2);
	for (i = 0; i < TASKS; i++) {
		sim->tasks[i].pid = 100 + i;
		sim->tasks[i].cpu = i % CPUS;
	}
	for (i = 0; i < CPUS; i++) {
		sim->last_pid[i] = 1;
		print_switch(sim, i, 2);
	}
	for (i = 0; i < STEPS; i++)
		step(sim);
	for (i = 0; i < TASKS; i++)
		while (sim->tasks[i].depth)
			do_leave(sim, &sim->tasks[i]);
}

static const struct truth *truth_of(const struct sim *sim, const struct report_function *row)
{
	char text[128];
	unsigned i;

	snprintf(text, sizeof(text), row->module ? "%s [%s]" : "%s", row->name, row->module);
	for (i = 0; i < FUNCTIONS; i++)
		if (!strcmp(text, names[i]))
			return &sim->truth[i];
	return NULL;
}

static void check(const struct sim *sim, const struct report *report)
{
	uint64_t runs[2] = {0, 0};
	unsigned long long calls = 0, wanted = 0;
	unsigned i;

	vec_foreach (row, &report->functions) {
		const struct truth *truth = truth_of(sim, row);

		oracle_check(truth, "unknown function %s", row->name);
		oracle_check(row->calls == truth->calls, "%s", row->name);
		oracle_check(row->total_ns == truth->total_ns, "%s", row->name);
		oracle_check(row->self_ns == truth->self_ns, "%s", row->name);
		calls += row->calls;
	}
	for (i = 0; i < FUNCTIONS; i++)
		wanted += sim->truth[i].calls;
	vec_foreach (queue, &report->queues)
		runs[queue->dir] += queue->runs;
	oracle_check(calls == wanted, "%llu of %llu calls", calls, wanted);
	oracle_check(runs[VP_RX] == sim->runs[VP_RX], "rx");
	oracle_check(runs[VP_TX] == sim->runs[VP_TX], "tx");
	oracle_check(!report->loss.lines_unparsed && !report->loss.runs_broken, "something lost");
}

static void one_round(void)
{
	const struct ftrace_options options = {.churn_window_ns = 50000, .correct_bias = true};
	struct sim *sim = calloc(1, sizeof(*sim));
	struct report *report;
	struct input input;
	char path[64];
	struct err err;

	oracle_check(sim && (sim->out = tmpfile()), "no memory, or no temporary file");
	run_kernel(sim);
	fflush(sim->out);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(sim->out));
	oracle_check(!input_open(&input, path, &err), "%s", err.text);
	oracle_check(!ftrace_read(&input, &options, &report, &err), "%s", err.text);
	check(sim, report);
	report_free(report);
	input_close(&input);
	fclose(sim->out);
	free(sim);
}

int main(int argc, char **argv)
{
	unsigned long i;

	oracle_begin(argc, argv);
	for (i = 0; i < ROUNDS; i++)
		one_round();
	return oracle_end("function_graph text", ROUNDS);
}
