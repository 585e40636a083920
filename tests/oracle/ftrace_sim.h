/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A small kernel that traces itself: tasks call functions, sleep and move between CPUs; its printer
 * writes what the function_graph tracer would write, its bookkeeping, which knows no text, keeps what
 * was true, and a log of all calls.
 */
#ifndef FTRACE_SIM_H
#define FTRACE_SIM_H

#include "oracle.h"

#include <stdbool.h>
#include <string.h>
#include <vhostprof/wire.h>

enum { LOG_MAX = 4096, PATHS_MAX = 4096 };
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

/* One call of the simulation; the log is in the order of entries. */
struct logged {
	unsigned function, pid;
	int parent; /* its place in the log; -1 = none */
	uint64_t enter_ns, leave_ns;
};

struct open_call {
	unsigned function;
	int logged;
	uint64_t enter_ns, children_ns;
};

/* What calls of one queue with the same chain of callers add up to. */
struct path {
	char text[512];
	uint64_t calls, total_ns, self_ns;
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
	struct logged log[LOG_MAX];
	int logged;
	int done[LOG_MAX]; /* runs in the order of their ends: their places in the log */
	int done_nr, streamed;
	struct path paths[PATHS_MAX];
	unsigned path_nr;
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
	unsigned function = (unsigned)oracle_below(FUNCTIONS);
	int parent = task->depth ? task->calls[task->depth - 1].logged : -1;

	if (task->depth == DEPTH)
		return;
	print_entry(sim, task);
	oracle_check(sim->logged < LOG_MAX, "the log is full");
	sim->log[sim->logged] = (struct logged){
		.function = function, .pid = task->pid, .parent = parent, .enter_ns = sim->now_ns};
	task->calls[task->depth++] = (struct open_call){
		.function = function, .logged = sim->logged++, .enter_ns = sim->now_ns};
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
	sim->log[call.logged].leave_ns = sim->now_ns;
	sim->truth[call.function].calls++;
	sim->truth[call.function].total_ns += ns;
	sim->truth[call.function].self_ns += ns - call.children_ns;
	if (task->depth)
		task->calls[task->depth - 1].children_ns += ns;
	if (is_handler(call.function) && !inside_run(task)) {
		sim->runs[call.function == 1 ? VP_RX : VP_TX]++;
		sim->done[sim->done_nr++] = call.logged;
	}
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

#endif
