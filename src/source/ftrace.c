// SPDX-License-Identifier: BSD-2-Clause
#include "source/ftrace.h"

#include "analyze/bias.h"
#include "base/log.h"
#include "model/function.h"
#include "model/reconstruct.h"
#include "model/worker.h"
#include "source/ftrace_line.h"
#include "source/ftrace_names.h"
#include "source/ftrace_notes.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

_Static_assert(INPUT_PADDING >= FTRACE_PADDING, "lines are read where they lie");

struct ftrace {
	struct functions functions;
	struct reconstruct *reconstruct;
	struct workers workers;
	struct bias *bias; /* NULL unless asked for */
	struct ftrace_tally tally;
	const char *name;
	bool blocks;
	int blocks_error;
	uint32_t last_cpu;
	struct ftrace_prefix prefix;
	struct ftrace_names names;
	char release[128];
};

static struct blocks_place place_of(const struct ftrace *ftrace)
{
	const struct ftrace_tally *tally = &ftrace->tally;
	bool timed = tally->first_ns != VP_UNKNOWN;

	return (struct blocks_place){
		.runs = tally->runs,
		.time_ns = timed ? tally->last_ns - tally->first_ns : VP_UNKNOWN,
	};
}

static void add_to_blocks(struct ftrace *ftrace, const struct call *call)
{
	struct report_function *row = &ftrace->functions.rows.items[call->function];
	struct blocks_place place = place_of(ftrace);

	if (!ftrace->blocks_error)
		ftrace->blocks_error =
			blocks_pair_add_call(&row->blocks, &place, call->duration_ns);
}

static void on_call(void *context, const struct call *call)
{
	struct ftrace *ftrace = context;

	functions_add_call(&ftrace->functions, call);
	if (ftrace->blocks)
		add_to_blocks(ftrace, call);
	if (ftrace->bias)
		bias_add(ftrace->bias, call);
}

static void on_run(void *context, const struct done_run *run)
{
	struct ftrace *ftrace = context;

	ftrace->workers.place = place_of(ftrace);
	ftrace->tally.runs++;
	workers_add_run(&ftrace->workers, run, reconstruct_traced(ftrace->reconstruct));
}

static void on_broken(void *context, uint64_t worker, enum vp_dir dir)
{
	struct ftrace *ftrace = context;

	workers_broken(&ftrace->workers, worker, dir);
}

static void on_named(void *context, uint64_t nameless, uint64_t worker, const char *comm)
{
	struct ftrace *ftrace = context;

	workers_named(&ftrace->workers, nameless, worker, comm);
}

static void on_lost(void *context)
{
	struct ftrace *ftrace = context;

	workers_lost(&ftrace->workers);
}

static int start(struct ftrace *ftrace, const char *name, const struct ftrace_options *options)
{
	struct reconstruct_sink sink = {
		.context = ftrace,
		.call = on_call,
		.run = on_run,
		.broken = on_broken,
		.named = on_named,
		.lost = on_lost,
	};

	memset(ftrace, 0, sizeof(*ftrace));
	ftrace->name = name;
	ftrace->tally.first_ns = ftrace->tally.last_ns = VP_UNKNOWN;
	ftrace->workers.churn_window_ns = options->churn_window_ns;
	ftrace->workers.functions = &ftrace->functions;
	ftrace->workers.sink = options->runs;
	ftrace->workers.in_blocks = ftrace->blocks = options->blocks;
	if (functions_init(&ftrace->functions))
		return -ENOMEM;
	ftrace->reconstruct = reconstruct_new(&ftrace->functions, &sink);
	if (options->correct_bias)
		ftrace->bias = bias_new();
	return ftrace->reconstruct && (ftrace->bias || !options->correct_bias) ? 0 : -ENOMEM;
}

static void stop(struct ftrace *ftrace)
{
	reconstruct_free(ftrace->reconstruct);
	workers_free(&ftrace->workers);
	functions_free(&ftrace->functions);
	bias_free(ftrace->bias);
}

static void not_understood(struct ftrace *ftrace, const char *text, size_t len)
{
	int shown = len > 160 ? 160 : (int)len;

	if (!ftrace->tally.unparsed++)
		log_info("%s:%" PRIu64 ": line not understood: %.*s", ftrace->name,
			 ftrace->tally.lines, shown, text);
}

static inline void note_time(struct ftrace_tally *tally, uint64_t time_ns)
{
	if (time_ns == VP_UNKNOWN)
		return;
	if (tally->first_ns == VP_UNKNOWN)
		tally->first_ns = tally->last_ns = time_ns;
	tally->backwards += time_ns < tally->last_ns;
	if (time_ns > tally->last_ns)
		tally->last_ns = time_ns;
}

static struct span cut(struct span comm)
{
	if (comm.len > VP_COMM_LEN - 1)
		comm.len = VP_COMM_LEN - 1;
	return comm;
}

static const char *comm_of(char out[VP_COMM_LEN], struct span comm)
{
	comm = cut(comm);
	memcpy(out, comm.text, comm.len);
	out[comm.len] = '\0';
	return out;
}

/* The line of a call, whatever its kind. False when its function is none. */
static inline bool read_call(struct ftrace *ftrace, const struct ftrace_line *line)
{
	struct reconstruct *reconstruct = ftrace->reconstruct;
	uint32_t function = NO_FUNCTION, cpu = line->has_cpu ? line->cpu : 0;
	char comm[VP_COMM_LEN];

	if (line->name.len) {
		function = ftrace_names_find(&ftrace->names, &ftrace->functions, line->name);
		if (function == FUNCTION_INVALID)
			return false;
	}
	if (line->has_task)
		reconstruct_running(reconstruct, cpu, line->pid, comm_of(comm, line->comm));
	ftrace->tally.calls++;
	ftrace->tally.without_cpu += !line->has_cpu && !line->has_task;
	ftrace->last_cpu = cpu;
	note_time(&ftrace->tally, line->time_ns);
	if (line->kind == FTRACE_LEAF)
		reconstruct_leaf(reconstruct, cpu, function, line->time_ns, line->duration_ns);
	else if (line->kind == FTRACE_OPEN)
		reconstruct_enter(reconstruct, cpu, function, line->time_ns);
	else
		reconstruct_leave(reconstruct, cpu, function, line->time_ns, line->duration_ns);
	return true;
}

static void read_switch(struct ftrace *ftrace, const struct ftrace_line *line)
{
	char prev[VP_COMM_LEN], next[VP_COMM_LEN];

	reconstruct_switch(ftrace->reconstruct, line->cpu, line->pid, comm_of(prev, line->comm),
			   line->next_pid, comm_of(next, line->next_comm));
}

static void read_lost(struct ftrace *ftrace, const struct ftrace_line *line)
{
	ftrace->tally.lost_lines++;
	ftrace->tally.lost_unknown += !line->count;
	ftrace->tally.lost += line->count;
	reconstruct_lost(ftrace->reconstruct, line->cpu);
}

static void read_release(struct ftrace *ftrace, const struct ftrace_line *line)
{
	size_t len = line->name.len < sizeof(ftrace->release) - 1 ? line->name.len
								  : sizeof(ftrace->release) - 1;

	memcpy(ftrace->release, line->name.text, len);
	ftrace->release[len] = '\0';
}

/* Takes in one line, which lies at `text`. */
static inline void add_line(struct ftrace *ftrace, const struct ftrace_line *line, const char *text)
{
	bool understood = true;

	ftrace->tally.lines++;
	switch (line->kind) {
	case FTRACE_OPEN:
	case FTRACE_CLOSE:
	case FTRACE_LEAF:
		understood = read_call(ftrace, line);
		break;
	case FTRACE_SWITCH:
		read_switch(ftrace, line);
		break;
	case FTRACE_LOST:
		read_lost(ftrace, line);
		break;
	case FTRACE_OVERRUNS:
		reconstruct_overruns(ftrace->reconstruct, ftrace->last_cpu, line->count);
		break;
	case FTRACE_RELEASE:
		read_release(ftrace, line);
		break;
	case FTRACE_IGNORED:
		break;
	case FTRACE_UNKNOWN:
		understood = false;
		break;
	}
	if (!understood)
		not_understood(ftrace, text, line->len);
}

static void read_lines(struct ftrace *ftrace, const char *text, size_t len)
{
	struct ftrace_line line;
	size_t at;

	for (at = 0; at < len && !ftrace->workers.error; at += line.len + 1) {
		ftrace_line(&line, &ftrace->prefix, text + at, len - at);
		add_line(ftrace, &line, text + at);
	}
}

static int read_all(struct ftrace *ftrace, struct input *input, struct err *err)
{
	const char *text;
	size_t len;
	int error = 0;

	while (!ftrace->workers.error && !(error = input_lines(input, &text, &len, err)) && len)
		read_lines(ftrace, text, len);
	return error;
}

static int fill_report(struct ftrace *ftrace, const struct input *input, struct report *report)
{
	const struct reconstruct_loss *loss = reconstruct_loss(ftrace->reconstruct);
	const struct runs_traced *traced = reconstruct_traced(ftrace->reconstruct);
	const struct ftrace_tally *tally = &ftrace->tally;

	if (ftrace->bias)
		bias_correct(ftrace->bias, &ftrace->functions, &report->correction);
	report->loss.records_lost = tally->lost + loss->overruns;
	report->loss.runs_broken = loss->runs_broken;
	report->loss.calls_broken = loss->pieces;
	report->loss.lines_unparsed = tally->unparsed;
	report->loss.queues_unplaced = ftrace->workers.unplaced;
	report->loss.calls_unplaced = ftrace->workers.calls_unplaced;
	if (tally->first_ns != VP_UNKNOWN) {
		report->source.start_ns = tally->first_ns;
		report->source.duration_ns = tally->last_ns - tally->first_ns;
	}
	if (ftrace->blocks_error || report_string(&report->source.kind, "function_graph") ||
	    report_string(&report->source.path, ftrace->name) ||
	    report_string(&report->source.kernel, ftrace->release[0] ? ftrace->release : NULL) ||
	    workers_report(&ftrace->workers, traced, report))
		return -ENOMEM;
	functions_give(&ftrace->functions, report);
	report_sort(report);
	if (ftrace->workers.unlisted &&
	    report_note(report, "functions of %u queues are not listed by queue: more than %u rows",
			ftrace->workers.unlisted, WORKER_ROWS_MAX))
		return -ENOMEM;
	return ftrace_notes(report, tally, loss, ftrace->functions.overflowed, input);
}

static int finish(struct ftrace *ftrace, const struct input *input, struct report **out,
		  struct err *err)
{
	struct report *report;

	if (!ftrace->tally.calls)
		return err_set(err, ENODATA, EXIT_FAILED, "%s: no function_graph text in it%s%s",
			       input->name, input->damage[0] ? "; " : "", input->damage);
	reconstruct_end(ftrace->reconstruct);
	report = report_new();
	if (!report || fill_report(ftrace, input, report)) {
		report_free(report);
		return err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", input->name);
	}
	*out = report;
	return 0;
}

int ftrace_read(struct input *input, const struct ftrace_options *options, struct report **out,
		struct err *err)
{
	struct ftrace *ftrace = malloc(sizeof(*ftrace));
	int error;

	if (!ftrace)
		return err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", input->name);
	if (start(ftrace, input->name, options))
		error = err_set(err, ENOMEM, EXIT_FAILED, "%s: out of memory", input->name);
	else
		error = read_all(ftrace, input, err);
	if (!error)
		error = finish(ftrace, input, out, err);
	stop(ftrace);
	free(ftrace);
	return error;
}
