// SPDX-License-Identifier: BSD-2-Clause
#include "source/attach.h"

#include "base/log.h"
#include "source/attach_choose.h"
#include "source/bpflog.h"
#include "vhostprof.skel.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

/* With -v: what the user waits for before anything is recorded. */
static void log_took(const char *what, uint64_t *since_ns)
{
	uint64_t end_ns = now_ns();

	log_info("%s took %llu ms", what, (unsigned long long)(end_ns - *since_ns) / 1000000);
	*since_ns = end_ns;
}

/* The program of one row, rung and side; NULL if the row has no hook there. */
static struct bpf_program *program_of(struct vhostprof_bpf *bpf, enum probe_id id, enum rung rung,
				      const char *side)
{
	char name[64];

	snprintf(name, sizeof(name), "%c_%s_%s", rung == RUNG_FENTRY ? 'f' : 'k', side,
		 probes[id].name);
	return bpf_object__find_program_by_name(bpf->obj, name);
}

/* The row a program belongs to, PROBE_NONE for one that is of no row. */
static enum probe_id row_of(const char *program)
{
	enum probe_id id;

	if (!*program || (strncmp(program + 1, "_enter_", 7) && strncmp(program + 1, "_leave_", 7)))
		return PROBE_NONE;
	for (id = 0; id < PROBE_NR; id++)
		if (!strcmp(program + 8, probes[id].name))
			return id;
	return PROBE_NONE;
}

static void step_down(struct probe_state *state, enum probe_id id, const char *reason)
{
	snprintf(state->why, sizeof(state->why), "%s", reason);
	state->rung++;
	if (state->rung == RUNG_NONE)
		state->symbol[0] = '\0';
	log_info("probe %s: %s: %s", probes[id].name,
		 state->rung == RUNG_KPROBE ? "no fentry" : "not available", state->why);
}

/* Whose trampolines are being loaded: a handler's cookie belongs to all objects. */
static const struct attachment *loading;

/* Called by libbpf for each trampoline program: its function is known, nothing has to be looked up. */
static int aim_trampoline(struct bpf_program *program, struct bpf_prog_load_opts *opts, long cookie)
{
	enum probe_id id = row_of(bpf_program__name(program));

	(void)cookie;
	if (id == PROBE_NONE)
		return -ENOENT;
	opts->attach_btf_id = loading->probes[id].btf_id;
	opts->attach_btf_obj_fd = (__u32)loading->probes[id].btf_fd;
	return 0;
}

/* Once and for good: libbpf 1.1 uses memory it has freed after the last handler is unregistered. */
static int install_handlers(void)
{
	LIBBPF_OPTS(libbpf_prog_handler_opts, opts, .prog_prepare_load_fn = aim_trampoline);
	static bool installed;
	int error;

	if (installed)
		return 0;
	error = libbpf_register_prog_handler("fentry", BPF_PROG_TYPE_TRACING, BPF_TRACE_FENTRY,
					     &opts);
	if (error > 0)
		error = libbpf_register_prog_handler("fexit", BPF_PROG_TYPE_TRACING,
						     BPF_TRACE_FEXIT, &opts);
	installed = error > 0;
	return installed ? 0 : error;
}

static void set_autoload(struct bpf_program *program, bool on)
{
	if (program)
		bpf_program__set_autoload(program, on);
}

/* A kretprobe is not shown the arguments: where the leave hook looks at them, an entry probe keeps them. */
static bool has_enter(enum probe_id id, enum rung rung, enum vp_level level)
{
	if (probes[id].hooks == HOOKS_LEAVE_VQ && level < VP_LEVEL_STAGES)
		return rung == RUNG_KPROBE;
	return probe_enters(&probes[id], level);
}

static void choose_sides(struct vhostprof_bpf *bpf, enum probe_id id, enum rung rung,
			 enum vp_level level, bool on)
{
	set_autoload(program_of(bpf, id, rung, "enter"), on && has_enter(id, rung, level));
	set_autoload(program_of(bpf, id, rung, "leave"), on && probe_leaves(&probes[id], level));
}

static void choose_programs(struct attachment *attachment, enum vp_level level)
{
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++) {
		enum rung rung = attachment->probes[id].rung;

		choose_sides(attachment->bpf, id, RUNG_FENTRY, level, rung == RUNG_FENTRY);
		choose_sides(attachment->bpf, id, RUNG_KPROBE, level, rung == RUNG_KPROBE);
	}
}

/* 1: a row stepped down, try again. */
static int load(struct attachment *attachment, struct err *err)
{
	enum probe_id row;
	int error;

	bpflog_clear();
	loading = attachment;
	error = vhostprof_bpf__load(attachment->bpf);
	loading = NULL;
	if (!error)
		return 0;
	row = row_of(bpflog_refused_program());
	if (error != -EPERM && row != PROBE_NONE && attachment->probes[row].rung != RUNG_NONE) {
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

/* Where the kernel's symbols could not be read, the first name that takes the probe is the row's. */
static struct bpf_link *attach_first_symbol(struct bpf_program *program, enum probe_id id,
					    struct probe_state *state, bool leave)
{
	struct bpf_link *link;
	unsigned i;

	for (i = 0; probe_symbol(&probes[id], i, state->symbol, sizeof(state->symbol)); i++) {
		link = attach_kprobe(program, state->symbol, leave);
		if (link)
			return link;
	}
	return NULL;
}

bool attach_next_function(const char **list, char *name, size_t size)
{
	size_t len = strcspn(*list, " ");

	if (!len || len >= size)
		return false;
	memcpy(name, *list, len);
	name[len] = '\0';
	*list += len + ((*list)[len] == ' ');
	return true;
}

/* One link for each clone; the first that fails is the row's failure. */
static bool attach_clones(struct bpf_program *program, const struct probe_state *state, bool leave,
			  struct bpf_link **links)
{
	const char *list = state->symbol;
	char name[KSYM_LEN];

	for (unsigned i = 0; attach_next_function(&list, name, sizeof(name)); i++) {
		if (i == PROBE_CLONES_MAX)
			return false;
		links[i] = attach_kprobe(program, name, leave);
		if (!links[i])
			return false;
	}
	return true;
}

static bool attach_links(struct bpf_program *program, enum probe_id id, struct probe_state *state,
			 bool leave)
{
	struct bpf_link **links = leave ? state->leave : state->enter;

	if (state->rung == RUNG_FENTRY)
		links[0] = bpf_program__attach_trace(program);
	else if (state->symbol[0])
		return attach_clones(program, state, leave, links);
	else
		links[0] = attach_first_symbol(program, id, state, leave);
	return links[0];
}

/* 0, or 1 when the row had to step down. */
static int attach_side(struct attachment *attachment, enum probe_id id, bool leave)
{
	struct probe_state *state = &attachment->probes[id];
	struct bpf_program *program;
	char reason[64];

	if (state->rung == RUNG_NONE)
		return 0;
	program = program_of(attachment->bpf, id, state->rung, leave ? "leave" : "enter");
	if (!program || !bpf_program__autoload(program))
		return 0;
	if (attach_links(program, id, state, leave))
		return 0;
	snprintf(reason, sizeof(reason), "attaching failed: %s", strerror(errno));
	step_down(state, id, reason);
	return 1;
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

static void destroy_links(struct bpf_link *links[PROBE_CLONES_MAX])
{
	for (unsigned i = 0; i < PROBE_CLONES_MAX; i++) {
		bpf_link__destroy(links[i]);
		links[i] = NULL;
	}
}

void attach_shed(struct attachment *attachment, enum vp_level level)
{
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++) {
		struct probe_state *state = &attachment->probes[id];

		if (!has_enter(id, state->rung, level))
			destroy_links(state->enter);
		if (!probe_leaves(&probes[id], level))
			destroy_links(state->leave);
	}
}

void attach_close(struct attachment *attachment)
{
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++) {
		destroy_links(attachment->probes[id].enter);
		destroy_links(attachment->probes[id].leave);
	}
	vhostprof_bpf__destroy(attachment->bpf);
	attachment->bpf = NULL;
}

/* One attempt with the rungs as they stand: 0, 1 = a row stepped down, or -errno. */
static int attempt(struct attachment *attachment, const struct attach_options *options,
		   struct err *err)
{
	uint64_t start_ns = now_ns();
	int error = install_handlers();

	if (!error) {
		attachment->bpf = vhostprof_bpf__open();
		error = attachment->bpf ? 0 : -errno;
	}
	if (error)
		return err_set(err, -error, EXIT_FAILED, "cannot open the BPF object: %s",
			       strerror(-error));
	error = options->prepare(attachment->bpf, options->context);
	if (error)
		return err_set(err, -error, EXIT_FAILED, "cannot set up the BPF object: %s",
			       strerror(-error));
	choose_programs(attachment, options->level);
	error = missing_required(attachment, err);
	if (!error)
		error = load(attachment, err);
	log_took("loading", &start_ns);
	if (error)
		return error;
	error = attach_all(attachment);
	log_took("attaching", &start_ns);
	return error;
}

static void start_rows(struct attachment *attachment, struct facts *facts,
		       const struct attach_options *options)
{
	enum probe_id id;

	memset(attachment, 0, sizeof(*attachment));
	for (id = 0; id < PROBE_NR; id++) {
		struct probe_state *state = &attachment->probes[id];

		state->rung = RUNG_NONE;
		if (options->without[id])
			snprintf(state->why, sizeof(state->why), "left out with --without");
		else if (probes[id].level <= options->level)
			choose_row(facts, id, state);
	}
}

int attach_open(struct attachment *attachment, const struct attach_options *options,
		struct err *err)
{
	uint64_t start_ns = now_ns();
	struct facts facts;
	int error;

	bpflog_install();
	facts_gather(&facts, options->first_rung);
	start_rows(attachment, &facts, options);
	log_took("looking up functions", &start_ns);
	do { /* ends: every round but the last has taken a row down a rung */
		error = attempt(attachment, options, err);
		if (error)
			attach_close(attachment);
	} while (error > 0);
	facts_free(&facts);
	return error;
}

const char *attach_how(const struct attachment *attachment, enum probe_id id)
{
	const struct probe_state *state = &attachment->probes[id];

	if (!state->enter[0] && !state->leave[0])
		return "-";
	if (state->rung == RUNG_FENTRY)
		return !state->leave[0] ? "fentry" : state->enter[0] ? "fentry+fexit" : "fexit";
	return !state->leave[0] ? "kprobe" : state->enter[0] ? "kprobe+kretprobe" : "kretprobe";
}

bool attach_is_missing(const struct attachment *attachment, enum probe_id id)
{
	const struct probe_state *state = &attachment->probes[id];

	return state->rung == RUNG_NONE && !(state->absent && probes[id].hooks == HOOKS_SPAN);
}

enum probe_id attach_carrier(const struct attachment *attachment, enum probe_id id)
{
	do
		id = probes[id].carrier;
	while (id != PROBE_NONE && attachment->probes[id].rung == RUNG_NONE);
	return id;
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
		if (bytes < offsetof(struct bpf_prog_info, recursion_misses) +
				    sizeof(info.recursion_misses))
			return VP_UNKNOWN; /* before 5.12 (commit 9ed9e9ba2337) nobody counted */
		misses += info.recursion_misses;
	}
	return misses;
}
