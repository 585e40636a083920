// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the columns of kernel/trace/trace_functions_graph.c, and the event lines of trace-cmd. Works on spans: nothing here looks past a line's end.
 */
#include "source/ftrace_columns.h"

#include "source/ftrace_around.h"
#include "source/ftrace_span.h"

#include <string.h>

static bool take_time(struct span *span, uint64_t *time_ns)
{
	uint64_t seconds, billionths;
	struct span at = *span;

	if (!span_take_number(&at, FTRACE_SECONDS_MAX, &seconds) ||
	    !span_take_fraction(&at, &billionths))
		return false;
	*time_ns = seconds * 1000000000u + billionths;
	*span = at;
	return true;
}

/* "12.322 us" or, from 1 s on, "1723212 us". */
static bool is_duration(struct span span, uint64_t *duration_ns)
{
	uint64_t micros, billionths = 0;

	if (span.len > 2 && span.text[1] == ' ' && memchr("+!#*@$", span.text[0], 6))
		span = span_trim(span_skip(span, 2));
	if (!span_take_number(&span, FTRACE_DURATION_MAX_NS / 1000, &micros))
		return false;
	span_take_fraction(&span, &billionths);
	span = span_trim(span);
	if (span.len != 2 || !span_starts(span, "us"))
		return false;
	*duration_ns = micros * 1000 + billionths / 1000000;
	return true;
}

/* "CPU 0/K-26296": the last "-digits" is the pid, what comes before is the comm. */
static bool is_task(struct span span, struct span *comm, uint32_t *pid)
{
	struct span number;
	uint64_t value;
	size_t i = span.len;

	while (i && span_is_digit(span.text[i - 1]))
		i--;
	if (i < 2 || i == span.len || span.text[i - 1] != '-')
		return false;
	number = span_skip(span, i);
	if (!span_take_number(&number, FTRACE_PID_MAX, &value))
		return false;
	*comm = span_trim((struct span){span.text, i - 1});
	*pid = (uint32_t)value;
	return true;
}

/* irqs off, need resched, hard/soft irq, preempt depth, from 5.18 migrate disable: "d..1.". */
static bool is_flags(struct span span)
{
	size_t i;

	if (span.len < 3 || span.len > 8)
		return false;
	for (i = 0; i < span.len; i++)
		if (!strchr(".dDXbBNnLlpPhHsSzZ#0123456789abcdefT", span.text[i]))
			return false;
	return true;
}

/* The name at the front: "f" or "f [module]". The rest stays in `span`. */
static bool take_name(struct span *span, struct span *name)
{
	size_t i = 0;

	while (i < span->len && span->text[i] != ' ' && span->text[i] != '(' &&
	       span->text[i] != ';')
		i++;
	if (!i)
		return false;
	if (span_starts(span_skip(*span, i), " [")) {
		const char *close = memchr(span->text + i, ']', span->len - i);

		if (!close)
			return false;
		i = (size_t)(close - span->text) + 1;
	}
	*name = (struct span){span->text, i};
	*span = span_skip(*span, i);
	return true;
}

/* "} / * f [module] ret=0x0 * /": all but the brace is optional. */
static bool read_close(struct ftrace_line *line, struct span body)
{
	struct span rest = span_trim(span_skip(body, 1));

	line->kind = FTRACE_CLOSE;
	if (!rest.len)
		return true;
	if (!span_starts(rest, "/*") || !span_ends(rest, "*/") || rest.len < 5)
		return false;
	rest = span_trim((struct span){rest.text + 2, rest.len - 4});
	/* A close without the name but with a comment of its own. */
	if (!rest.len || span_starts(rest, "=") || span_starts(rest, "ret="))
		return true;
	return take_name(&rest, &line->name);
}

/* Drops a comment at the end: "/ * <-caller+0x1d/0x40 ret=0x0 * /". */
static struct span without_comment(struct span body)
{
	size_t i;

	if (!span_ends(body, "*/"))
		return body;
	for (i = body.len - 2; i; i--)
		if (!memcmp(body.text + i - 1, "/*", 2))
			return span_trim((struct span){body.text, i - 1});
	return body;
}

/* What stands right of the duration. */
static bool read_call(struct ftrace_line *line, struct span body)
{
	if (span_starts(body, "}"))
		return read_close(line, body);
	if (span_starts(body, "/*")) { /* an event or trace_printk inside a function */
		line->kind = FTRACE_IGNORED;
		return span_ends(body, "*/");
	}
	body = without_comment(body);
	if (!take_name(&body, &line->name) || !span_starts(body, "("))
		return false;
	if (span_ends(body, ") {"))
		line->kind = FTRACE_OPEN;
	else if (span_ends(body, ");"))
		line->kind = FTRACE_LEAF;
	else
		return false;
	return true;
}

static bool is_irq_mark(struct span span)
{
	return span_starts(span, "==========>") || span_starts(span, "<==========");
}

/*
 * funcgraph-duration off: no bar before the call, and none before an irq mark. Without any column
 * in front it might as well be C source.
 */
static bool read_unbarred(struct ftrace_line *line, struct span rest)
{
	rest = span_trim(rest);
	if (!line->has_cpu && !line->has_task)
		return false;
	if (!is_irq_mark(rest))
		return read_call(line, rest);
	line->kind = FTRACE_IGNORED;
	return true;
}

/* The columns between the CPU and the call, each ended by a bar. A comm may hold bars, too. */
static bool read_after_cpu(struct ftrace_line *line, struct span rest)
{
	const char *from = rest.text, *bar;

	while ((bar = memchr(rest.text, '|', rest.len))) {
		struct span column = span_trim(span_of(from, bar));

		rest = span_of(bar + 1, span_end(rest));
		if (!column.len || is_duration(column, &line->duration_ns))
			return read_call(line, span_trim(rest));
		if (is_irq_mark(column)) {
			line->kind = FTRACE_IGNORED;
			return true;
		}
		if (!line->has_task && is_task(column, &line->comm, &line->pid))
			line->has_task = true;
		else if (!is_flags(column))
			continue;
		from = rest.text;
	}
	return read_unbarred(line, span_of(from, span_end(rest)));
}

/* " 0) vhost-2-26292  => CPU 0/K-26296 " */
static bool read_switch(struct ftrace_line *line, struct span rest)
{
	size_t i;

	for (i = 0; i + 4 <= rest.len; i++)
		if (!memcmp(rest.text + i, " => ", 4) &&
		    is_task(span_trim((struct span){rest.text, i}), &line->comm, &line->pid) &&
		    is_task(span_trim(span_skip(rest, i + 4)), &line->next_comm, &line->next_pid)) {
			line->kind = FTRACE_SWITCH;
			return true;
		}
	return false;
}

static bool take_cpu(struct ftrace_line *line, struct span *rest)
{
	struct span at = *rest;
	uint64_t cpu;

	if (!span_take_number(&at, FTRACE_CPUS - 1, &cpu) || !span_starts(at, ")"))
		return false;
	line->cpu = (uint32_t)cpu;
	line->has_cpu = true;
	*rest = span_trim(span_skip(at, 1));
	return true;
}

/* "seconds.micros |" */
static bool take_clock(struct ftrace_line *line, struct span *rest)
{
	struct span at = *rest;
	uint64_t time_ns;

	if (!take_time(&at, &time_ns))
		return false;
	at = span_trim(at);
	if (!span_starts(at, "|"))
		return false;
	line->time_ns = time_ns;
	*rest = span_trim(span_skip(at, 1));
	return true;
}

/*
 * "micros us |" of the latency tracers, which print the CPU after it; without one it is a duration
 * of a second or more.
 */
static bool take_relative_clock(struct ftrace_line *line, struct span *rest)
{
	struct span at = *rest;
	uint64_t micros;

	if (!span_take_number(&at, FTRACE_SECONDS_MAX, &micros) || !span_starts(at, " us"))
		return false;
	at = span_trim(span_skip(at, 3));
	if (!span_starts(at, "|"))
		return false;
	at = span_trim(span_skip(at, 1));
	if (!take_cpu(line, &at))
		return false;
	line->time_ns = micros * 1000;
	*rest = at;
	return true;
}

static bool read_graph(struct ftrace_line *line, struct span rest)
{
	if (take_clock(line, &rest))
		take_cpu(line, &rest);
	else if (!take_relative_clock(line, &rest) && take_cpu(line, &rest) &&
		 read_switch(line, rest))
		return true;
	return read_after_cpu(line, rest);
}

/* The flags some versions print in front of the time: "d..1. 4266129.030065". */
static struct span without_flags(struct span at)
{
	const char *space = memchr(at.text, ' ', at.len);

	if (space && is_flags(span_of(at.text, space)))
		return span_trim(span_of(space, span_end(at)));
	return at;
}

/* "vhost-1-1234  (  1234)": record-tgid prints the thread group, too. */
static struct span without_tgid(struct span task)
{
	size_t i = task.len;

	if (!span_ends(task, ")"))
		return task;
	while (i && task.text[i - 1] != '(')
		i--;
	return i ? span_trim((struct span){task.text, i - 1}) : task;
}

/* " [004] d..1.  4266129.030065: " after the task that ends where `at` starts. */
static bool take_event_place(struct ftrace_line *line, struct span *at)
{
	uint64_t cpu;

	*at = span_skip(*at, 1);
	if (!span_take_number(at, FTRACE_CPUS - 1, &cpu) || !span_starts(*at, "] "))
		return false;
	*at = without_flags(span_trim(span_skip(*at, 2)));
	if (!take_time(at, &line->time_ns) || !span_starts(*at, ": "))
		return false;
	*at = span_trim(span_skip(*at, 1));
	line->cpu = (uint32_t)cpu;
	line->has_cpu = line->has_task = true;
	return true;
}

/* What stands in front of every event line: task, CPU in brackets, flags, time. */
static bool take_event_prefix(struct ftrace_line *line, struct span *rest)
{
	const char *from = rest->text, *end = span_end(*rest), *bracket;

	while ((bracket = memchr(from, '[', (size_t)(end - from)))) {
		struct span at = span_of(bracket, end);
		struct span task = span_trim(span_of(rest->text, bracket));

		if (is_task(without_tgid(task), &line->comm, &line->pid) &&
		    take_event_place(line, &at)) {
			*rest = at;
			return true;
		}
		from = bracket + 1;
	}
	return false;
}

/* Event lines: trace-cmd's calls, and the function tracer's and everybody else's events. */
static bool read_event(struct ftrace_line *line, struct span whole)
{
	static const char *const names[] = {
		"funcgraph_entry:", "funcgraph_exit:", "funcgraph_retaddr_entry:"};
	struct span rest = whole;
	size_t i;

	if (!take_event_prefix(line, &rest))
		return false;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_starts(rest, names[i])) {
			rest = span_skip(rest, strlen(names[i]));
			return memchr(rest.text, '|', rest.len) && read_after_cpu(line, rest);
		}
	line->kind = FTRACE_IGNORED;
	return true;
}

static void clear(struct ftrace_line *line)
{
	*line = (struct ftrace_line){.time_ns = VP_UNKNOWN, .duration_ns = VP_UNKNOWN};
}

void ftrace_columns(struct ftrace_line *line, const char *text, size_t len)
{
	static bool (*const readers[])(struct ftrace_line *, struct span) = {
		ftrace_header, ftrace_filler, ftrace_lost, ftrace_overruns, read_event, read_graph,
	};
	struct span rest = span_trim((struct span){text, len});
	size_t i;

	for (i = 0; i < sizeof(readers) / sizeof(readers[0]); i++) {
		clear(line);
		if (readers[i](line, rest))
			return;
	}
	clear(line);
}
