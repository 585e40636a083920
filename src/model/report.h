/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What was found, ready to be shown: every source ends in one of these, every renderer starts from
 * one. Times are ns. A number that could not be measured is VP_UNKNOWN (UINT64_MAX), never 0.
 * Filled by one builder, read-only afterwards. Owns all its strings.
 */
#ifndef MODEL_REPORT_H
#define MODEL_REPORT_H

#include "base/vec.h"
#include "model/blocks.h"
#include "model/calltree.h"
#include "model/symbols.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/wire.h>

struct report_source {
	char *kind;    /* "live", "recording" or "function_graph" */
	char *path;    /* file read, NULL when live */
	char *kernel;  /* release measured on, NULL if unknown */
	char *level;   /* "runs", "stages", "trace"; NULL for function_graph */
	char *machine; /* "x86_64"; NULL if unknown */
	uint64_t
		start_ns; /* CLOCK_MONOTONIC at the window's start; VP_UNKNOWN without absolute time */
	uint64_t duration_ns; /* of the window; VP_UNKNOWN likewise */
};

struct report_loss {
	uint64_t
		records_lost; /* records the kernel could not store; counters are exact all the same */
	uint64_t runs_broken; /* runs discarded because a piece is missing, window edges included */
	uint64_t lines_unparsed; /* text sources only, else 0 */
	uint64_t probe_misses;	 /* probe hits the kernel skipped; VP_UNKNOWN if it does not tell */
	uint64_t queues_unplaced;   /* queues there was no room for */
	uint64_t calls_broken;	    /* calls discarded because their entry or end is missing */
	uint64_t calls_too_deep;    /* not measured: too many others around them */
	uint64_t calls_unplaced;    /* not in the trees of calls: no room */
	uint64_t events_lost;	    /* entries and ends the kernel could not store */
	uint64_t samples_lost;	    /* stacks likewise */
	VEC(char *) probes_missing; /* names of probes that could not attach */
};

/* What measuring took: time in the probes' BPF programs, looked at now and then. */
struct report_cost {
	uint64_t window_ns; /* looked at for so long; 0 = not measured */
	uint64_t probes_ns; /* of it in the programs, wherever they ran */
	uint64_t worker_ns; /* of it the workers were on a CPU, the programs' share included */
	uint64_t hits;	    /* programs run */
};

struct report_function {
	char *name;
	char *module; /* NULL = kernel proper or unknown */
	uint64_t calls;
	uint64_t total_ns;
	uint64_t self_ns;
	uint8_t stage; /* enum vp_stage; VP_STAGE_NONE: of none */
	/* The same without what tracing added; VP_UNKNOWN unless the report has a correction. */
	uint64_t corrected_total_ns;
	uint64_t corrected_self_ns;
	struct vp_hist time;	   /* total time per call */
	struct blocks_pair blocks; /* calls block by block; NULL unless asked for */
};
typedef VEC(struct report_function) report_functions;

/* Where the worker of a queue ran and what it waited for, from /proc; VP_UNKNOWN where not looked at. */
struct report_sched {
	uint64_t run_ns;     /* on a CPU in the window */
	uint64_t wait_ns;    /* runnable but not running */
	uint64_t slices;     /* times it was given a CPU */
	uint64_t samples;    /* looks at which CPU it and the vCPUs of its VM were last on */
	uint64_t shared_cpu; /* of these, with a vCPU on the worker's CPU */
	uint64_t cpu;	     /* where the worker was seen most often */
};

/* The queue's name as people say it: "tx0" = direction and queue pair. */
struct report_queue {
	uint32_t vm_pid;     /* owner; 0 if unknown */
	char *vm_name;	     /* QEMU's -name guest=; else the owner's comm; NULL if unknown */
	char *device;	     /* tap or macvtap interface; NULL if unknown */
	uint32_t worker_tid; /* 0 if unknown */
	char *worker_comm;   /* NULL if unknown */
	enum vp_dir dir;
	uint32_t queue_pair; /* VP_NO_PAIR if unknown */

	uint64_t runs;
	uint64_t causes[VP_CAUSE_NR];
	uint64_t ends[VP_END_NR];
	uint64_t chains;
	uint64_t bytes;
	uint64_t doorbells;
	uint64_t coalesced; /* wakeups that found the work queued already */
	uint64_t calls;
	uint64_t rearms;
	uint64_t races; /* re-arms that found the ring refilled */
	uint64_t requeues;
	uint64_t requeue_reasons[VP_REQUEUE_NR];

	/* The kick eventfd's own counter over the window lies between these; VP_UNKNOWN = not known. */
	uint64_t eventfd_min;
	uint64_t eventfd_max;

	uint64_t churn_window_ns;
	uint64_t churn_runs; /* VP_UNKNOWN without absolute time */

	struct vp_hist wake; /* count 0 = none measured */
	struct vp_hist service;
	struct vp_hist gap;
	struct vp_hist batch; /* chains per run */

	struct blocks_pair blocks; /* the same block by block; NULL unless asked for */

	/* Where functions were measured; the report's own list is the sum over all queues. */
	report_functions functions; /* sorted by self time, largest first */
	/* By enum vp_cause of the run; NULL = nothing. Symbols are the report's. */
	struct calltree *trees[VP_CAUSE_NR];
	/* The worker's sampled stacks likewise: calls are samples, self time their period. */
	struct calltree *samples[VP_CAUSE_NR];

	/* What only a live profile knows: */
	uint64_t features; /* acked virtio feature bits; VP_UNKNOWN */
	uint64_t poll_us;  /* the busy loop's timeout, in its own units of 1.024 us; VP_UNKNOWN */
	struct report_sched sched;
};

#define VP_NO_PAIR UINT32_MAX

/* What tracing added to the times of functions, estimated from the trace itself. */
struct report_correction {
	bool asked;	    /* false: the corrected times mean nothing */
	double child_ns;    /* added to a caller by each traced child; negative = not to be told */
	double error_ns;    /* one standard error */
	unsigned functions; /* that agree on it */
	uint64_t calls;	    /* of those */
};

struct report {
	struct report_source source;
	struct report_loss loss;
	struct report_cost cost;
	struct report_correction correction;
	struct symbols symbols;		 /* of the trees of calls */
	VEC(struct report_queue) queues; /* sorted: VM, device, pair, rx before tx */
	report_functions functions;	 /* sorted by self time, largest first */
	VEC(char *) notes; /* one line each: what a reader must know about these numbers */
};

struct report *report_new(void);	 /* NULL when out of memory */
void report_free(struct report *report); /* NULL is fine */

/* Copies `text` (NULL stays NULL) into *slot, freeing what was there. 0 or -ENOMEM. */
int report_string(char **slot, const char *text);
int report_note(struct report *report, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int report_probe_missing(struct report *report, const char *name);
/*
 * A new queue whose bytes, eventfd counts, churn and pair read as unknown until they are filled in;
 * NULL when out of memory. Adding another one moves it.
 */
struct report_queue *report_add_queue(struct report *report);

/*
 * Self time of each stage over the queue's runs, from its trees; false where functions were not measured.
 * A function of no stage counts for its caller's.
 */
bool report_stages(const struct report *report, const struct report_queue *queue,
		   uint64_t self_ns[VP_STAGE_NR]);

/* Orders queues and functions as documented above. */
void report_sort(struct report *report);

/* "tx0"; "tx?" when the pair is unknown. Returns `out`. */
char *report_queue_name(char out[16], const struct report_queue *queue);

/*
 * Copies every counter and histogram of one queue; `churn_window_ns` is what they were counted with.
 * Bytes and eventfd counts are not among the counters and stay as they are.
 */
void report_queue_counters(struct report_queue *queue, const struct vp_counters *counters,
			   uint64_t churn_window_ns);

#endif
