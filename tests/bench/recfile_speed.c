// SPDX-License-Identifier: BSD-2-Clause
/*
 * usage: recfile_speed FILE [MILLIONS] [stages]
 *
 * How fast recordings are read. Writes FILE, so many millions of runs of four queues (default 4) as a
 * busy host would leave them, then reads it five times in two ways: its runs alone, and the report of
 * `vhostprof report`. Prints one line for each, with the least time of the five (user and system), and one
 * line of JSON. With "stages" the runs have what they spent on each stage.
 */
#include "source/recfile_report.h"
#include "source/recfile_write.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define TURNS 5

static uint64_t seed = 20190816;

static uint32_t below(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((seed >> 33) % n);
}

static void die(const struct err *err)
{
	fprintf(stderr, "recfile_speed: %s\n", err->text);
	exit(1);
}

static void make_runs(struct vp_run *runs, uint32_t n, uint64_t *now_ns)
{
	uint32_t i;

	for (i = 0; i < n; i++) {
		uint32_t queue = below(4), service_ns = 3000 + below(60000);

		*now_ns += 2000 + below(30000);
		runs[i] = (struct vp_run){
			.wake_ns = *now_ns - 1000 - below(20000),
			.enter_ns = *now_ns,
			.leave_ns = *now_ns + service_ns,
			.bytes = VP_UNKNOWN,
			.queue = queue,
			.generation = 1,
			.worker_tid = 4000 + queue / 2,
			.chains = service_ns / 1000,
			.calls = 1 + below(3),
			.coalesced = below(8) == 0,
			.rearms = 1,
			.races = below(16) == 0,
			.cpu = (uint16_t)below(8),
			.cause = VP_CAUSE_KICK,
			.end = VP_END_REARMED,
			.waiting_enter = VP_UNKNOWN_U16,
			.waiting_leave = VP_UNKNOWN_U16,
		};
	}
}

/* What a run of this length spends where: half of it in the backend, the rest here and there. */
static void make_stages(const struct vp_run *runs, struct vp_stages *stages, uint32_t n)
{
	uint32_t i, stage;

	for (i = 0; i < n; i++) {
		uint32_t left = (uint32_t)(runs[i].leave_ns - runs[i].enter_ns) / 2;

		for (stage = 0; stage < VP_STAGE_NR; stage++)
			stages[i].ns[stage] = stage == VP_STAGE_BUSY ? 0 : below(1 + left / 5);
		stages[i].ns[VP_STAGE_BACKEND] = left;
	}
}

static void write_file(const char *path, uint64_t runs, bool stages)
{
	static struct vp_run block[RECFILE_RUNS_MAX];
	static struct vp_stages spent[RECFILE_RUNS_MAX];
	struct recfile_meta meta = {.level = stages ? "stages" : "runs", .churn_window_ns = 50000};
	struct recfile_writer *writer;
	struct report *report = report_new();
	uint64_t now_ns = 1000000000;
	struct err err;

	if (recfile_create(&writer, path, &meta, &err))
		die(&err);
	for (; runs >= RECFILE_RUNS_MAX; runs -= RECFILE_RUNS_MAX) {
		make_runs(block, RECFILE_RUNS_MAX, &now_ns);
		make_stages(block, spent, RECFILE_RUNS_MAX);
		if (recfile_write_runs(writer, block, stages ? spent : NULL, RECFILE_RUNS_MAX,
				       &err))
			die(&err);
	}
	if (recfile_finish(writer, report, &err) || recfile_close_writer(writer, &err))
		die(&err);
	report_free(report);
}

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       1e-6 * (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

static uint64_t read_runs(struct recfile *file)
{
	struct recfile_runs runs;
	uint64_t met = 0;
	struct err err;
	int more;

	while ((more = recfile_next(file, &runs, &err)) > 0)
		met += runs.len;
	if (more < 0)
		die(&err);
	return met;
}

static uint64_t read_report(struct recfile *file)
{
	struct report *report;
	struct err err;

	if (recfile_report(file, "bench", NULL, &report, &err))
		die(&err);
	report_free(report);
	return 0;
}

static double least_seconds(const char *path, uint64_t (*read_it)(struct recfile *file),
			    uint64_t *met)
{
	double least = 0;
	int turn;

	for (turn = 0; turn < TURNS; turn++) {
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		double start = cpu_seconds(), took;
		struct recfile *file;
		struct err err;

		if (recfile_open(&file, fd, path, NULL, 0, &err))
			die(&err);
		*met = read_it(file);
		recfile_close(file);
		close(fd);
		took = cpu_seconds() - start;
		least = !turn || took < least ? took : least;
	}
	return least;
}

int main(int argc, char **argv)
{
	uint64_t runs = 1000000 * (argc > 2 ? strtoull(argv[2], NULL, 10) : 4), met, none;
	bool stages = argc > 3 && !strcmp(argv[3], "stages");
	double decode, report;

	if (argc < 2 || !runs) {
		fprintf(stderr, "usage: recfile_speed FILE [MILLIONS] [stages]\n");
		return 2;
	}
	write_file(argv[1], runs, stages);
	decode = least_seconds(argv[1], read_runs, &met);
	report = least_seconds(argv[1], read_report, &none);
	printf("runs alone  %6.2f M/s  (%.3f s CPU for %.1f M)\n", 1e-6 * (double)met / decode,
	       decode, 1e-6 * (double)met);
	printf("report      %6.2f M/s  (%.3f s CPU)\n", 1e-6 * (double)met / report, report);
	printf("{\"runs\":%llu,\"stages\":%s,\"decode_cpu_s\":%.4f,\"report_cpu_s\":%.4f}\n",
	       (unsigned long long)met, stages ? "true" : "false", decode, report);
	return 0;
}
