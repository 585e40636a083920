// SPDX-License-Identifier: BSD-2-Clause
#include "source/attach.h"

#include "base/log.h"
#include "source/bpflog.h"
#include "vhostprof.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The program of one row, rung and side; NULL if the row has no hook there. */
static struct bpf_program *program_of(struct vhostprof_bpf *bpf, enum probe_id id, enum rung rung,
				      const char *side)
{
	char name[64];

	snprintf(name, sizeof(name), "%c_%s_%s", rung == RUNG_FENTRY ? 'f' : 'k', side,
		 probes[id].name);
	return bpf_object__find_program_by_name(bpf->obj, name);
}

static void step_down(struct probe_state *state, enum probe_id id, const char *reason)
{
	snprintf(state->why, sizeof(state->why), "%s", reason);
	state->symbol[0] = '\0';
	state->rung++;
	log_info("probe %s: %s: %s", probes[id].name,
		 state->rung == RUNG_KPROBE ? "no fentry" : "not available", state->why);
}

/* Points the row's trampoline programs at the first of its symbols that the kernel's BTF has. */
static int aim_trampoline(struct vhostprof_bpf *bpf, enum probe_id id, struct probe_state *state)
{
	struct bpf_program *enter = program_of(bpf, id, RUNG_FENTRY, "enter");
	struct bpf_program *leave = program_of(bpf, id, RUNG_FENTRY, "leave");
	unsigned i;

	for (i = 0; probe_symbol(&probes[id], i, state->symbol, sizeof(state->symbol)); i++)
		if ((!enter || !bpf_program__set_attach_target(enter, 0, state->symbol)) &&
		    (!leave || !bpf_program__set_attach_target(leave, 0, state->symbol)))
			return 0;
	return -ENOENT;
}

static void set_autoload(struct vhostprof_bpf *bpf, enum probe_id id, enum rung rung, bool on)
{
	struct bpf_program *enter = program_of(bpf, id, rung, "enter");
	struct bpf_program *leave = program_of(bpf, id, rung, "leave");

	if (enter)
		bpf_program__set_autoload(enter, on);
	if (leave)
		bpf_program__set_autoload(leave, on);
}

static void choose_programs(struct attachment *attachment, enum vp_level level)
{
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++) {
		struct probe_state *state = &attachment->probes[id];

		if (probes[id].level > level)
			state->rung = RUNG_NONE;
		if (state->rung == RUNG_FENTRY && aim_trampoline(attachment->bpf, id, state))
			step_down(state, id, "the function is not in the kernel's BTF");
		set_autoload(attachment->bpf, id, RUNG_FENTRY, state->rung == RUNG_FENTRY);
		set_autoload(attachment->bpf, id, RUNG_KPROBE, state->rung == RUNG_KPROBE);
	}
}

/* The row whose program libbpf named, PROBE_NR if it named none of ours. */
static enum probe_id refused_row(const struct attachment *attachment)
{
	const char *name = bpflog_refused_program();
	enum probe_id id;

	if (strncmp(name + 1, "_enter_", 7) && strncmp(name + 1, "_leave_", 7))
		return PROBE_NR;
	for (id = 0; id < PROBE_NR; id++)
		if (!strcmp(name + 8, probes[id].name) && attachment->probes[id].rung != RUNG_NONE)
			return id;
	return PROBE_NR;
}

/* 1: a row stepped down, try again. */
static int load(struct attachment *attachment, struct err *err)
{
	enum probe_id row;
	int error;

	bpflog_clear();
	error = vhostprof_bpf__load(attachment->bpf);
	if (!error)
		return 0;
	row = refused_row(attachment);
	if (error != -EPERM && row != PROBE_NR) {
		step_down(&attachment->probes[row], row, bpflog_last());
		return 1;
	}
	if (error == -EPERM)
		return err_set(err, EPERM, EXIT_RIGHTS,
			       "the kernel refuses to load BPF programs (%s): run as root outside "
			       "containers and lockdown, or give CAP_SYS_ADMIN",
			       strerror(EPERM));
	return err_set(err, -error, EXIT_UNSUPPORTED,
		       "the kernel refuses the BPF programs: %s (%s)",
		       *bpflog_last() ? bpflog_last() : "no reason given", strerror(-error));
}

static struct bpf_link *attach_kprobe(struct bpf_program *program, const char *symbol, bool leave)
{
	LIBBPF_OPTS(bpf_kprobe_opts, opts, .retprobe = leave);

	return bpf_program__attach_kprobe_opts(program, symbol, &opts);
}

/* A kprobe names its function only now: the first symbol that takes it is the row's. */
static struct bpf_link *attach_first_symbol(struct bpf_program *program, enum probe_id id,
					    struct probe_state *state, bool leave)
{
	struct bpf_link *link;
	unsigned i;

	if (state->symbol[0])
		return attach_kprobe(program, state->symbol, leave);
	for (i = 0; probe_symbol(&probes[id], i, state->symbol, sizeof(state->symbol)); i++) {
		link = attach_kprobe(program, state->symbol, leave);
		if (link)
			return link;
	}
	return NULL;
}

/* 0, or 1 when the row had to step down. */
static int attach_side(struct attachment *attachment, enum probe_id id, bool leave)
{
	struct probe_state *state = &attachment->probes[id];
	struct bpf_program *program;
	struct bpf_link *link;
	char reason[64];

	if (state->rung == RUNG_NONE)
		return 0;
	program = program_of(attachment->bpf, id, state->rung, leave ? "leave" : "enter");
	if (!program)
		return 0;
	link = state->rung == RUNG_FENTRY ? bpf_program__attach_trace(program)
					  : attach_first_symbol(program, id, state, leave);
	if (!link) {
		snprintf(reason, sizeof(reason), "attaching failed: %s", strerror(errno));
		step_down(state, id, reason);
		return 1;
	}
	*(leave ? &state->leave : &state->enter) = link;
	return 0;
}

static int attach_all(struct attachment *attachment)
{
	int again = 0;
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++)
		again |= attach_side(attachment, id, true);
	for (id = 0; id < PROBE_NR; id++)
		again |= attach_side(attachment, id, false);
	return again;
}

static int missing_required(const struct attachment *attachment, struct err *err)
{
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++)
		if (probes[id].required && attachment->probes[id].rung == RUNG_NONE)
			return err_set(err, ENOTSUP, EXIT_UNSUPPORTED,
				       "probe %s cannot attach (%s): without it there are no %s",
				       probes[id].name, attachment->probes[id].why,
				       probes[id].meaning);
	return 0;
}

void attach_close(struct attachment *attachment)
{
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++) {
		struct probe_state *state = &attachment->probes[id];

		bpf_link__destroy(state->enter);
		bpf_link__destroy(state->leave);
		state->enter = state->leave = NULL;
	}
	vhostprof_bpf__destroy(attachment->bpf);
	attachment->bpf = NULL;
}

/* One attempt with the rungs as they stand: 0, 1 = a row stepped down, or -errno. */
static int attempt(struct attachment *attachment, const struct attach_options *options,
		   struct err *err)
{
	int error;

	attachment->bpf = vhostprof_bpf__open();
	if (!attachment->bpf)
		return err_set(err, errno, EXIT_FAILED, "cannot open the BPF object: %s",
			       strerror(errno));
	error = options->prepare(attachment->bpf, options->context);
	if (error)
		return err_set(err, -error, EXIT_FAILED, "cannot set up the BPF object: %s",
			       strerror(-error));
	choose_programs(attachment, options->level);
	error = missing_required(attachment, err);
	if (!error)
		error = load(attachment, err);
	if (!error)
		error = attach_all(attachment);
	return error;
}

static void start_rows(struct attachment *attachment, const struct attach_options *options)
{
	enum probe_id id;

	memset(attachment, 0, sizeof(*attachment));
	for (id = 0; id < PROBE_NR; id++) {
		struct probe_state *state = &attachment->probes[id];

		state->rung = options->without[id] ? RUNG_NONE : options->first_rung;
		if (options->without[id])
			snprintf(state->why, sizeof(state->why), "left out with --without");
	}
}

int attach_open(struct attachment *attachment, const struct attach_options *options,
		struct err *err)
{
	int error;

	start_rows(attachment, options);
	bpflog_install();
	do { /* ends: every round but the last has taken a row down a rung */
		error = attempt(attachment, options, err);
		if (error)
			attach_close(attachment);
	} while (error > 0);
	return error;
}

const char *attach_how(const struct attachment *attachment, enum probe_id id)
{
	const struct probe_state *state = &attachment->probes[id];

	if (state->rung == RUNG_NONE)
		return "-";
	if (state->rung == RUNG_FENTRY)
		return !state->leave ? "fentry" : state->enter ? "fentry+fexit" : "fexit";
	return !state->leave ? "kprobe" : state->enter ? "kprobe+kretprobe" : "kretprobe";
}

uint64_t attach_misses(const struct attachment *attachment)
{
	struct bpf_program *program;
	uint64_t misses = 0;

	bpf_object__for_each_program(program, attachment->bpf->obj)
	{
		struct bpf_prog_info info = {};
		__u32 bytes = sizeof(info);

		if (!bpf_program__autoload(program))
			continue;
		if (bpf_obj_get_info_by_fd(bpf_program__fd(program), &info, &bytes))
			return VP_UNKNOWN;
		misses += info.recursion_misses; /* 5.12, commit 9ed9e9ba2337 */
	}
	return misses;
}
