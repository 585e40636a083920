/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One run as it streams from a source to whoever wants runs one by one: whose it is, its record and,
 * where the source has them, the calls it was made of. Everything is borrowed for the time of the call.
 */
#ifndef MODEL_RUN_TRACE_H
#define MODEL_RUN_TRACE_H

#include "model/symbols.h"

#include <stdint.h>
#include <vhostprof/wire.h>

#define RUN_UNKNOWN UINT32_MAX /* a count of a run that the source does not have */

/* Whose run it is; the meaning of each field is that of struct report_queue. */
struct run_owner {
	uint32_t vm_pid;
	uint32_t worker_tid;
	uint32_t queue_pair;
	enum vp_dir dir;
	const char *vm_name;
	const char *device;
	const char *worker_comm;
};

/* Calls are in the order of their entries; the first is the handler, its depth is 0. */
struct traced_call {
	uint32_t symbol;
	uint32_t depth;
	uint64_t enter_ns; /* VP_UNKNOWN without absolute time */
	uint64_t total_ns;
	uint64_t self_ns;
};

struct run_trace {
	const struct run_owner *owner;
	/*
	 * What the source does not have is VP_UNKNOWN (times, bytes), RUN_UNKNOWN (chains, calls,
	 * coalesced) or VP_UNKNOWN_U16.
	 */
	const struct vp_run *run;
	/* Text measures it apart from the times of enter and leave, and more finely. */
	uint64_t service_ns;	  /* enter to leave: known without absolute time, too */
	const uint32_t *stage_ns; /* [VP_STAGE_NR]; NULL = not measured */
	const struct symbols *symbols;
	const struct traced_call *calls;
	uint32_t calls_len; /* 0 = calls were not traced, or are not whole */
};

struct run_sink {
	void *context;
	/* 0, or anything else to read no further. */
	int (*run)(void *context, const struct run_trace *trace);
};

#endif
