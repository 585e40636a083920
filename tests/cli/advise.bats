#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# `vhostprof advise` on files: advice where it is due, none where it is not.

bats_require_minimum_version 1.5.0
load trace

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	VHOSTPROF=$(realpath "${VHOSTPROF:-./vhostprof}")
	TMP=$BATS_TEST_TMPDIR
}

advise() {
	run --separate-stderr "$VHOSTPROF" advise "$@"
}

holds() { # JQ-CONDITION ARGUMENT...
	"$VHOSTPROF" advise --format json "${@:2}" >"$TMP/json"
	jq -e "$1" "$TMP/json" >/dev/null || {
		printf 'not so: %s\n' "$1"
		jq -c '.hazards, (.queues[] | .findings, (.busy_poll | del(.points)))' "$TMP/json"
		return 1
	}
}

@test "gaps of 10 to 20 us: poll for that long" {
	trace 1000 1 5000 10 >"$TMP/a"
	holds '.queues[0].busy_poll | .verdict == "recommended" and (.recommended_poll_us | . >= 15 and . <= 20)' "$TMP/a"
	advise "$TMP/a"
	[[ $status == 0 && $output == *"poll-us="*"would absorb"* && $output == *"-netdev tap,"* ]]
	[[ $output == *"arrivals do not react"* && $output == *e08a9fac5cf8* ]]
}

@test "gaps of milliseconds: leave it" {
	trace 1000 1 5000 2000 500 >"$TMP/a"
	holds '.queues[0].busy_poll | .verdict == "few_short" and .recommended_poll_us == 0' "$TMP/a"
	holds '.acts == 0' "$TMP/a"
	advise "$TMP/a"
	[[ $output == *"Nothing to change"* && $output != *"-netdev"* ]]
}

@test "a budget that does not suffice" {
	trace 1000 1 5000 10 >"$TMP/a"
	holds '.queues[0].busy_poll | .verdict == "over_budget" and .recommended_poll_us == 0' --cpu 5 "$TMP/a"
	holds '.queues[0].busy_poll.verdict == "recommended"' --cpu 90 "$TMP/a"
}

@test "values asked for, and a price worth paying" {
	trace 1000 1 5000 600 >"$TMP/a"
	holds '.queues[0].busy_poll | .verdict == "few_short" and (.points | length == 20)' "$TMP/a"
	holds '.queues[0].busy_poll | .verdict == "too_dear" and (.points | length == 22) and
		([.points[].poll_us] | . == sort and (contains([4, 700])))' --poll-us 700 --poll-us 4 --poll-us 5 "$TMP/a"
	holds '.spin_ns_per_kick_allowed == 1000000 and .queues[0].busy_poll.recommended_poll_us == 700' \
		--poll-us 700 --per-kick 1000 "$TMP/a"
	advise --poll-us 600 --poll-us 4 "$TMP/a"
	[[ $output == *" 600 "* ]]
}

@test "few gaps: no verdict" {
	trace 50 1 5000 10 >"$TMP/a"
	holds '.queues[0].busy_poll.verdict == "few_gaps" and
		(.queues[0].findings[] | select(.rule == "busy-poll") | .verdict == "unknown")' "$TMP/a"
}

@test "the more it polls the more it absorbs" {
	trace 1000 1 5000 5 100 >"$TMP/a"
	holds '.queues[0].busy_poll.points | length == 20 and
		([.[].absorbed] | . == sort) and ([.[].cpu_added] | . == sort) and
		([.[].kicks_per_second_left] | . == (sort | reverse)) and
		all(.[]; .absorbed_low <= .absorbed and .absorbed <= .absorbed_high)' "$TMP/a"
}

@test "the kernel in the text's head decides on the warning" {
	trace 1000 1 5000 10 >"$TMP/a"
	holds '.hazards.busy_poll == "unknown" and (.hazards.busy_poll_warning | test("does not say which kernel"))' "$TMP/a"
	sed '1i # irqsoff latency trace v1.1.5 on 6.18.15+deb13-amd64' "$TMP/a" >"$TMP/b"
	holds '.source.kernel == "6.18.15+deb13-amd64" and .hazards.busy_poll == "known" and .hazards.rx_livelock == "known"' "$TMP/b"
	sed '1i # irqsoff latency trace v1.1.5 on 6.12.117+deb13-amd64' "$TMP/a" >"$TMP/b"
	holds '.hazards == {"busy_poll": "none", "busy_poll_warning": null, "rx_livelock": "none"}' "$TMP/b"
}

@test "without absolute time: no gaps, so no advice on them" {
	trace 1000 1 5000 10 | sed 's/^  [0-9.]* |//' >"$TMP/a"
	holds '.queues[0].busy_poll.verdict == "no_gaps"' "$TMP/a"
}

@test "80 columns, plain ASCII where the locale is" {
	trace 1000 1 5000 10 >"$TMP/a"
	(cd "$TMP" && LC_ALL=C "$VHOSTPROF" advise a) >"$TMP/out"
	if grep -qP '[^\x20-\x7e]' "$TMP/out"; then return 1; fi
	if grep -qE '.{81}' "$TMP/out"; then return 1; fi
}

@test "JSON keeps to its schema" {
	trace 1000 1 5000 10 >"$TMP/a"
	trace 10 1 5000 10 >"$TMP/b"
	tail -c +2 tests/fuzz/corpus/recfile/raw-whole >"$TMP/c"
	for file in a b c; do
		"$VHOSTPROF" advise --format json "$TMP/$file" >"$TMP/json"
		python3 -c 'import json, sys, jsonschema
schema, document = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(document, schema)' docs/advice.schema.json "$TMP/json"
	done
}

@test "wrong command lines: usage" {
	trace 100 1 5000 10 >"$TMP/a"
	for bad in "a a" "-p 1 a" "--cpu=0 a" "--cpu=101 a" "--cpu=x a" "-d 0" "--nonsense a"; do
		# shellcheck disable=SC2086
		run --separate-stderr bash -c 'cd "$1" && shift && exec "$@"' . "$TMP" "$VHOSTPROF" advise $bad
		[[ $status == 2 && -z $output ]]
	done
}

@test "a file that cannot be read: one line, exit status 1" {
	advise "$TMP/none"
	[[ $status == 1 && -z $output && ${#stderr_lines[@]} == 1 ]]
	advise README.md
	[[ $status == 1 && -z $output && ${#stderr_lines[@]} == 1 ]]
}

@test "people's own traces, where they are" {
	local traces=../shared/traces
	[[ -d $traces ]] || skip "there is no $traces"
	xz -dc $traces/190815_3.txt.xz >"$TMP/tcp"
	xz -dc $traces/190815.txt.xz >"$TMP/udp"
	# TCP: gaps have p90 near 25 us, and that is what to poll for. UDP: saturated, polling is no help.
	holds '.queues[] | select(.queue | startswith("tx")) | .busy_poll |
		(.recommended_poll_us * 1000 / .gap_p90_ns | . > 0.7 and . < 1.3)' "$TMP/tcp"
	holds '[.queues[] | .busy_poll.recommended_poll_us] | add == 0' "$TMP/udp"
	holds '[.queues[].findings[] | select(.verdict == "act") | .rule] == ["saturated"]' "$TMP/udp"
}
