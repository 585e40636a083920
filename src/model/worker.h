/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The queues a trace tells apart: one for each worker and direction, with its counters. Bounded:
 * runs of queues beyond WORKER_QUEUES_MAX are not counted, and the queues are.
 */
#ifndef MODEL_WORKER_H
#define MODEL_WORKER_H

#include "model/counters.h"
#include "model/reconstruct.h"
#include "model/report.h"
#include "model/run_trace.h"

#define WORKER_QUEUES_MAX 256	/* 33 KiB each, nearly all of it histograms */
#define WORKER_ROWS_MAX	  8192u /* functions of single queues, 8 KiB each */

struct worker_queue {
	uint64_t worker; /* task key */
	enum vp_dir dir;
	char comm[VP_COMM_LEN];
	bool chains_unsure;
	bool timed;    /* at least one run had absolute times */
	bool requeued; /* the run before put its work back */
	bool previous_timed;
	struct counters_previous previous;
	struct vp_counters counters;
	struct blocks_pair blocks;	     /* empty unless asked for */
	struct calltree *trees[VP_CAUSE_NR]; /* see worker_trace.h */
};

struct workers {
	uint64_t churn_window_ns;
	uint64_t unplaced;
	bool in_blocks;		     /* also keep what was counted block by block */
	struct blocks_place place;   /* of the run that is added next */
	int error;		     /* -ENOMEM, or what the sink returned */
	struct functions *functions; /* the calls of runs are made of */
	struct symbols symbols;	     /* the report's */
	uint32_t rows_left;	     /* room for functions of single queues */
	uint32_t unlisted;	     /* queues whose functions found none */
	uint64_t calls_unplaced;     /* not in the trees */
	const struct run_sink *sink; /* gets every run; NULL = nobody wants them */
	VEC(struct worker_queue *) queues;
};

void workers_free(struct workers *workers);

/* `traced` is what the trace has shown up to now. */
void workers_add_run(struct workers *workers, const struct done_run *run,
		     const struct runs_traced *traced);
/* The next run of this queue has no known neighbour before it. */
void workers_broken(struct workers *workers, uint64_t worker, enum vp_dir dir);
void workers_lost(struct workers *workers);
void workers_named(struct workers *workers, uint64_t nameless, uint64_t worker, const char *comm);

/* The owner's pid in the name of its worker; 0 when it cannot be told. */
uint32_t worker_owner(const char *comm);

/*
 * Adds every queue to the report, and gives it their blocks, trees and symbols. What the traced functions do not prove is
 * VP_UNKNOWN.
 */
int workers_report(struct workers *workers, const struct runs_traced *traced,
		   struct report *report);

#endif
