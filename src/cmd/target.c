// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/target.h"
#include "cmd/usage.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	KEY_VM = 0x200,
	KEY_QUEUE,
	KEY_CHURN_WINDOW,
	KEY_ATTACH,
	KEY_WITHOUT,
	KEY_MAX_DEVICES,
	KEY_BUFFER
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "What to profile (default: every vhost-net queue):", 1},
	{"pid", 'p', "PID", 0, "a vhost worker, or the process that owns it (QEMU); repeatable", 1},
	{"vm", KEY_VM, "NAME", 0, "the VM QEMU was given this -name; repeatable", 1},
	{"queue", KEY_QUEUE, "QUEUE", 0, "only tx0, rx1, …, or all of tx or rx", 1},
	{NULL, 0, NULL, 0, "How to measure:", 3},
	{"churn-window", KEY_CHURN_WINDOW, "US", 0,
	 "a kick this soon after a re-arm is churn (default 50 us)", 3},
	{"attach", KEY_ATTACH, "HOW", 0, "auto (default): fentry where possible; or kprobe", 3},
	{"without", KEY_WITHOUT, "PROBE", 0,
	 "leave a probe of `vhostprof list --probes` out; repeatable", 3},
	{"buffer", KEY_BUFFER, "KIB", 0, "ring buffer for records, a power of two (default 4096)",
	 3},
	{"max-devices", KEY_MAX_DEVICES, "N", 0, "room for this many devices (default 128)", 3},
	{0},
};

uint64_t target_number(const char *arg, uint64_t least, uint64_t most, const char *option,
		       struct argp_state *state)
{
	unsigned long long value;
	char *end;

	errno = 0;
	value = strtoull(arg, &end, 10);
	if (errno || !isdigit((unsigned char)*arg) || *end || value < least || value > most)
		usage_error(state, "%s takes a whole number from %llu to %llu, not '%s'", option,
			    (unsigned long long)least, (unsigned long long)most, arg);
	return value;
}

static void add_pid(struct live_options *target, const char *arg, struct argp_state *state)
{
	pid_t *pid = vec_add(&target->pids);

	if (!pid)
		argp_failure(state, EXIT_FAILED, ENOMEM, "-p");
	*pid = (pid_t)target_number(arg, 1, INT32_MAX, "-p", state);
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
		target->queue_pair = (uint32_t)target_number(arg + 2, 0, 65535, "--queue", state);
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

static void set_buffer(struct live_options *target, const char *arg, struct argp_state *state)
{
	uint64_t kib = target_number(arg, 4, 1 << 20, "--buffer", state);

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
	case KEY_QUEUE:
		set_queue(target, arg, state);
		return 0;
	case KEY_CHURN_WINDOW:
		target->churn_window_ns =
			1000 * target_number(arg, 1, 1000000, "--churn-window", state);
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
		target->max_devices = (uint32_t)target_number(arg, 1, 4096, "--max-devices", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp target_argp = {.options = options, .parser = parse};

void target_free(struct live_options *target)
{
	vec_free(&target->pids);
	vec_free(&target->vms);
}
