/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One line of function_graph text to one token: what the kernel's trace and trace_pipe files print
 * from 2.6.29 to 7.2 with any combination of options, and what `trace-cmd report` makes of the same
 * events.
 *
 *   4266129.030065 |   4)  vhost-2-26292  |  d..1 |  + 12.322 us  |    } / * f [module] ret=0x0 * /
 *   absolute time     CPU  task              flags    duration       depth, function, comment
 *
 * Knows the columns. What a line says does not depend on the lines before it; how fast it is read
 * does. No allocation.
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
	uint32_t len; /* of the whole line */
	bool has_cpu;
	bool has_task;
	uint32_t cpu;
	struct span name;     /* "f [module]"; empty when a close does not name what it closes */
	uint64_t time_ns;     /* VP_UNKNOWN without the column */
	uint64_t duration_ns; /* VP_UNKNOWN when blank */
	uint64_t count;
	uint32_t pid;
	uint32_t next_pid; /* FTRACE_SWITCH */
	struct span comm;
	struct span next_comm; /* FTRACE_SWITCH */
};

/* So many bytes after a line's '\n' must be readable, whatever they hold. */
#define FTRACE_PADDING 64

/* What stands in front of the duration on the line before; all zero at first. */
struct ftrace_prefix {
	char text[32];
	char mask[32];	     /* 0xff where the next line is expected to have the same */
	size_t len;	     /* 0: nothing to compare with */
	size_t micros;	     /* where the fraction of the time is; 0 without a time */
	uint64_t seconds_ns; /* the time without its fraction */
	uint32_t cpu;
};

/*
 * Reads the line at `text`, ended by a '\n' within `room` bytes, and returns its length
 * without that. Sets every field a line of its kind has: name, cpu, task and times of a call; both tasks of
 * a switch; count; name of a release.
 */
size_t ftrace_line(struct ftrace_line *line, struct ftrace_prefix *seen, const char *text,
		   size_t room);

#endif
