// SPDX-License-Identifier: BSD-2-Clause
/*
 * Each run as a tree, printed when it closes: whose it was, why it began, what it did and how it ended, then
 * its functions with their times. For people who watch.
 */
#include "render/run_stream.h"

#include "base/units.h"
#include "model/run_owner.h"
#include "render/pen.h"
#include "render/run_words.h"

#include <stdio.h>
#include <string.h>

#define WIDEST	     200u
#define TIME_COLUMNS 11
#define NAME_COLUMNS 48
#define MORE_INDENT  6 /* of what of a run does not fit on its line */

static void write_time(struct pen *pen, uint64_t at_ns)
{
	char text[48];

	if (at_ns == VP_UNKNOWN)
		return;
	snprintf(text, sizeof(text), "%llu.%06llu  ", (unsigned long long)at_ns / 1000000000,
		 (unsigned long long)at_ns % 1000000000 / 1000);
	pen_text(pen, STYLE_LABEL, text);
}

static void write_owner(struct pen *pen, const struct run_owner *owner)
{
	char name[NAME_COLUMNS], queue[16], text[3 * NAME_COLUMNS];

	if (owner->vm_name || owner->device) {
		snprintf(text, sizeof(text), "%s ",
			 pen_foreign(pen, name, sizeof(name),
				     owner->vm_name ? owner->vm_name : owner->device, 32));
		pen_text(pen, STYLE_PLAIN, text);
	}
	pen_text(pen, STYLE_TITLE, run_owner_queue(queue, owner));
	if (owner->worker_tid)
		snprintf(text, sizeof(text), "  %s-%u",
			 pen_foreign(pen, name, sizeof(name), owner->worker_comm, 16),
			 owner->worker_tid);
	else
		snprintf(text, sizeof(text), "  unknown worker");
	pen_text(pen, STYLE_PLAIN, text);
}

static void write_count(struct pen *pen, uint32_t count, const char *what)
{
	char text[48];

	if (count == RUN_UNKNOWN)
		return;
	snprintf(text, sizeof(text), "%u %s%s", count, what, count == 1 ? "" : "s");
	pen_item(pen, STYLE_PLAIN, MORE_INDENT, ", ", text);
}

static void write_result(struct pen *pen, const struct run_trace *trace)
{
	const struct vp_run *run = trace->run;
	char text[64], time[UNITS_LEN];

	snprintf(text, sizeof(text), "CPU %u", run->cpu);
	pen_item(pen, STYLE_LABEL, MORE_INDENT, "  ", text);
	snprintf(text, sizeof(text), "%s %s %s", run_word_cause(run), pen->unicode ? "→" : "->",
		 run_word_end(run));
	pen_item(pen, STYLE_PLAIN, MORE_INDENT, "  ", text);
	pen_item(pen, STYLE_PLAIN, MORE_INDENT, ", ", units_duration(time, trace->service_ns));
	if (run->wake_ns != VP_UNKNOWN && run->wake_ns <= run->enter_ns) {
		snprintf(text, sizeof(text), "after a wait of %s",
			 units_duration(time, run->enter_ns - run->wake_ns));
		pen_item(pen, STYLE_PLAIN, MORE_INDENT, " ", text);
	}
	write_count(pen, run->chains, "chain");
	write_count(pen, run->calls, "call");
	pen_newline(pen);
}

/* What is left of the line, and a little where deep nesting has left nothing. */
static unsigned room(const struct pen *pen)
{
	return pen->width > pen->column + 16 ? pen->width - pen->column : 16;
}

static void write_call(struct pen *pen, const struct run_trace *trace,
		       const struct traced_call *call)
{
	const struct symbol *symbol = symbols_at(trace->symbols, call->symbol);
	char time[UNITS_LEN], name[256];

	pen_right(pen, STYLE_PLAIN, units_duration(time, call->total_ns), TIME_COLUMNS);
	pen_right(pen, STYLE_LABEL, units_duration(time, call->self_ns), TIME_COLUMNS);
	pen_to(pen, 2 * TIME_COLUMNS + 2 + 2 * call->depth);
	pen_text(pen, STYLE_PLAIN, pen_foreign(pen, name, sizeof(name), symbol->name, room(pen)));
	if (symbol->module && room(pen) > strlen(symbol->module) + 3) {
		pen_text(pen, STYLE_LABEL, " [");
		pen_text(pen, STYLE_LABEL,
			 pen_foreign(pen, name, sizeof(name), symbol->module, 60));
		pen_text(pen, STYLE_LABEL, "]");
	}
	pen_newline(pen);
}

static int run(struct run_stream *stream, const struct run_trace *trace)
{
	struct pen pen;
	uint32_t i;

	pen_open(&pen, stream->sink, &stream->options.render, WIDEST);
	write_time(&pen, trace->run->enter_ns);
	write_owner(&pen, trace->owner);
	write_result(&pen, trace);
	for (i = 0; i < trace->calls_len; i++)
		write_call(&pen, trace, &trace->calls[i]);
	return 0;
}

const struct stream_renderer trace_tree_stream = {
	.name = "tree",
	.level = VP_LEVEL_TRACE,
	.help = "each run and its functions, total and self time",
	.run = run,
};
