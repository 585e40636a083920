/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The .vprof file, as docs/file-format.md describes it: its constants and what its small messages
 * say. Knows neither how bytes reach a file nor what a report makes of them.
 *
 *   ┌────────┬──────┬───────┬──────┬──────┬─…─┬────────┬───────┬───────┬─────┐
 *   │ header │ meta │ queue │ runs │ mark │   │ totals │ close │ index │ end │
 *   └────────┴──────┴───────┴──────┴──────┴─…─┴────────┴───────┴───────┴─────┘
 *    24 bytes  blocks: a head of 40 bytes, then a zlib stream; each with CRCs and a number
 */
#ifndef SOURCE_RECFILE_H
#define SOURCE_RECFILE_H

#include "base/vec.h"

#include <stdbool.h>
#include <stdint.h>
#include <vhostprof/wire.h>

#define RECFILE_MAGIC	  "\x89VPROF\r\n"
#define RECFILE_MAGIC_LEN 8
#define RECFILE_MAJOR	  1
#define RECFILE_MINOR	  1

#define RECFILE_HEADER_BYTES 24
#define RECFILE_HEAD_BYTES   40
#define RECFILE_RAW_MAX	     (1u << 20)		       /* of a block before compression */
#define RECFILE_STORED_MAX   (RECFILE_RAW_MAX + 1024u) /* and after it */
#define RECFILE_RUNS_MAX     4096u		       /* runs in one block */
#define RECFILE_INDEX_MAX    4096u		       /* entries in one index block */
#define RECFILE_TEXT_MAX     4095u		       /* bytes in a text */
#define RECFILE_QUEUES_MAX   8192u		       /* a reader remembers */
#define RECFILE_NAMES_MAX    4096u		       /* of functions */
#define RECFILE_NODES_MAX    (1u << 18) /* of all trees of calls, a reader remembers */
#define RECFILE_ROWS_MAX     16384u	/* functions of all queues, a reader remembers */
#define RECFILE_EVENTS_MAX   65536u	/* in one block of events */
#define RECFILE_BATCHES_MAX  4096u	/* that those come in */

enum recfile_type {
	RECFILE_META = 1,
	RECFILE_QUEUE,
	RECFILE_RUNS,
	RECFILE_MARK,
	RECFILE_TOTALS,
	RECFILE_CLOSE,
	RECFILE_INDEX,
	RECFILE_END,
	RECFILE_NAMES,
	RECFILE_CALLS,
	RECFILE_EVENTS,
};

/* How one probe was attached. Strings are owned. */
struct recfile_probe {
	char *name;
	char *how; /* "fentry", …; "-" = not attached */
	char *symbol;
	char *why;    /* why not by the better way; "" = it is the best */
	char *module; /* the symbol is in; NULL = kernel proper or unknown */
};

/* What holds for the whole recording. Strings are owned; NULL = not known. */
struct recfile_meta {
	char *kernel;
	char *machine;
	char *clock;
	char *boot_id;
	char *level;
	char *version; /* of the program that wrote it */
	uint64_t churn_window_ns;
	VEC(struct recfile_probe) probes;
};

void recfile_meta_free(struct recfile_meta *meta);

/* Who the runs with this slot and generation belong to. Strings are owned; NULL = not known. */
struct recfile_queue {
	uint32_t slot;
	uint32_t generation;
	uint32_t dir; /* enum vp_dir */
	uint32_t vm_pid;
	uint32_t queue_pair; /* UINT32_MAX = not known */
	uint32_t worker_tid;
	char *vm_name;
	char *device;
	char *worker_comm;
};

void recfile_queue_free(struct recfile_queue *queue);

/* Where calls come from. */
enum recfile_kind {
	RECFILE_MEASURED = 0, /* each was measured */
	RECFILE_SAMPLED,      /* stacks of the worker: calls are samples, self time their period */
	RECFILE_KIND_NR,
};

struct calltree;
struct report_function;
struct symbols;

/* What was counted for the functions of one queue since the last time. Everything is borrowed. */
struct recfile_calls {
	uint32_t slot;
	uint32_t generation;
	enum recfile_kind kind;
	const struct calltree *trees[VP_CAUSE_NR]; /* NULL = nothing */
	const struct symbols *symbols;		   /* of the trees */
	const struct report_function *functions;
	size_t functions_len;
};

/* How far the recording has come. The first one is its start. */
struct recfile_mark {
	uint64_t time_ns;
	uint64_t records_lost; /* since the start, as the rest; see struct report_loss */
	uint64_t runs_broken;
	uint64_t probe_misses;
	uint64_t queues_unplaced;
	uint64_t calls_broken;
	uint64_t calls_too_deep;
	uint64_t calls_unplaced;
	uint64_t events_lost;
	uint64_t samples_lost;
};

#endif
