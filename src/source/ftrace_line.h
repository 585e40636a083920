/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line of function_graph text to one token: what the kernel's trace and trace_pipe files print
 * from 2.6.29 to 7.2 with any combination of options, and what `trace-cmd report` makes of the same
 * events.
 *
 *   4266129.030065 |   4)  vhost-2-26292  |  d..1 |  + 12.322 us  |    } / * f [module] ret=0x0 * /
 *   absolute time     CPU  task              flags    duration       depth, function, comment
 *
 * Knows the columns. Refuses to know which line came before: no state, no allocation.
 */
#ifndef SOURCE_FTRACE_LINE_H
#define SOURCE_FTRACE_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vhostprof/wire.h>

enum ftrace_kind {
	FTRACE_UNKNOWN = 0, /* not understood */
	FTRACE_IGNORED,	    /* understood, says nothing about calls */
	FTRACE_OPEN,	    /* f() { */
	FTRACE_CLOSE,	    /* } */
	FTRACE_LEAF,	    /* f(); */
	FTRACE_SWITCH,	    /* CPU: task => next task */
	FTRACE_LOST,	    /* CPU: `count` events; 0 when the kernel does not know how many */
	FTRACE_OVERRUNS,    /* `count` calls not traced in the task of the line before */
	FTRACE_RELEASE,	    /* header: `name` is the kernel's release */
};

struct span {
	const char *text;
	size_t len;
};

struct ftrace_line {
	enum ftrace_kind kind;
	bool has_cpu;
	bool has_task;
	uint32_t cpu;
	uint32_t pid;
	uint32_t next_pid;    /* FTRACE_SWITCH */
	uint64_t time_ns;     /* VP_UNKNOWN without the column */
	uint64_t duration_ns; /* VP_UNKNOWN when blank */
	uint64_t count;
	struct span name; /* "f [module]"; empty when a close does not name what it closes */
	struct span comm;
	struct span next_comm; /* FTRACE_SWITCH */
};

/* So many bytes after a line's '\n' must be readable, whatever they hold. */
#define FTRACE_PADDING 16

/*
 * Reads the line [text, text + len); text[len] must be '\n'. Sets every field a line of its kind
 * has: name, cpu, task and times of a call; both tasks of a switch; count; name of a release.
 */
void ftrace_line(struct ftrace_line *line, const char *text, size_t len);

#endif
