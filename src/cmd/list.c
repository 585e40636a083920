// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof list`: what there is to profile; `--probes`: how each probe attaches on this kernel. */
#include "cmd/cmd.h"
#include "cmd/list_probes.h"
#include "cmd/output.h"
#include "cmd/target.h"
#include "cmd/usage.h"

#include "base/escape.h"
#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct settings {
	struct live_options target;
	struct output output;
	bool probes;
};

enum { KEY_PROBES = 0x300 };

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "What to list:", 2},
	{"probes", KEY_PROBES, NULL, 0, "the probe table: what attaches how here, and why not", 2},
	{0},
};

static bool wants_json(const struct settings *settings)
{
	return !strcmp(settings->output.renderer->name, "json");
}

static const char *const formats[] = {"text", "json", NULL};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->target;
		state->child_inputs[1] = &settings->output;
		return 0;
	case KEY_PROBES:
		settings->probes = true;
		return 0;
	case ARGP_KEY_ARG:
		usage_error(state, "unknown argument '%s'", arg);
	case ARGP_KEY_END:
		output_only(&settings->output, formats, state);
		if (settings->probes && !settings->target.level_given)
			settings->target.level = VP_LEVEL_STAGES; /* no row comes later */
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&target_argp, 0, NULL, 0}, {&output_argp, 0, NULL, 0}, {0}};

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

static void print_table(const struct report *report)
{
	printf("%-20s %8s  %-15s %-6s %8s  %s\n", "VM", "PID", "DEVICE", "QUEUE", "WORKER", "COMM");
	vec_foreach (queue, &report->queues)
		print_queue(queue);
	if (!report->queues.len)
		log_warn("no process has a vhost-net device open");
}

static int print_queues(const struct settings *settings, struct live *live)
{
	struct report *report;
	struct err err;
	int code = EXIT_OK;

	if (live_list(live, &report, &err))
		return cmd_fail(&err);
	if (wants_json(settings))
		code = output_report(&settings->output, report);
	else
		print_table(report);
	report_free(report);
	return code;
}

static int print_probes(const struct settings *settings, struct live *live)
{
	const struct attachment *attachment = live_attachment(live);
	enum vp_level level = settings->target.level;
	struct sink sink;

	sink_open_fd(&sink, STDOUT_FILENO);
	if (wants_json(settings))
		list_probes_json(&sink, attachment, level);
	else
		list_probes_text(&sink, attachment, level, &settings->output.options);
	return output_end(&sink);
}

int cmd_list(int argc, char **argv)
{
	struct settings settings = {0};
	struct live *live;
	struct err err;
	int code;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	if (live_open(&live, &settings.target, &err))
		return cmd_fail(&err);
	code = settings.probes ? print_probes(&settings, live) : print_queues(&settings, live);
	live_close(live);
	target_free(&settings.target);
	return code;
}
