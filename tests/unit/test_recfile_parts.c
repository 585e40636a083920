// SPDX-License-Identifier: BSD-2-Clause
/* What recordings are made of: numbers, fields, columns of runs, the index. */
#include "unit.h"

#include "recfile_case.h"
#include "source/recfile_field.h"
#include "source/recfile_runs.h"
#include "source/recfile_stream.h"

#include <errno.h>
#include <zlib.h>

static uint64_t seed;

/* Of every size: 64 random bits, cut to a random length. */
static uint64_t any_number(void)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (seed ^ seed >> 29) >> (seed >> 58);
}

static struct bytes bytes_of(struct sink *sink)
{
	const uint8_t *at = (const uint8_t *)sink_text(sink);

	return (struct bytes){at, at + sink->used};
}

static void numbers_come_back(void **unused)
{
	static const uint64_t edges[] = {0, 1, 127, 128, 16383, 16384, UINT32_MAX, VP_UNKNOWN};
	uint8_t bytes[NUMBER_BYTES_MAX];
	size_t i;

	(void)unused;
	for (i = 0; i < 1000; i++) {
		uint64_t want = i < 8 ? edges[i] : any_number(), got;
		unsigned len = number_put(bytes, want);
		struct bytes in = {bytes, bytes + len}, cut = {bytes, bytes + len - 1};

		assert_true(number_take(&in, &got));
		assert_true(got == want && in.at == in.end);
		assert_false(number_take(&cut, &got));
		assert_true(cut.at == bytes);
	}
}

static void numbers_beyond_64_bits_are_refused(void **unused)
{
	const uint8_t wide[] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02};
	const uint8_t endless[] = {0x80, 0x80, 0x80, 0x80, 0x80, 0x80,
				   0x80, 0x80, 0x80, 0x80, 0x80, 1};
	struct bytes a = {wide, wide + sizeof(wide)}, b = {endless, endless + sizeof(endless)};
	uint64_t value;

	(void)unused;
	assert_false(number_take(&a, &value));
	assert_false(number_take(&b, &value));
}

static void unknown_tags_are_skipped(void **unused)
{
	static const struct field_row rows[] = {{5, FIELD_U64, 2, 0}, {0}};
	uint64_t numbers[2] = {7, 8};
	struct sink out;

	(void)unused;
	sink_open_memory(&out);
	field_put(&out, 99, "newer", 5);
	field_put(&out, 5, "\x01\x02\x03", 3);
	assert_int_equal(fields_read(bytes_of(&out), rows, numbers), 0);
	assert_true(numbers[0] == 1 && numbers[1] == 2);
	sink_close(&out);
}

static void lengths_that_lie_are_refused(void **unused)
{
	static const struct field_row rows[] = {{5, FIELD_U64, 1, 0}, {0}};
	const uint8_t lie[] = {5, 100, 1};
	uint64_t number = 7;

	(void)unused;
	assert_int_equal(fields_read((struct bytes){lie, lie + sizeof(lie)}, rows, &number),
			 -EBADMSG);
	assert_int_equal(number, 7);
}

static void histograms_that_do_not_add_up_are_refused(void **unused)
{
	static const struct field_row rows[] = {{1, FIELD_HIST, 1, 0}, {0}};
	static struct vp_hist hist;
	const uint8_t outside[] = {1, 8, 1, 0, 0, 0, 0x80, 0x08, 1, 0};
	const uint8_t short_by_one[] = {1, 6, 2, 0, 0, 0, 3, 1};

	(void)unused;
	assert_int_equal(fields_read((struct bytes){outside, outside + 10}, rows, &hist), -EBADMSG);
	assert_int_equal(fields_read((struct bytes){short_by_one, short_by_one + 8}, rows, &hist),
			 -EBADMSG);
}

static void fill_randomly(struct vp_run *runs, uint32_t n)
{
	uint32_t i;

	for (i = 0; i < n; i++)
		runs[i] = (struct vp_run){
			.wake_ns = any_number(),
			.enter_ns = any_number(),
			.leave_ns = any_number(),
			.bytes = any_number(),
			.queue = (uint32_t)any_number(),
			.generation = (uint32_t)any_number(),
			.worker_tid = (uint32_t)any_number(),
			.chains = (uint32_t)any_number(),
			.calls = (uint32_t)any_number(),
			.coalesced = (uint32_t)any_number(),
			.rearms = (uint16_t)any_number(),
			.races = (uint16_t)any_number(),
			.requeues = (uint16_t)any_number(),
			.cpu = (uint16_t)any_number(),
			.cause = (uint8_t)any_number(),
			.end = (uint8_t)any_number(),
			.waiting_enter = (uint16_t)any_number(),
			.waiting_leave = (uint16_t)any_number(),
		};
}

/* The packed runs, and stages if there are any, with room behind for what may be read too far. */
static struct bytes pack(struct sink *out, const struct vp_run *runs,
			 const struct vp_stages *stages, uint32_t n)
{
	struct bytes in;

	sink_open_memory(out);
	runs_pack(out, runs, n);
	stages_pack(out, stages, n);
	assert_true(out->used <= RECFILE_RAW_MAX);
	sink_repeat(out, "x", RUNS_OVERREAD);
	in = bytes_of(out);
	in.end -= RUNS_OVERREAD;
	return in;
}

static void any_runs_come_back(void **unused)
{
	static const uint32_t sizes[] = {1, 2, 127, 128, 129, 4095, RECFILE_RUNS_MAX};
	struct vp_run *runs = calloc(RECFILE_RUNS_MAX, sizeof(*runs));
	struct vp_run *back = calloc(RECFILE_RUNS_MAX, sizeof(*back));
	struct vp_stages *stages = calloc(RECFILE_RUNS_MAX, sizeof(*stages));
	struct vp_stages *stages_back = calloc(RECFILE_RUNS_MAX, sizeof(*stages));
	size_t i, j;

	(void)unused;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct sink out;
		struct bytes in;

		fill_randomly(runs, sizes[i]);
		for (j = 0; j < (size_t)sizes[i] * VP_STAGE_NR; j++)
			stages[j / VP_STAGE_NR].ns[j % VP_STAGE_NR] = (uint32_t)any_number();
		in = pack(&out, runs, stages, sizes[i]);
		assert_int_equal(runs_unpack(&in, back, sizes[i]), 0);
		assert_memory_equal(runs, back, sizes[i] * sizeof(*runs));
		assert_int_equal(stages_unpack(&in, stages_back, sizes[i]), 1);
		assert_memory_equal(stages, stages_back, sizes[i] * sizeof(*stages));
		assert_true(in.at == in.end);
		sink_close(&out);
	}
	free(runs);
	free(back);
	free(stages);
	free(stages_back);
}

/* Columns that end early are refused, unless they end where those of an older writer do. */
static void runs_of_older_writers_lack_columns(void **unused)
{
	struct vp_run runs[3], back[3];
	struct vp_stages stages[3] = {0}, stages_back[3];
	struct bytes whole, in;
	struct sink out;
	size_t cut;

	(void)unused;
	fill_randomly(runs, 3);
	runs[0].waiting_enter = runs[0].waiting_leave = 0;
	stages[2].ns[VP_STAGE_NR - 1] = 5;
	whole = pack(&out, runs, stages, 3);
	/* From behind: nine empty stages, one with a byte for each run, their count, two columns. */
	for (cut = 1; cut < 40; cut++) {
		size_t columns = 9 + 4 + 1, older = columns + 2 * (1 + 2 * 3);

		in = (struct bytes){whole.at, whole.end - cut};
		assert_int_equal(runs_unpack(&in, back, 3),
				 cut <= columns || cut == older || cut == older - 7 ? 0 : -EBADMSG);
		if (cut < columns)
			assert_int_equal(stages_unpack(&in, stages_back, 3), -EBADMSG);
		else if (cut == columns)
			assert_int_equal(stages_unpack(&in, stages_back, 3), 0);
	}
	in = (struct bytes){whole.at, whole.end - 28};
	assert_int_equal(runs_unpack(&in, back, 3), 0);
	assert_int_equal(back[0].waiting_enter, VP_UNKNOWN_U16);
	assert_int_equal(back[0].end, runs[0].end);
	sink_close(&out);
}

#define MARKS (2 * RECFILE_INDEX_MAX + 10)

static void write_marks(const char *path)
{
	struct report *report = case_report(0);
	struct recfile_writer *writer;
	struct recfile_meta meta;
	struct err err;
	uint64_t i;

	case_meta(&meta);
	assert_int_equal(recfile_create(&writer, path, &meta, &err), 0);
	for (i = 0; i < MARKS; i++) {
		struct recfile_mark mark = {.time_ns = i};

		assert_int_equal(recfile_write_mark(writer, &mark, &err), 0);
	}
	assert_int_equal(recfile_finish(writer, report, &err), 0);
	assert_int_equal(recfile_close_writer(writer, &err), 0);
	report_free(report);
}

/* Checks one index block's entries against the file and returns where the one before it is. */
static uint64_t follow_index(const struct case_file *file, uint64_t at, uint64_t *entries)
{
	static uint8_t raw[RECFILE_RAW_MAX];
	struct recfile_head head, named;
	uint64_t before, step, type, items, first_ns, offset = 0;
	uLongf len = sizeof(raw);
	struct bytes in;
	uint32_t i;

	assert_true(recfile_take_head(file->bytes + at, &head));
	assert_int_equal(head.type, RECFILE_INDEX);
	assert_int_equal(uncompress(raw, &len, file->bytes + at + RECFILE_HEAD_BYTES, head.stored),
			 Z_OK);
	in = (struct bytes){raw, raw + len};
	assert_true(number_take(&in, &before));
	for (i = 0; i < head.items; i++) {
		assert_true(number_take(&in, &step) && number_take(&in, &type) &&
			    number_take(&in, &items) && number_take(&in, &first_ns));
		offset += step;
		assert_true(recfile_take_head(file->bytes + offset, &named));
		assert_true(named.type == type && named.items == items);
	}
	assert_true(in.at == in.end);
	*entries += head.items;
	return before;
}

static void the_index_names_every_block(void **unused)
{
	char path[] = "/tmp/test_recfile.XXXXXX";
	struct case_file file;
	struct recfile_head end;
	uint64_t at, entries = 0, chain = 0;

	(void)unused;
	close(mkstemp(path));
	write_marks(path);
	file = case_load(path);
	assert_true(recfile_take_head(file.bytes + file.len - 48, &end));
	assert_int_equal(end.type, RECFILE_END);
	for (at = end.position; at; chain++)
		at = follow_index(&file, at, &entries);
	assert_int_equal(entries, 1 + MARKS + 2 + 1); /* meta, marks, two queues, close */
	assert_int_equal(chain, 3);
	free(file.bytes);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_come_back),
		cmocka_unit_test(numbers_beyond_64_bits_are_refused),
		cmocka_unit_test(unknown_tags_are_skipped),
		cmocka_unit_test(lengths_that_lie_are_refused),
		cmocka_unit_test(histograms_that_do_not_add_up_are_refused),
		cmocka_unit_test(any_runs_come_back),
		cmocka_unit_test(runs_of_older_writers_lack_columns),
		cmocka_unit_test(the_index_names_every_block),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
