/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The attach ladder: for each row of probes.def fentry/fexit, then kprobe/kretprobe, then "not
 * available", decided by trying. Exits attach before entries. Knows nothing of queues or reports.
 */
#ifndef SOURCE_ATTACH_H
#define SOURCE_ATTACH_H

#include "base/err.h"
#include "model/probe.h"

#include <bpf/libbpf.h>
#include <stdint.h>
#include <vhostprof/wire.h>

enum rung { RUNG_FENTRY, RUNG_KPROBE, RUNG_NONE };

struct probe_state {
	enum rung rung;
	char symbol[64]; /* the function attached to; "" for RUNG_NONE */
	char why[200];	 /* why the rung above did not do; "" if the first one did */
	struct bpf_link *enter;
	struct bpf_link *leave;
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

/* Opens, prepares, loads and attaches. On failure everything is closed again. */
int attach_open(struct attachment *attachment, const struct attach_options *options,
		struct err *err);
void attach_close(struct attachment *attachment);

/* "fentry", "fentry+fexit", "kprobe", …, "-" as the row is attached. */
const char *attach_how(const struct attachment *attachment, enum probe_id id);

/* Probe hits the kernel skipped because a program was already running on that CPU; VP_UNKNOWN. */
uint64_t attach_misses(const struct attachment *attachment);

#endif
