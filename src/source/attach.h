/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attach ladder: for each row of probes.def fentry/fexit, then kprobe/kretprobe, then "not
 * available", decided by trying. All clones of a function attach, under one name; a function that
 * nothing calls does not. Exits attach before entries. Knows nothing of queues or reports.
 */
#ifndef SOURCE_ATTACH_H
#define SOURCE_ATTACH_H

#include "base/err.h"
#include "model/probe.h"

#include <bpf/libbpf.h>
#include <stdint.h>
#include <vhostprof/wire.h>

enum rung { RUNG_FENTRY, RUNG_KPROBE, RUNG_NONE };

#define PROBE_CLONES_MAX 4

struct probe_state {
	enum rung rung;
	char symbol[128]; /* the functions attached to, with a space between; "" for RUNG_NONE */
	char why[200];	  /* why the rung above did not do; "" if the first one did */
	uint32_t btf_id;  /* RUNG_FENTRY: the function */
	bool absent;	  /* there is no such function here, or nothing calls it */
	int btf_fd;	  /* the BTF it is in: a module's object, 0 for the kernel proper's */
	struct bpf_link *enter[PROBE_CLONES_MAX];
	struct bpf_link *leave[PROBE_CLONES_MAX];
};

struct vhostprof_bpf;

struct attachment {
	struct vhostprof_bpf *bpf;
	struct probe_state probes[PROBE_NR];
};

/* Sets sizes and knobs of the freshly opened object, before it is loaded; 0 or -errno. */
typedef int (*attach_prepare_fn)(struct vhostprof_bpf *bpf, void *context);

struct attach_options {
	enum vp_level level;
	enum rung first_rung;	   /* where every row starts */
	bool without[PROBE_NR];	   /* rows the user does not want */
	attach_prepare_fn prepare; /* called once for every attempt */
	void *context;
};

/*
 * Opens, prepares, loads and attaches. On failure everything is closed again. The attachment must not
 * move, and there is one at a time.
 */
int attach_open(struct attachment *attachment, const struct attach_options *options,
		struct err *err);
void attach_close(struct attachment *attachment);

/* Takes off the probes that this level, lower than the one attached for, does not need. */
void attach_shed(struct attachment *attachment, enum vp_level level);

/* "fentry", "fentry+fexit", "kprobe", …, "-" as the row is attached. */
const char *attach_how(const struct attachment *attachment, enum probe_id id);

/*
 * Whether the report lacks something because this row is not attached. A function that does not exist, or
 * that nothing calls, takes no time: what it does elsewhere is in its carrier's.
 */
bool attach_is_missing(const struct attachment *attachment, enum probe_id id);

/* Takes the next name off a row's list of functions (probe_state.symbol); false behind the last. */
bool attach_next_function(const char **list, char *name, size_t size);

/* The attached row whose time holds this one's, which is not attached; PROBE_NONE if there is none. */
enum probe_id attach_carrier(const struct attachment *attachment, enum probe_id id);

/* Probe hits the kernel skipped because a program was already running on that CPU; VP_UNKNOWN. */
uint64_t attach_misses(const struct attachment *attachment);

#endif
