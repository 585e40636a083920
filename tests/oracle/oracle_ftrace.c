// SPDX-License-Identifier: BSD-2-Clause
/*
 * The text of a small kernel that traces itself (ftrace_sim.h) is read, and must give what that kernel
 * knows. Which calls make a run, and how they nest, is looked up in its log of all calls, every time
 * anew.
 */
#include "ftrace_sim.h"

#include "source/ftrace.h"

#include <unistd.h>

static uint64_t total_of(const struct logged *call)
{
	return call->leave_ns - call->enter_ns;
}

static uint64_t self_of(const struct sim *sim, int at)
{
	uint64_t self_ns = total_of(&sim->log[at]);
	int i;

	for (i = 0; i < sim->logged; i++)
		if (sim->log[i].parent == at)
			self_ns -= total_of(&sim->log[i]);
	return self_ns;
}

/* How many calls lie between this one and the run; -1 when it is none of the run's. */
static int depth_in(const struct sim *sim, int at, int run)
{
	int depth = 0;

	for (; at != run && at >= 0; at = sim->log[at].parent)
		depth++;
	return at < 0 ? -1 : depth;
}

static void full_name(char out[128], const struct symbols *symbols, uint32_t number)
{
	const struct symbol *symbol = symbols_at(symbols, number);

	snprintf(out, 128, symbol->module ? "%s [%s]" : "%s", symbol->name, symbol->module);
}

static void check_call(const struct sim *sim, int at, int run, const struct run_trace *trace,
		       const struct traced_call *call)
{
	const struct logged *truth = &sim->log[at];
	uint64_t enter_ns = sim->abstime ? truth->enter_ns / 1000 * 1000 : VP_UNKNOWN;
	char name[128];

	full_name(name, trace->symbols, call->symbol);
	oracle_check(!strcmp(name, names[truth->function]), "%s", name);
	oracle_check((int)call->depth == depth_in(sim, at, run), "%s", name);
	oracle_check(call->enter_ns == enter_ns, "%s", name);
	oracle_check(call->total_ns == total_of(truth), "%s", name);
	oracle_check(call->self_ns == self_of(sim, at), "%s", name);
}

static int on_run(void *context, const struct run_trace *trace)
{
	struct sim *sim = context;
	int run = sim->done[sim->streamed++], i;
	const struct logged *truth = &sim->log[run];
	uint32_t calls = 0;

	oracle_check(sim->streamed <= sim->done_nr, "more runs than there were");
	oracle_check(trace->owner->worker_tid == truth->pid, "of %u", truth->pid);
	oracle_check(trace->owner->dir == (truth->function == 1 ? VP_RX : VP_TX), "direction");
	oracle_check(trace->service_ns == total_of(truth), "service");
	for (i = run; i < sim->logged; i++)
		if (depth_in(sim, i, run) >= 0) {
			oracle_check(calls < trace->calls_len, "too few calls");
			check_call(sim, i, run, trace, &trace->calls[calls++]);
		}
	oracle_check(calls == trace->calls_len, "too many calls");
	return 0;
}

static struct path *path_of(struct sim *sim, const char *text)
{
	unsigned i;

	for (i = 0; i < sim->path_nr; i++)
		if (!strcmp(sim->paths[i].text, text))
			return &sim->paths[i];
	oracle_check(sim->path_nr < PATHS_MAX, "too many paths");
	sim->path_nr++;
	snprintf(sim->paths[i].text, sizeof(sim->paths[i].text), "%s", text);
	return &sim->paths[i];
}

static void logged_path(char *out, size_t size, const struct sim *sim, int at, int run)
{
	char before[512];

	if (at == run)
		snprintf(before, sizeof(before), "%u %d", sim->log[run].pid,
			 sim->log[run].function == 1 ? VP_RX : VP_TX);
	else
		logged_path(before, sizeof(before), sim, sim->log[at].parent, run);
	snprintf(out, size, "%.400s;%s", before, names[sim->log[at].function]);
}

static void add_logged(struct sim *sim)
{
	char text[512];
	int i, at;

	for (i = 0; i < sim->done_nr; i++)
		for (at = sim->done[i]; at < sim->logged; at++) {
			struct path *path;

			if (depth_in(sim, at, sim->done[i]) < 0)
				continue;
			logged_path(text, sizeof(text), sim, at, sim->done[i]);
			path = path_of(sim, text);
			path->calls++;
			path->total_ns += total_of(&sim->log[at]);
			path->self_ns += self_of(sim, at);
		}
}

static void node_path(char *out, size_t size, const struct report *report,
		      const struct report_queue *queue, const struct calltree *tree, uint32_t at)
{
	const struct calltree_node *node = &tree->nodes.items[at];
	char before[512], name[128];

	full_name(name, &report->symbols, node->symbol);
	if (node->parent == CALLTREE_ROOT)
		snprintf(before, sizeof(before), "%u %d", queue->worker_tid, queue->dir);
	else
		node_path(before, sizeof(before), report, queue, tree, node->parent);
	snprintf(out, size, "%.400s;%s", before, name);
}

/* Takes the tree off what was logged; returns the sum of its self times. */
static uint64_t subtract_tree(struct sim *sim, const struct report *report,
			      const struct report_queue *queue, const struct calltree *tree)
{
	uint64_t self_ns = 0;
	char text[512];
	uint32_t i;

	for (i = 1; tree && i < tree->nodes.len; i++) {
		struct path *path;

		node_path(text, sizeof(text), report, queue, tree, i);
		path = path_of(sim, text);
		path->calls -= tree->nodes.items[i].calls;
		path->total_ns -= tree->nodes.items[i].total_ns;
		path->self_ns -= tree->nodes.items[i].self_ns;
		self_ns += tree->nodes.items[i].self_ns;
	}
	return self_ns;
}

static void check_trees(struct sim *sim, const struct report *report)
{
	unsigned i;
	int cause;

	add_logged(sim);
	vec_foreach (queue, &report->queues) {
		uint64_t self_ns = 0, of_functions_ns = 0;

		for (cause = 0; cause < VP_CAUSE_NR; cause++)
			self_ns += subtract_tree(sim, report, queue, queue->trees[cause]);
		oracle_check(self_ns == queue->service.sum, "self times of a queue");
		vec_foreach (function, &queue->functions)
			of_functions_ns += function->self_ns;
		oracle_check(of_functions_ns == self_ns, "functions of a queue");
	}
	for (i = 0; i < sim->path_nr; i++)
		oracle_check(!sim->paths[i].calls && !sim->paths[i].total_ns &&
				     !sim->paths[i].self_ns,
			     "%s", sim->paths[i].text);
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
	struct sim *sim = calloc(1, sizeof(*sim));
	const struct run_sink runs = {.context = sim, .run = on_run};
	const struct ftrace_options options = {
		.churn_window_ns = 50000, .correct_bias = true, .runs = &runs};
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
	oracle_check(sim->streamed == sim->done_nr, "too few runs streamed");
	check_trees(sim, report);
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
