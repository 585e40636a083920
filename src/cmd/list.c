// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof list`: what there is to profile; `--probes`: how each probe attaches on this kernel. */
#include "cmd/cmd.h"
#include "cmd/target.h"
#include "cmd/usage.h"

#include "base/escape.h"
#include "base/log.h"

#include <stdio.h>

struct settings {
	struct live_options target;
	bool probes;
};

enum { KEY_PROBES = 0x300 };

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "What to list:", 2},
	{"probes", KEY_PROBES, NULL, 0, "the probe table: what attaches how here, and why not", 2},
	{"verbose", 'v', NULL, 0, "say more on stderr; twice: libbpf's messages, too", 8},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->target;
		return 0;
	case KEY_PROBES:
		settings->probes = true;
		return 0;
	case 'v':
		log_set_verbose(log_verbose() + 1);
		return 0;
	case ARGP_KEY_ARG:
		usage_error(state, "unknown argument '%s'", arg);
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {{&target_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.doc = "List VMs, devices, queues and workers.",
};

static const char *safe(char out[64], const char *text)
{
	return text ? escape_terminal(out, 64, text) : "-";
}

static void print_queue(const struct report_queue *queue)
{
	char name[16], vm[64], device[64], comm[64];

	printf("%-20s %8u  %-15s %-6s %8u  %s\n", safe(vm, queue->vm_name), queue->vm_pid,
	       safe(device, queue->device), report_queue_name(name, queue), queue->worker_tid,
	       safe(comm, queue->worker_comm));
}

static int print_queues(struct live *live, struct err *err)
{
	struct report *report;
	int error = live_list(live, &report, err);

	if (error)
		return error;
	printf("%-20s %8s  %-15s %-6s %8s  %s\n", "VM", "PID", "DEVICE", "QUEUE", "WORKER", "COMM");
	vec_foreach (queue, &report->queues)
		print_queue(queue);
	if (!report->queues.len)
		log_warn("no process has a vhost-net device open");
	report_free(report);
	return 0;
}

static void print_probes(const struct attachment *attachment)
{
	printf("%-15s %-9s %-16s %-20s %s\n", "PROBE", "NEED", "ATTACHED", "FUNCTION", "GIVES");
	for (enum probe_id id = 0; id < PROBE_NR; id++) {
		const struct probe_state *state = &attachment->probes[id];

		printf("%-15s %-9s %-16s %-20s %s\n", probes[id].name,
		       probes[id].required ? "required" : "optional", attach_how(attachment, id),
		       state->symbol[0] ? state->symbol : "-", probes[id].meaning);
		if (state->why[0])
			printf("%15s %s\n", "", state->why);
	}
}

int cmd_list(int argc, char **argv)
{
	struct settings settings = {0};
	struct live *live;
	struct err err;
	int code = EXIT_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	if (live_open(&live, &settings.target, &err))
		return cmd_fail(&err);
	if (settings.probes)
		print_probes(live_attachment(live));
	else if (print_queues(live, &err))
		code = cmd_fail(&err);
	live_close(live);
	target_free(&settings.target);
	return code;
}
