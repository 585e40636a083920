// SPDX-License-Identifier: BSD-2-Clause
#include "source/attach_choose.h"

#include "base/cleanup.h"
#include "base/log.h"

#include <bpf/bpf.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#define ARGS_IN_REGISTERS 6

/* Both handlers call this in every run: who cannot find that call cannot find any. */
static const char always_called[] = "vhost_disable_notify";

static void check_code(struct facts *facts)
{
	const struct ksym *known = ksyms_find(&facts->ksyms, always_called);

	facts->code_error =
		known && known->address ? kcode_read(&facts->kcode, &facts->ksyms) : -ENODATA;
	if (!facts->code_error && !kcode_calls(&facts->kcode, known->address)) {
		kcode_free(&facts->kcode);
		facts->code_error = -ENOTSUP;
	}
}

void facts_gather(struct facts *facts, enum rung first_rung)
{
	static const char *const names[BTF_SOURCES] = {"vmlinux", "vhost", "vhost_net", "tun",
						       "tap"};

	*facts = (struct facts){.first_rung = first_rung, .code_error = -ENODATA};
	for (unsigned i = 0; i < BTF_SOURCES; i++)
		facts->btf[i] = (struct btf_source){.name = names[i], .fd = -1};
	facts->symbols_known = !ksyms_read(&facts->ksyms);
	if (facts->symbols_known)
		check_code(facts);
	else
		log_info("/proc/kallsyms shows no symbols: functions are tried by name");
	if (facts->code_error)
		log_info("whether a function is called cannot be told: %s",
			 strerror(-facts->code_error));
}

void facts_free(struct facts *facts)
{
	for (unsigned i = 0; i < BTF_SOURCES; i++) {
		kbtf_free(&facts->btf[i].btf);
		if (facts->btf[i].fd > 0)
			close(facts->btf[i].fd);
	}
	kcode_free(&facts->kcode);
	ksyms_free(&facts->ksyms);
}

/* The BTF object of a module; what is loaded in between only comes later in the list. */
static int open_btf_object(const char *module)
{
	__u32 id = 0;

	while (!bpf_btf_get_next_id(id, &id)) {
		char name[64] = "";
		struct bpf_btf_info info = {.name = (uintptr_t)name, .name_len = sizeof(name)};
		__u32 bytes = sizeof(info);
		int fd = bpf_btf_get_fd_by_id(id);

		if (fd < 0)
			continue;
		if (!bpf_obj_get_info_by_fd(fd, &info, &bytes) && info.kernel_btf &&
		    !strcmp(name, module))
			return fd;
		close(fd);
	}
	return -ENOENT;
}

static void look(struct facts *facts, struct btf_source *source)
{
	struct btf_source *base = &facts->btf[0];

	source->looked = true;
	if (source == base) {
		source->fd = 0;
		source->error = kbtf_read(&source->btf, source->name, NULL);
		return;
	}
	if (!base->looked)
		look(facts, base);
	source->error =
		base->error ? base->error : kbtf_read(&source->btf, source->name, &base->btf);
	if (!source->error)
		source->fd = open_btf_object(source->name);
	if (!source->error && source->fd < 0)
		source->error = source->fd;
}

/* `module`: "" = the kernel proper. */
static struct btf_source *btf_of(struct facts *facts, const char *module)
{
	const char *name = *module ? module : "vmlinux";

	for (unsigned i = 0; i < BTF_SOURCES; i++) {
		struct btf_source *source = &facts->btf[i];

		if (strcmp(source->name, name))
			continue;
		if (!source->looked)
			look(facts, source);
		return source;
	}
	return NULL;
}

/*
 * More arguments than registers pass: trampolines of x86 take those since 6.6 (commit 473e3150e30a).
 * The kernel says so only when something is attached, and then everything would have to be loaded
 * again; an empty program gets the same answer for less.
 */
static int try_trampoline(uint32_t btf_id, int btf_fd)
{
	static const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY,
		    .attach_btf_id = btf_id, .attach_btf_obj_fd = (__u32)btf_fd);
	cleanup_fd int program =
		bpf_prog_load(BPF_PROG_TYPE_TRACING, "try", "GPL", nothing, 2, &opts);
	cleanup_fd int link = -1;

	if (program < 0)
		return program;
	link = bpf_raw_tracepoint_open(NULL, program);
	return link < 0 ? -errno : 0;
}

static void say_why(struct probe_state *state, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
static void say_why(struct probe_state *state, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(state->why, sizeof(state->why), format, args);
	va_end(args);
}

/* Whether BTF leads to this function of this module; if not, the row says why. */
static bool aim(struct facts *facts, const char *symbol, const char *module,
		struct probe_state *state)
{
	struct btf_source *source = btf_of(facts, module);
	struct kbtf_function function;
	int error = source ? source->error : -ENOENT;

	if (error) {
		say_why(state, "this kernel has no BTF of %s", *module ? module : "itself");
		return false;
	}
	if (kbtf_find(&source->btf, symbol, &function)) {
		say_why(state, "the function is not in the kernel's BTF");
		return false;
	}
	if (function.nargs > ARGS_IN_REGISTERS) {
		error = try_trampoline(function.id, source->fd);
		if (error)
			say_why(state, "it has %u arguments, too many for fentry here (error %d)",
				function.nargs, -error);
	}
	state->btf_id = function.id;
	state->btf_fd = source->fd;
	return !error;
}

/* An exported function is there for whoever may come; one that is not is there because it is called. */
static bool is_unreached(const struct facts *facts, enum probe_id id, const struct ksym *ksym)
{
	return !facts->code_error && probes[id].hooks == HOOKS_SPAN && ksym->exported &&
	       ksym->address && !strncmp(ksym->module, "vhost", 5) &&
	       !kcode_calls(&facts->kcode, ksym->address);
}

/* Takes what the compiler made of this symbol; false: nothing, or nothing that is called. */
static bool take(struct facts *facts, enum probe_id id, const char *symbol,
		 struct probe_state *state)
{
	unsigned clones = ksyms_clones(&facts->ksyms, symbol, state->symbol, sizeof(state->symbol));
	const struct ksym *ksym;

	if (!clones)
		return false;
	ksym = ksyms_find(&facts->ksyms, state->symbol);
	if (ksym && is_unreached(facts, id, ksym)) {
		say_why(state, "nothing in vhost or vhost_net calls %s", symbol);
		state->symbol[0] = '\0';
		return false;
	}
	if (!ksym || strcmp(ksym->name, symbol)) {
		say_why(state, "the compiler left only clones of it");
		return true;
	}
	if (facts->first_rung == RUNG_FENTRY && aim(facts, symbol, ksym->module, state))
		state->rung = RUNG_FENTRY;
	return true;
}

static void choose_by_symbols(struct facts *facts, enum probe_id id, struct probe_state *state)
{
	char symbol[KSYM_LEN];

	for (unsigned i = 0; probe_symbol(&probes[id], i, symbol, sizeof(symbol)); i++)
		if (take(facts, id, symbol, state))
			return;
	if (!state->why[0])
		say_why(state,
			"no such function here: inlined, renamed, or its module is not loaded");
	state->rung = RUNG_NONE;
	state->absent = true;
}

/* Without symbols: what BTF has. Kprobes take whichever of the names the kernel knows. */
static void choose_by_btf(struct facts *facts, enum probe_id id, struct probe_state *state)
{
	char symbol[KSYM_LEN];

	for (unsigned i = 0; probe_symbol(&probes[id], i, symbol, sizeof(symbol)); i++)
		for (unsigned k = 0; k < BTF_SOURCES; k++) {
			if (!aim(facts, symbol, k ? facts->btf[k].name : "", state))
				continue;
			snprintf(state->symbol, sizeof(state->symbol), "%s", symbol);
			state->rung = RUNG_FENTRY;
			return;
		}
}

void choose_row(struct facts *facts, enum probe_id id, struct probe_state *state)
{
	state->rung = RUNG_KPROBE;
	state->why[0] = state->symbol[0] = '\0';
	if (facts->symbols_known)
		choose_by_symbols(facts, id, state);
	else if (facts->first_rung == RUNG_FENTRY)
		choose_by_btf(facts, id, state);
	if (state->rung == RUNG_FENTRY)
		state->why[0] = '\0';
}
