// SPDX-License-Identifier: BSD-2-Clause
/*
 * usage: rungs [CALLS | --statistics]
 *
 * What each way to see a function's entry and end adds to one call of it: empty programs on a small
 * kernel function. With `tests/vm/run --icount` the nanoseconds it prints are instructions. The
 * kinds newer than this machine's headers are known by number. See docs/adr/0006-rungs.md. With
 * --statistics only the time the kernel's statistics see in an empty program: what they cost themselves.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FUNCTION "__task_pid_nr_ns" /* getppid calls it once */

enum { KPROBE_MULTI = 42, KPROBE_SESSION = 56, FSESSION = 58 }; /* enum bpf_attach_type */

enum side { ENTER, LEAVE };

struct probe {
	int program;
	int link;
};

typedef struct probe (*attach_fn)(enum side side);

static int load(enum bpf_prog_type type, int attach_type, int btf_id)
{
	static const struct bpf_insn nothing[] = {
		{.code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0},
		{.code = BPF_JMP | BPF_EXIT},
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts,
		    .expected_attach_type = (enum bpf_attach_type)attach_type,
		    .attach_btf_id = (__u32)btf_id);

	return bpf_prog_load(type, "nothing", "GPL", nothing, 2, &opts);
}

static int function_id(void)
{
	static int id;

	if (!id)
		id = libbpf_find_vmlinux_btf_id(FUNCTION, BPF_TRACE_FENTRY);
	return id;
}

static struct probe trampoline(int attach_type)
{
	struct probe probe = {load(BPF_PROG_TYPE_TRACING, attach_type, function_id()), -1};

	probe.link = attach_type == FSESSION ? bpf_link_create(probe.program, 0,
							       (enum bpf_attach_type)FSESSION, NULL)
					     : bpf_raw_tracepoint_open(NULL, probe.program);
	return probe;
}

static struct probe fentry(enum side side)
{
	return trampoline(side == ENTER ? BPF_TRACE_FENTRY : BPF_TRACE_FEXIT);
}

static struct probe fsession(enum side side)
{
	(void)side;
	return trampoline(FSESSION);
}

static unsigned kprobe_type(void)
{
	FILE *file = fopen("/sys/bus/event_source/devices/kprobe/type", "re");
	unsigned type = 0;

	if (!file || fscanf(file, "%u", &type) != 1)
		exit(1);
	fclose(file);
	return type;
}

static struct probe kprobe(enum side side)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = kprobe_type(),
		.config = side == LEAVE,
		.kprobe_func = (uintptr_t)FUNCTION,
	};
	struct probe probe = {load(BPF_PROG_TYPE_KPROBE, 0, 0), -1};

	probe.link = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
	if (probe.link < 0 || ioctl(probe.link, PERF_EVENT_IOC_SET_BPF, probe.program) ||
	    ioctl(probe.link, PERF_EVENT_IOC_ENABLE, 0))
		exit(1);
	return probe;
}

/* libbpf 1.1 fills these fields for kprobe.multi only. */
static struct probe multi_link(int attach_type, bool leave)
{
	const char *name = FUNCTION;
	struct probe probe = {load(BPF_PROG_TYPE_KPROBE, attach_type, 0), -1};
	union bpf_attr attr = {};

	attr.link_create.prog_fd = (__u32)probe.program;
	attr.link_create.attach_type = (__u32)attach_type;
	attr.link_create.kprobe_multi.syms = (uintptr_t)&name;
	attr.link_create.kprobe_multi.cnt = 1;
	attr.link_create.kprobe_multi.flags = leave ? BPF_F_KPROBE_MULTI_RETURN : 0;
	probe.link = (int)syscall(SYS_bpf, BPF_LINK_CREATE, &attr, sizeof(attr));
	return probe;
}

static struct probe multi(enum side side)
{
	return multi_link(KPROBE_MULTI, side == LEAVE);
}

static struct probe session(enum side side)
{
	(void)side;
	return multi_link(KPROBE_SESSION, false);
}

static const struct {
	const char *name;
	attach_fn leave, enter; /* attached in this order */
} ways[] = {
	{"fentry", NULL, fentry},
	{"fexit", fentry, NULL},
	{"fentry + fexit", fentry, fentry},
	{"fsession", NULL, fsession},
	{"kprobe", NULL, kprobe},
	{"kretprobe", kprobe, NULL},
	{"kprobe + kretprobe", kprobe, kprobe},
	{"kprobe.multi", NULL, multi},
	{"kretprobe.multi", multi, NULL},
	{"kprobe.multi + kretprobe.multi", multi, multi},
	{"kprobe.session", NULL, session},
};

static double call_ns(unsigned calls)
{
	struct timespec start, end;

	clock_gettime(CLOCK_MONOTONIC, &start);
	for (unsigned i = 0; i < calls; i++)
		syscall(SYS_getppid);
	clock_gettime(CLOCK_MONOTONIC, &end);
	return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) /
	       calls;
}

static void detach(struct probe probe)
{
	if (probe.link >= 0)
		close(probe.link);
	if (probe.program >= 0)
		close(probe.program);
}

static void measure(unsigned way, unsigned calls, double base_ns)
{
	struct probe none = {-1, -1}, leave, enter;

	leave = ways[way].leave ? ways[way].leave(LEAVE) : none;
	enter = ways[way].enter ? ways[way].enter(ENTER) : none;
	if ((ways[way].leave && leave.link < 0) || (ways[way].enter && enter.link < 0)) {
		printf("%-32s not there\n", ways[way].name);
	} else {
		call_ns(calls / 4); /* whatever is made on first use */
		printf("%-32s %6.0f\n", ways[way].name, call_ns(calls) - base_ns);
	}
	detach(enter);
	detach(leave);
}

static int print_statistics(void)
{
	struct probe probe = fentry(ENTER);
	int statistics = bpf_enable_stats(BPF_STATS_RUN_TIME);
	struct bpf_prog_info info = {};
	__u32 size = sizeof(info);

	if (probe.link < 0 || statistics < 0)
		return 1;
	call_ns(10000);
	close(statistics);
	if (bpf_obj_get_info_by_fd(probe.program, &info, &size) || !info.run_cnt)
		return 1;
	detach(probe);
	printf("%.0f\n", (double)info.run_time_ns / (double)info.run_cnt);
	return 0;
}

static int print_ways(unsigned calls)
{
	double base_ns;

	if (!calls)
		return 2;
	call_ns(calls / 4);
	base_ns = call_ns(calls);
	printf("%-32s %6.0f\n", "a call without", base_ns);
	for (unsigned way = 0; way < sizeof(ways) / sizeof(ways[0]); way++)
		measure(way, calls, base_ns);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], "--statistics"))
		return print_statistics();
	return print_ways(argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 50000);
}
