// SPDX-License-Identifier: BSD-2-Clause
/* Recordings: there and back again, cut anywhere, any bit flipped, other versions. */
#include "unit.h"

#include "recfile_case.h"

#include <errno.h>
#include <zlib.h>

#define RUNS 40

static char path[] = "/tmp/test_recfile.XXXXXX";
static struct case_file whole;
static char *live_json;

static int make_case(void **unused)
{
	struct report *report = case_report(RUNS);
	struct err err;

	(void)unused;
	close(mkstemp(path));
	if (case_write(path, RUNS, report, &err))
		return -1;
	whole = case_load(path);
	live_json = case_json(report);
	report_free(report);
	return whole.len ? 0 : -1;
}

static int drop_case(void **unused)
{
	(void)unused;
	free(whole.bytes);
	free(live_json);
	return unlink(path);
}

static bool has_note(const struct report *report, const char *part)
{
	vec_foreach (note, &report->notes)
		if (strstr(*note, part))
			return true;
	return false;
}

static void the_report_is_the_live_report(void **unused)
{
	struct report *report;
	struct err err;
	char *json;

	(void)unused;
	assert_int_equal(case_read(whole.bytes, whole.len, &report, &err), 0);
	assert_string_equal(report->source.kind, "recording");
	assert_string_equal(report->source.path, "case");
	json = case_json(report);
	assert_string_equal(json, live_json);
	free(json);
	report_free(report);
}

static void every_number_of_a_queue_comes_back(void **unused)
{
	struct report *live = case_report(RUNS), *report;
	struct err err;
	size_t i;

	(void)unused;
	assert_int_equal(case_read(whole.bytes, whole.len, &report, &err), 0);
	assert_int_equal(report->queues.len, 2);
	for (i = 0; i < 2; i++) {
		const struct report_queue *a = &live->queues.items[i];
		const struct report_queue *b = &report->queues.items[i];

		assert_memory_equal(&a->wake, &b->wake, sizeof(a->wake));
		assert_memory_equal(&a->service, &b->service, sizeof(a->service));
		assert_memory_equal(&a->gap, &b->gap, sizeof(a->gap));
		assert_memory_equal(&a->batch, &b->batch, sizeof(a->batch));
		assert_memory_equal(&a->sched, &b->sched, sizeof(a->sched));
		assert_int_equal(a->features, b->features);
		assert_int_equal(a->poll_us, b->poll_us);
	}
	report_free(live);
	report_free(report);
}

static void runs_come_back_whole_and_in_order(void **unused)
{
	struct recfile_runs runs;
	struct recfile *file;
	struct err err;
	uint32_t i, met = 0;
	int fd = open(path, O_RDONLY);

	(void)unused;
	assert_int_equal(recfile_open(&file, fd, path, NULL, 0, &err), 0);
	while (recfile_next(file, &runs, &err) == 1) {
		assert_int_equal(runs.missing, 0);
		for (i = 0; i < runs.len; i++) {
			struct vp_run want = case_run(met++);
			int queue = recfile_queue_of(file, &runs.items[i]);

			assert_memory_equal(&runs.items[i], &want, sizeof(want));
			assert_int_equal(recfile_queue(file, (size_t)queue)->slot, want.queue);
		}
	}
	assert_int_equal(met, RUNS);
	assert_string_equal(recfile_damage(file), "");
	assert_int_equal(recfile_next(file, &runs, &err), 0);
	recfile_close(file);
	close(fd);
}

struct seen {
	uint32_t runs, stop_after;
};

static int see_run(void *context, const struct run_trace *trace)
{
	struct seen *seen = context;
	struct vp_run want = case_run(seen->runs++);

	assert_memory_equal(trace->run, &want, sizeof(want));
	assert_int_equal(trace->service_ns, want.leave_ns - want.enter_ns);
	assert_int_equal(trace->owner->dir, want.queue & 1);
	assert_string_equal(trace->owner->worker_comm, "vhost-4700");
	assert_int_equal(trace->calls_len, 0);
	return seen->runs == seen->stop_after;
}

static void a_sink_gets_every_run_until_it_wants_no_more(void **unused)
{
	struct seen seen = {0};
	struct run_sink sink = {&seen, see_run};
	struct recfile_options options = {.sink = &sink};
	struct report *report;
	struct err err;

	(void)unused;
	assert_int_equal(case_read_with(whole.bytes, whole.len, &options, &report, &err), 0);
	assert_int_equal(seen.runs, RUNS);
	report_free(report);
	seen = (struct seen){0, 3};
	assert_int_equal(case_read_with(whole.bytes, whole.len, &options, &report, &err), 0);
	assert_int_equal(seen.runs, 3);
	report_free(report);
}

static void meta_comes_back(void **unused)
{
	const struct recfile_meta *meta;
	struct recfile_runs runs;
	struct recfile *file;
	struct err err;
	int fd = open(path, O_RDONLY);

	(void)unused;
	assert_int_equal(recfile_open(&file, fd, path, NULL, 0, &err), 0);
	assert_int_equal(recfile_next(file, &runs, &err), 1);
	meta = recfile_meta(file);
	assert_string_equal(meta->kernel, "6.1.0-test");
	assert_string_equal(meta->clock, "CLOCK_MONOTONIC");
	assert_string_equal(meta->boot_id, "00000000-1111-2222-3333-444444444444");
	assert_int_equal(meta->churn_window_ns, CASE_WINDOW_NS);
	assert_int_equal(meta->probes.len, 4);
	assert_string_equal(meta->probes.items[2].why, "not in this kernel");
	assert_int_equal(recfile_first_mark(file)->time_ns, CASE_START_NS);
	recfile_close(file);
	close(fd);
}

/* What runs can tell agrees with the exact counters; what they cannot is unknown. */
static void an_unfinished_file_is_counted_from_its_runs(void **unused)
{
	struct report *live = case_report(RUNS), *report;
	struct case_file file;
	struct err err;
	size_t i;

	(void)unused;
	assert_int_equal(case_write(path, RUNS, NULL, &err), 0);
	file = case_load(path);
	assert_int_equal(case_read(file.bytes, file.len, &report, &err), 0);
	assert_int_equal(report->queues.len, 2);
	for (i = 0; i < 2; i++) {
		const struct report_queue *a = &live->queues.items[i];
		const struct report_queue *b = &report->queues.items[i];

		assert_int_equal(a->runs, b->runs);
		assert_int_equal(a->chains, b->chains);
		assert_int_equal(a->calls, b->calls);
		assert_int_equal(a->churn_runs, b->churn_runs);
		assert_memory_equal(a->causes, b->causes, sizeof(a->causes));
		assert_memory_equal(a->ends, b->ends, sizeof(a->ends));
		assert_memory_equal(&a->gap, &b->gap, sizeof(a->gap));
		assert_memory_equal(&a->wake, &b->wake, sizeof(a->wake));
		assert_string_equal(a->vm_name, b->vm_name);
		assert_true(b->doorbells == VP_UNKNOWN && b->bytes == VP_UNKNOWN);
		assert_true(b->requeues == VP_UNKNOWN && b->eventfd_min == VP_UNKNOWN);
	}
	assert_int_equal(report->source.start_ns, CASE_START_NS);
	assert_int_equal(report->source.duration_ns, CASE_END_NS - CASE_START_NS);
	assert_int_equal(report->loss.runs_broken, 2);
	assert_string_equal(report->loss.probes_missing.items[0], "poll_queue");
	assert_true(has_note(report, "ends early"));
	assert_true(has_note(report, "exact counters"));
	report_free(live);
	report_free(report);
	free(file.bytes);
}

/* Where the first byte of a block is, the block being the n-th; the file's length past the last. */
static size_t block_at(size_t n)
{
	size_t at = RECFILE_HEADER_BYTES;
	struct recfile_head head;

	while (n-- && at < whole.len) {
		assert_true(recfile_take_head(whole.bytes + at, &head));
		at += RECFILE_HEAD_BYTES + head.stored;
	}
	return at;
}

static uint64_t whole_runs_before(size_t len, bool *closed)
{
	size_t at = RECFILE_HEADER_BYTES;
	struct recfile_head head;
	uint64_t runs = 0;

	*closed = false;
	while (at + RECFILE_HEAD_BYTES <= len) {
		assert_true(recfile_take_head(whole.bytes + at, &head));
		at += RECFILE_HEAD_BYTES + head.stored;
		if (at > len)
			break;
		runs += head.type == RECFILE_RUNS ? head.items : 0;
		*closed |= head.type == RECFILE_CLOSE;
	}
	return runs;
}

static uint64_t runs_of(const struct report *report)
{
	uint64_t runs = 0;

	vec_foreach (queue, &report->queues)
		runs += queue->runs;
	return runs;
}

static void a_file_cut_anywhere_reads_to_its_last_whole_block(void **unused)
{
	size_t len;

	(void)unused;
	for (len = 0; len < whole.len; len++) {
		struct report *report;
		uint64_t want;
		struct err err;
		bool closed;
		char *json;

		if (len < RECFILE_HEADER_BYTES) {
			assert_int_equal(case_read(whole.bytes, len, &report, &err), -EBADMSG);
			assert_non_null(strstr(err.text, "cut off in its header"));
			continue;
		}
		want = whole_runs_before(len, &closed);
		assert_int_equal(case_read(whole.bytes, len, &report, &err), 0);
		assert_true(has_note(report, "ends early"));
		assert_int_equal(has_note(report, "exact counters"), !closed);
		assert_int_equal(runs_of(report), closed ? RUNS : want);
		json = case_json(report);
		free(json);
		report_free(report);
	}
}

static char *json_of_kept(struct report *report)
{
	char *last;

	if (!has_note(report, "damaged") && !has_note(report, "ends early"))
		return NULL;
	last = report->notes.items[--report->notes.len];
	free(last);
	return case_json(report);
}

/* Either refused, or noted: then the exact counters still are what they were, or runs are missing. */
static void check_flipped(const uint8_t *bytes)
{
	struct report *report;
	struct err err;
	char *json;

	if (case_read(bytes, whole.len, &report, &err)) {
		assert_true(err.text[0]);
		return;
	}
	if (has_note(report, "exact counters")) {
		assert_true(runs_of(report) <= RUNS);
		assert_true(has_note(report, "damaged") || has_note(report, "ends early"));
		assert_true(runs_of(report) == RUNS || report->loss.records_lost > 0);
	} else {
		json = json_of_kept(report);
		assert_non_null(json);
		/* Names of the kernel and the machine may be what was damaged. */
		assert_string_equal(strstr(json, "\"queues\""), strstr(live_json, "\"queues\""));
		free(json);
	}
	report_free(report);
}

static void no_flipped_bit_goes_unnoticed(void **unused)
{
	size_t bit;

	(void)unused;
	for (bit = 0; bit < 8 * whole.len; bit++) {
		whole.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		check_flipped(whole.bytes);
		whole.bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

static void a_damaged_block_of_runs_costs_those_runs_only(void **unused)
{
	size_t at = block_at(4); /* meta, mark, two queues, then runs */
	struct report *report;
	struct err err;

	(void)unused;
	whole.bytes[at + RECFILE_HEAD_BYTES + 5] ^= 1;
	assert_int_equal(case_read(whole.bytes, whole.len, &report, &err), 0);
	assert_true(has_note(report, "1 block is damaged, with 20 runs"));
	assert_int_equal(runs_of(report), RUNS);
	report_free(report);
	assert_int_equal(case_read(whole.bytes, block_at(7), &report, &err), 0);
	assert_int_equal(runs_of(report), RUNS - 20);
	assert_int_equal(report->loss.records_lost, 20);
	report_free(report);
	whole.bytes[at + RECFILE_HEAD_BYTES + 5] ^= 1;
}

static void set_header(uint8_t *header, unsigned offset, uint8_t value)
{
	uint32_t crc;

	header[offset] = value;
	crc = (uint32_t)crc32(crc32(0, NULL, 0), header, 20);
	header[20] = (uint8_t)crc;
	header[21] = (uint8_t)(crc >> 8);
	header[22] = (uint8_t)(crc >> 16);
	header[23] = (uint8_t)(crc >> 24);
}

static void newer_minor_versions_are_read(void **unused)
{
	struct report *report;
	struct err err;
	char *json;

	(void)unused;
	set_header(whole.bytes, 10, 200);
	assert_int_equal(case_read(whole.bytes, whole.len, &report, &err), 0);
	json = case_json(report);
	assert_string_equal(json, live_json);
	free(json);
	report_free(report);
	set_header(whole.bytes, 10, RECFILE_MINOR);
}

static void newer_major_versions_are_refused(void **unused)
{
	struct report *report;
	struct err err;

	(void)unused;
	set_header(whole.bytes, 8, RECFILE_MAJOR + 1);
	assert_int_equal(case_read(whole.bytes, whole.len, &report, &err), -EBADMSG);
	assert_string_equal(err.text,
			    "case: a recording of format 2.1; this vhostprof reads format 1 only");
	set_header(whole.bytes, 8, RECFILE_MAJOR);
}

static void another_byte_order_is_refused(void **unused)
{
	struct report *report;
	struct err err;

	(void)unused;
	set_header(whole.bytes, 12, 2);
	assert_int_equal(case_read(whole.bytes, whole.len, &report, &err), -EBADMSG);
	assert_non_null(strstr(err.text, "byte order"));
	set_header(whole.bytes, 12, 1);
}

static void bytes_read_before_count(void **unused)
{
	struct recfile_runs runs;
	struct recfile *file;
	uint8_t before[100];
	struct err err;
	int fd = memfd_create("case", 0);

	(void)unused;
	memcpy(before, whole.bytes, sizeof(before));
	assert_int_equal(write(fd, whole.bytes, whole.len), whole.len);
	lseek(fd, sizeof(before), SEEK_SET);
	assert_int_equal(recfile_open(&file, fd, "case", before, sizeof(before), &err), 0);
	assert_int_equal(recfile_next(file, &runs, &err), 1);
	assert_int_equal(runs.len, RUNS / 2);
	recfile_close(file);
	close(fd);
}

static void a_full_disk_is_one_clear_line(void **unused)
{
	struct report *report = case_report(RUNS);
	struct err err = {0};

	(void)unused;
	assert_int_equal(case_write("/dev/full", RUNS, report, &err), -ENOSPC);
	assert_string_equal(err.text, "cannot write /dev/full: No space left on device");
	assert_int_equal(err.exit_code, EXIT_FAILED);
	report_free(report);
}

static void a_path_that_cannot_be_created_is_one_clear_line(void **unused)
{
	struct err err = {0};

	(void)unused;
	assert_int_equal(case_write("/nowhere/f.vprof", RUNS, NULL, &err), -ENOENT);
	assert_string_equal(err.text, "cannot write /nowhere/f.vprof: No such file or directory");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_report_is_the_live_report),
		cmocka_unit_test(every_number_of_a_queue_comes_back),
		cmocka_unit_test(runs_come_back_whole_and_in_order),
		cmocka_unit_test(a_sink_gets_every_run_until_it_wants_no_more),
		cmocka_unit_test(meta_comes_back),
		cmocka_unit_test(a_file_cut_anywhere_reads_to_its_last_whole_block),
		cmocka_unit_test(no_flipped_bit_goes_unnoticed),
		cmocka_unit_test(a_damaged_block_of_runs_costs_those_runs_only),
		cmocka_unit_test(newer_minor_versions_are_read),
		cmocka_unit_test(newer_major_versions_are_refused),
		cmocka_unit_test(another_byte_order_is_refused),
		cmocka_unit_test(bytes_read_before_count),
		cmocka_unit_test(a_full_disk_is_one_clear_line),
		cmocka_unit_test(a_path_that_cannot_be_created_is_one_clear_line),
		cmocka_unit_test(an_unfinished_file_is_counted_from_its_runs),
	};

	return cmocka_run_group_tests(tests, make_case, drop_case);
}
