// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/target.h"
#include "cmd/usage.h"

#include <errno.h>
#include <string.h>

enum {
	KEY_VM = 0x200,
	KEY_QUEUE,
	KEY_CHURN_WINDOW,
	KEY_ATTACH,
	KEY_WITHOUT,
	KEY_MAX_DEVICES,
	KEY_BUFFER,
	KEY_LEVEL,
	KEY_MAX_OVERHEAD,
	KEY_SAMPLE
};

static const struct argp_option queue_options[] = {
	{"queue", KEY_QUEUE, "QUEUE", 0, "only tx0, rx1, …, or all of tx or rx", 1},
	{"churn-window", KEY_CHURN_WINDOW, "US", 0,
	 "a kick this soon after a re-arm is churn (default 50 us)", 4},
	{0},
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "What to profile (default: every vhost-net queue):", 1},
	{"pid", 'p', "PID", 0, "a vhost worker, or the process that owns it (QEMU); repeatable", 1},
	{"vm", KEY_VM, "NAME", 0, "the VM QEMU was given this -name; repeatable", 1},
	{NULL, 0, NULL, 0, "How to measure:", 4},
	{"level", KEY_LEVEL, "LEVEL", 0,
	 "runs (default); stages: also the time in each function of a run; trace: also every call "
	 "of them",
	 4},
	{"max-overhead", KEY_MAX_OVERHEAD, "PCT", 0,
	 "step down a level whenever the probes take more of the workers' time than PCT per cent",
	 4},
	{"sample", KEY_SAMPLE, "HZ", 0,
	 "also take the kernel stack of each worker so many times per second on a CPU (99, say)",
	 4},
	{"attach", KEY_ATTACH, "HOW", 0, "auto (default): fentry where possible; or kprobe", 4},
	{"without", KEY_WITHOUT, "PROBE", 0,
	 "leave a probe of `vhostprof list --probes` out; repeatable", 4},
	{"buffer", KEY_BUFFER, "KIB", 0, "ring buffer for records, a power of two (default 4096)",
	 4},
	{"max-devices", KEY_MAX_DEVICES, "N", 0,
	 "room for this many devices (default 128, from level stages on 32)", 4},
	{0},
};

static void add_pid(struct live_options *target, const char *arg, struct argp_state *state)
{
	pid_t *pid = vec_add(&target->pids);

	if (!pid)
		argp_failure(state, EXIT_FAILED, ENOMEM, "-p");
	*pid = (pid_t)usage_number(arg, 1, INT32_MAX, "-p", state);
}

static void add_vm(struct live_options *target, char *arg, struct argp_state *state)
{
	char **name = vec_add(&target->vms);

	if (!name)
		argp_failure(state, EXIT_FAILED, ENOMEM, "--vm");
	*name = arg;
}

static void set_queue(struct live_options *target, const char *arg, struct argp_state *state)
{
	if (strncmp(arg, "tx", 2) && strncmp(arg, "rx", 2))
		usage_error(state, "--queue takes tx0, rx0, tx1, …, tx or rx, not '%s'", arg);
	target->dir = arg[0] == 't' ? VP_TX : VP_RX;
	if (arg[2])
		target->queue_pair = (uint32_t)usage_number(arg + 2, 0, 65535, "--queue", state);
}

static void set_attach(struct live_options *target, const char *arg, struct argp_state *state)
{
	if (!strcmp(arg, "kprobe"))
		target->first_rung = RUNG_KPROBE;
	else if (strcmp(arg, "auto"))
		usage_error(state, "--attach takes auto or kprobe, not '%s'", arg);
}

static void add_without(struct live_options *target, const char *arg, struct argp_state *state)
{
	for (enum probe_id id = 0; id < PROBE_NR; id++)
		if (!strcmp(arg, probes[id].name)) {
			target->without[id] = true;
			return;
		}
	usage_error(state, "--without: there is no probe '%s', see `vhostprof list --probes`", arg);
}

static void set_level(struct live_options *target, const char *arg, struct argp_state *state)
{
	for (int level = 0; level < VP_LEVEL_NR; level++)
		if (!strcmp(arg, probe_level_name((enum vp_level)level))) {
			target->level = (enum vp_level)level;
			target->level_given = true;
			return;
		}
	usage_error(state, "--level takes runs, stages or trace, not '%s'", arg);
}

static void set_buffer(struct live_options *target, const char *arg, struct argp_state *state)
{
	uint64_t kib = usage_number(arg, 4, 1 << 20, "--buffer", state);

	if (kib & (kib - 1))
		usage_error(state, "--buffer takes a power of two, not '%s'", arg);
	target->ring_bytes = (uint32_t)kib * 1024;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct live_options *target = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		live_options_init(target);
		return 0;
	case 'p':
		add_pid(target, arg, state);
		return 0;
	case KEY_VM:
		add_vm(target, arg, state);
		return 0;
	case KEY_LEVEL:
		set_level(target, arg, state);
		return 0;
	case KEY_MAX_OVERHEAD:
		target->max_overhead_percent =
			(double)usage_number(arg, 1, 100, "--max-overhead", state);
		return 0;
	case KEY_SAMPLE:
		target->sample_hz = (uint32_t)usage_number(arg, 1, 10000, "--sample", state);
		return 0;
	case KEY_ATTACH:
		set_attach(target, arg, state);
		return 0;
	case KEY_WITHOUT:
		add_without(target, arg, state);
		return 0;
	case KEY_BUFFER:
		set_buffer(target, arg, state);
		return 0;
	case KEY_MAX_DEVICES:
		target->max_devices = (uint32_t)usage_number(arg, 1, 4096, "--max-devices", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp target_core_argp = {.options = options, .parser = parse};

static error_t parse_queue(int key, char *arg, struct argp_state *state)
{
	struct live_options *target = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = target;
		return 0;
	case KEY_QUEUE:
		set_queue(target, arg, state);
		return 0;
	case KEY_CHURN_WINDOW:
		target->churn_window_ns =
			1000 * usage_number(arg, 1, 1000000, "--churn-window", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child core[] = {{&target_core_argp, 0, NULL, 0}, {0}};

const struct argp target_argp = {.options = queue_options, .parser = parse_queue, .children = core};

void target_free(struct live_options *target)
{
	vec_free(&target->pids);
	vec_free(&target->vms);
}
