#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# `vhostprof diff`: change told from noise, the gate for CI, and input that is wrong.

bats_require_minimum_version 1.5.0
load trace

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	VHOSTPROF=$(realpath "${VHOSTPROF:-./vhostprof}")
	TMP=$BATS_TEST_TMPDIR
}

diff_of() {
	run --separate-stderr "$VHOSTPROF" diff "$@"
}

holds() { # JQ-CONDITION ARGUMENT...
	"$VHOSTPROF" diff --format json "${@:2}" >"$TMP/json"
	jq -e "$1" "$TMP/json" >/dev/null || {
		printf 'not so: %s\n' "$1"
		jq -c '.test, (.queues[], .functions[] | .values | map_values(.verdict, .p, .change))' "$TMP/json"
		return 1
	}
}

@test "two halves of one steady trace: nothing changed" {
	for seed in 1 2 3 4 5; do
		trace 4000 $seed 5000 10 >"$TMP/all"
		len=$(wc -l <"$TMP/all")
		# A run is 7 lines, the head 4.
		head -n $((4 + (len - 4) / 14 * 7)) "$TMP/all" >"$TMP/a"
		{ head -n 4 "$TMP/all"; tail -n +$((5 + (len - 4) / 14 * 7)) "$TMP/all"; } >"$TMP/b"
		holds '.test.changed == 0 and .test.judged >= 20 and .test.worst_cost_change == 0' "$TMP/a" "$TMP/b"
		diff_of --fail-over 0 "$TMP/a" "$TMP/b"
		[[ $status == 0 ]]
	done
}

@test "runs that became longer are worse, and better the other way round" {
	trace 2000 1 5000 10 >"$TMP/a"
	trace 2000 2 6500 10 >"$TMP/b"
	holds '.queues[0].values | .mean_ns.verdict == "more" and .p50_ns.verdict == "more" and
		(.mean_ns.change | . > 0.2 and . < 0.4) and .mean_ns.change_low < 0.3 and .mean_ns.change_high > 0.3' "$TMP/a" "$TMP/b"
	holds '.queues[0].values.mean_ns.verdict == "less" and .test.worst_cost_change == 0' "$TMP/b" "$TMP/a"
	holds '[.functions[] | select(.name == "vhost_get_vq_desc") | .values.mean_ns.verdict] == ["more"]' "$TMP/a" "$TMP/b"
	diff_of "$TMP/a" "$TMP/b"
	[[ $status == 0 && $output == *"per run"*worse* ]]
}

@test "a changed load is no cost" {
	trace 2000 1 5000 10 >"$TMP/a"
	trace 2000 2 5000 30 >"$TMP/b"
	holds '.queues[0].values | .per_second.verdict == "less" and .mean_ns.verdict == "noise"' "$TMP/a" "$TMP/b"
	diff_of --fail-over 0 "$TMP/a" "$TMP/b"
	[[ $status == 0 ]]
}

@test "churn that appears" {
	trace 2000 1 5000 100 >"$TMP/a"
	trace 2000 2 5000 10 >"$TMP/b"
	holds '.queues[0].values.churn_ratio | .verdict == "more" and .before == 0 and .after > 0.9' "$TMP/a" "$TMP/b"
	diff_of --fail-over 50 "$TMP/a" "$TMP/b"
	[[ $status == 1 && $stderr == *"was not there before"* ]]
}

@test "--fail-over: above it 1, below it 0" {
	trace 2000 1 5000 10 >"$TMP/a"
	trace 2000 2 6500 10 >"$TMP/b"
	diff_of --fail-over 10 "$TMP/a" "$TMP/b"
	[[ $status == 1 && $output == *"per run"* && $stderr == *"rose by"* && ${#stderr_lines[@]} == 1 ]]
	diff_of --fail-over 60 "$TMP/a" "$TMP/b"
	[[ $status == 0 && -z $stderr ]]
}

@test "--fail-over does not pass what is too short to judge" {
	trace 10 1 5000 10 >"$TMP/a"
	trace 10 2 9000 10 >"$TMP/b"
	diff_of --fail-over 1000 "$TMP/a" "$TMP/b"
	[[ $status == 1 && $stderr == *"too short to judge"* && $output == *"Too short to judge"* ]]
	diff_of "$TMP/a" "$TMP/b"
	[[ $status == 0 ]]
}

@test "without absolute time: costs, no rates" {
	trace 2000 1 5000 10 | sed 's/^  [0-9.]* |//' >"$TMP/a"
	trace 2000 2 6500 10 | sed 's/^  [0-9.]* |//' >"$TMP/b"
	holds '.queues[0].values | .mean_ns.verdict == "more" and .per_second.verdict == "unknown" and
		.per_second.before == null and .churn_ratio.verdict == "unknown"' "$TMP/a" "$TMP/b"
}

@test "80 columns, plain ASCII where the locale is" {
	trace 2000 1 5000 10 >"$TMP/a"
	trace 2000 2 6500 30 >"$TMP/b"
	LC_ALL=C diff_of --all "$TMP/a" "$TMP/b"
	[[ $status == 0 ]]
	if grep -qP '[^\x20-\x7e]' <<<"$output"; then return 1; fi
	if grep -qE '.{81}' <<<"$output"; then return 1; fi
}

@test "JSON keeps to its schema" {
	trace 2000 1 5000 10 >"$TMP/a"
	trace 10 2 6500 10 >"$TMP/b"
	for pair in "a a" "a b" "b b"; do
		# shellcheck disable=SC2086
		(cd "$TMP" && "$VHOSTPROF" diff --format json $pair) >"$TMP/json"
		python3 -c 'import json, sys, jsonschema
schema, document = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(document, schema)' docs/diff.schema.json "$TMP/json"
	done
}

@test "a recording against itself" {
	tail -c +2 tests/fuzz/corpus/recfile/raw-whole >"$TMP/f.vprof"
	holds '.before.kind == "recording" and .before.blocks_by_run > 0 and .before.blocks_by_time > 0 and
		.test.changed == 0 and [.queues[].matched_by] == ["name", "name"]' "$TMP/f.vprof" "$TMP/f.vprof"
}

@test "names of files cannot drive the terminal" {
	trace 100 1 5000 10 >"$TMP/"$'a\e[31m'
	diff_of "$TMP/"$'a\e[31m' "$TMP/"$'a\e[31m'
	[[ $status == 0 && $output != *$'\e'* && $output == *'\x1b[31m'* ]]
}

@test "one of the two from standard input" {
	trace 100 1 5000 10 >"$TMP/a"
	run --separate-stderr bash -c '"$0" diff - "$1" <"$1"' "$VHOSTPROF" "$TMP/a"
	[[ $status == 0 ]]
	diff_of - -
	[[ $status == 2 ]]
}

@test "wrong command lines: usage" {
	trace 100 1 5000 10 >"$TMP/a"
	for bad in "" a "a a a" "--fail-over=x a a" "--fail-over=-1 a a" "--fail-over= a a" "--nonsense a a"; do
		# shellcheck disable=SC2086
		run --separate-stderr bash -c 'cd "$1" && shift && exec "$@"' . "$TMP" "$VHOSTPROF" diff $bad
		[[ $status == 2 && -z $output ]]
	done
}

@test "files that cannot be read: one line, exit status 1" {
	trace 100 1 5000 10 >"$TMP/a"
	diff_of "$TMP/a" "$TMP/none"
	[[ $status == 1 && -z $output && ${#stderr_lines[@]} == 1 ]]
	diff_of README.md "$TMP/a"
	[[ $status == 1 && -z $output && ${#stderr_lines[@]} == 1 ]]
	echo '{"schema":"vhostprof.report/1"}' >"$TMP/report.json"
	diff_of "$TMP/a" "$TMP/report.json"
	[[ $status == 1 && ${#stderr_lines[@]} == 1 ]]
}

@test "people's own traces, where they are" {
	local traces=../shared/traces
	[[ -d $traces ]] || skip "there is no $traces"
	xz -dc $traces/190815_3.txt.xz >"$TMP/a"
	xz -dc $traces/190816_4.txt.xz >"$TMP/b"
	# 64-byte messages against 1024-byte ones: batches grew, churn went.
	holds '.queues[] | select(.before.queue | startswith("tx")) | .values.churn_ratio.verdict == "less"' "$TMP/a" "$TMP/b"
	holds '.test.changed == 0' "$TMP/a" "$TMP/a"
}
