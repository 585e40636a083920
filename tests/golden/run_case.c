// SPDX-License-Identifier: BSD-2-Clause
/*
 * Renders fixed runs: run_case CASE FORMAT WIDTH [unicode] [color] [wake|gap]. The same on every machine.
 */
#include "base/sink.h"
#include "render/run_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint64_t state = 20190816;
static struct symbols symbols;

static uint64_t random_below(uint64_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

/* The names of one case. */
struct names {
	const char *vm, *device, *comm, *handler, *inner, *signal, *module;
};

static const struct names plain = {
	.vm = "web1",
	.device = "vnet3",
	.comm = "vhost-4242",
	.handler = "handle_tx_kick",
	.inner = "vhost_get_vq_desc",
	.signal = "eventfd_signal",
	.module = "vhost",
};

/* What somebody could call a VM to do harm where it is shown. */
static const struct names nasty = {
	.vm = "=cmd|' /C calc'!A0",
	.device = "<b>\"&,;\\",
	.comm = "a b;c\n\x1b[31m\xff",
	.handler = "f;g \"h\" <i>",
	.inner = "@sum(1,2)",
	.signal = "eventfd_signal",
	.module = "m]\r\n{}",
};

static struct vp_run make_run(uint64_t enter_ns, uint64_t service_ns, uint64_t wait_ns)
{
	return (struct vp_run){
		.wake_ns = enter_ns - wait_ns,
		.enter_ns = enter_ns,
		.leave_ns = enter_ns + service_ns,
		.bytes = VP_UNKNOWN,
		.worker_tid = 4250,
		.chains = 1 + (uint32_t)random_below(3),
		.calls = 1,
		.rearms = 1,
		.cpu = 2,
		.cause = VP_CAUSE_KICK,
		.end = VP_END_REARMED,
		.waiting_enter = 3,
		.waiting_leave = 0,
	};
}

static void make_calls(struct traced_call calls[3], const struct names *names,
		       const struct vp_run *run)
{
	uint64_t service_ns = run->leave_ns - run->enter_ns, part_ns = service_ns / 3;

	calls[0] = (struct traced_call){.symbol = symbols_intern(&symbols, names->handler, NULL),
					.enter_ns = run->enter_ns,
					.total_ns = service_ns,
					.self_ns = service_ns - 2 * part_ns};
	calls[1] = (struct traced_call){
		.symbol = symbols_intern(&symbols, names->inner, names->module),
		.depth = 1,
		.enter_ns = run->enter_ns + 100,
		.total_ns = part_ns,
		.self_ns = part_ns,
	};
	/* As text rounds it: it would end a little behind its caller. */
	calls[2] = (struct traced_call){
		.symbol = symbols_intern(&symbols, names->signal, NULL),
		.depth = 1,
		.enter_ns = run->leave_ns - part_ns + 50,
		.total_ns = part_ns,
		.self_ns = part_ns,
	};
}

static int one_run(struct run_stream *stream, const struct names *names, enum vp_dir dir,
		   const struct vp_run *run, bool traced)
{
	const struct run_owner owner = {
		.vm_pid = 4242,
		.worker_tid = 4250,
		.dir = dir,
		.vm_name = names->vm,
		.device = names->device,
		.worker_comm = names->comm,
	};
	static const uint32_t stage_ns[VP_STAGE_NR] = {700, 600, 500, 400, 300, 200, 100};
	struct traced_call calls[3];
	const struct run_trace trace = {
		.owner = &owner,
		.run = run,
		.service_ns = run->leave_ns - run->enter_ns,
		.stage_ns = traced ? stage_ns : NULL,
		.symbols = &symbols,
		.calls = calls,
		.calls_len = traced ? 3 : 0,
	};

	make_calls(calls, names, run);
	return run_stream_run(stream, &trace);
}

/* A kick per packet, and now and then the socket has something, which no one knows much about. */
static int case_runs(struct run_stream *stream, const struct names *names, unsigned n)
{
	uint64_t now_ns = 100000000000;
	int error = 0;

	while (!error && n--) {
		struct vp_run run =
			make_run(now_ns, 3000 + random_below(4000) * (1 + !(n % 9) * 20),
				 1000 + random_below(5000));

		error = one_run(stream, names, VP_TX, &run, true);
		now_ns = run.leave_ns + 8000 + random_below(20000);
		if (error || n % 5)
			continue;
		run = make_run(now_ns, 20000 + random_below(90000), 0);
		run.wake_ns = VP_UNKNOWN;
		run.cause = VP_CAUSE_NET;
		run.end = VP_END_WAIT;
		run.calls = run.chains = run.coalesced = RUN_UNKNOWN;
		run.waiting_enter = run.waiting_leave = run.rearms = run.races = VP_UNKNOWN_U16;
		error = one_run(stream, names, VP_RX, &run, false);
		now_ns = run.leave_ns + 8000;
	}
	return error;
}

static int draw(struct run_stream *stream, const char *name)
{
	if (!strcmp(name, "rich"))
		return case_runs(stream, &plain, 2000);
	if (!strcmp(name, "few"))
		return case_runs(stream, &plain, 6);
	if (!strcmp(name, "nasty"))
		return case_runs(stream, &nasty, 6);
	return strcmp(name, "empty") ? -1 : 0;
}

static const struct stream_renderer *find(const char *name)
{
	const struct stream_renderer *found = run_stream_find(stream_formats, name);

	return found ? found : run_stream_find(trace_styles, name);
}

int main(int argc, char **argv)
{
	struct stream_options options = {.render.width = 80};
	struct report *report = report_new();
	struct run_stream stream;
	struct sink sink;
	int i, error;

	if (argc < 4 || !find(argv[2]) || !report)
		return 2;
	options.render.width = (unsigned)atoi(argv[3]);
	for (i = 4; i < argc; i++) {
		options.render.unicode |= !strcmp(argv[i], "unicode");
		options.render.color |= !strcmp(argv[i], "color");
		run_metric_find(argv[i], &options.metric);
	}
	report->loss.records_lost = 12;
	sink_open_fd(&sink, STDOUT_FILENO);
	if (run_stream_open(&stream, find(argv[2]), &sink, &options))
		return 1;
	error = draw(&stream, argv[1]);
	error = run_stream_end(&stream, report) | error;
	run_stream_free(&stream);
	error |= sink_close(&sink);
	report_free(report);
	symbols_free(&symbols);
	return error != 0;
}
