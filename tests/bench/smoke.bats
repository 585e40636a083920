#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# That the bench and the experiments still run, and their tables still form. Judges no speed.

bats_require_minimum_version 1.5.0

setup() {
	TMP=$BATS_TEST_TMPDIR
	bench=$BATS_TEST_DIRNAME
}

@test "the cost of looking is measured" {
	tests/bench/run --smoke >"$TMP/table"
	jq -e '[.[] | select(.unit == "packets/s") | .tool] | index("nothing") and index("runs") and index("stages")' \
		build/bench-smoke.json
	jq -e 'all(.[]; has("load") and has("loss_pct") and has("records_lost") and .pairs >= 1) and
		all(.[] | select(.unit == "packets/s"); .median > 0) and
		all(.[] | select(.unit == "worker ns/packet"); .median > 0)' build/bench-smoke.json
	grep -q '^| vhostprof |' "$TMP/table"
}

@test "the cost of each program is measured" {
	rm -f build/bench-programs
	tests/vm/run -- tests/bench/programs build/bench-programs
	jq -s '.' build/bench-programs >"$TMP/rows"
	jq -e 'any(.[]; .tool == "runs: f_enter_handle_tx_kick" and .unit == "instructions/hit" and .median > 0)' "$TMP/rows"
	jq -e '[.[] | select(.unit == "hits/packet" and (.tool | endswith("leave_vq_desc"))) | .median] |
		length == 2 and all(. > 0.5 and . < 2)' "$TMP/rows"
	jq -r --argjson words '{"loads": {"flood": "f"}, "tools": {"runs": "r", "stages": "s", "trace": "t"}}' -f "$bench/table.jq" \
		"$TMP/rows" | grep -q '^| flood | s | `k_leave_vq_desc` | '
}

@test "a loss is that of the pair, not of the middle" {
	local tool packets pair=0
	for packets in 1000 990 2000 1900 500 450; do
		tool=nothing
		((pair++ % 2 == 0)) || tool=runs
		jq -nc --arg tool "$tool" --argjson packets $packets '{load: "flood", $tool, clock: "time", $packets, ns: 1e9,
			worker_ns: 1e6, vcpu_ns: 1e6, tool_ns: 0, records_lost: 3, attach_us: 1}'
	done | jq -s -f "$bench/summary.jq" >"$TMP/rows"
	jq -e '.[] | select(.tool == "runs" and .unit == "packets/s") |
		.median == 990 and .loss_pct == 5 and .records_lost == 3 and .pairs == 3' "$TMP/rows"
	jq -r --slurpfile before "$TMP/rows" -f "$bench/compare.jq" "$TMP/rows" | grep -q '^flood, runs: 990 packets/s, 1 x'
}

@test "an experiment's numbers from a trace" {
	gzip -dc tests/golden/ftrace/in/vm-abstime-6.1.txt.gz >"$TMP/trace"
	./vhostprof report --format json "$TMP/trace" |
		jq --arg source runs --argjson mbps null -f tests/experiments/numbers.jq >"$TMP/numbers"
	jq -e '.runs > 0 and .runs_per_s > 0 and .service_ns.p50 > 0' "$TMP/numbers"
	jq '[{name: "x", row: "x", guests: 1, protocol: "tcp", bytes: 64, threads: 1, observed: "y", sources: {runs: .}}]' "$TMP/numbers" |
		jq -r -f tests/experiments/table.jq | grep -q '^| x | 1 x TCP 64 B | `runs` |'
}

@test "a measured part goes where it belongs" {
	printf '%s\n' head '<!-- measured -->' old '<!-- end -->' tail >"$TMP/doc"
	echo new >"$TMP/part"
	tests/bench/insert "$TMP/doc" "$TMP/part"
	[[ "$(cat "$TMP/doc")" == $'head\n<!-- measured -->\n\nnew\n\n<!-- end -->\ntail' ]]
	echo no marks >"$TMP/doc"
	run ! tests/bench/insert "$TMP/doc" "$TMP/part"
}
