#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Runs one by one: `vhostprof trace`, and the formats of `report` that take them so.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	VHOSTPROF=$(realpath "${VHOSTPROF:-./vhostprof}")
	IN=tests/golden/ftrace/in
	CHECK=tests/golden/check_trace_event
	TMP=$BATS_TEST_TMPDIR
	# shellcheck source=tests/cli/trace.bash
	source tests/cli/trace.bash
}

refuses() { # STATUS TEXT ARGUMENT...
	local wanted=$1 text=$2
	shift 2
	run --separate-stderr "$VHOSTPROF" "$@"
	[[ $status == "$wanted" ]]
	[[ -z $output ]]
	[[ ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *"$text"* ]]
}

@test "without absolute time there is no timeline and no heat map" {
	for format in trace-event heatmap heatmap-data; do
		refuses 1 "needs absolute time" report --format "$format" "$IN"/no-abstime.txt
	done
}

@test "wrong command lines are one line" {
	refuses 2 "not both" trace -p 1 "$IN"/requeue.txt
	refuses 2 "--style takes" trace --style nice "$IN"/requeue.txt
	refuses 2 "--cause takes" trace --cause luck "$IN"/requeue.txt
	refuses 2 "--queue takes" trace --queue up "$IN"/requeue.txt
	refuses 2 "--min-us takes" trace --min-us -1 "$IN"/requeue.txt
	refuses 2 "--metric takes" report --metric luck "$IN"/requeue.txt
	refuses 2 "no --format json" trace --format json "$IN"/requeue.txt
	refuses 2 "takes one file" report --format csv-runs "$IN"/requeue.txt "$IN"/requeue.txt
	refuses 2 "takes one file" report --format csv "$IN"/requeue.txt "$IN"/requeue.txt
	refuses 2 "no --format heatmap" diff --format heatmap "$IN"/requeue.txt "$IN"/requeue.txt
	refuses 2 "no --format heatmap" -i 1 --format heatmap
	refuses 1 "No such file" trace "$TMP/none"
}

@test "a file without runs gives whole output" {
	printf '  1.000000 |   0)   0.100 us    |  a();\n' >"$TMP/none"
	run "$CHECK" "$VHOSTPROF" report --format trace-event "$TMP/none"
	[[ $output == "1 i" ]]
	run --separate-stderr "$VHOSTPROF" report --format csv-runs "$TMP/none"
	[[ ${#lines[@]} == 1 ]]
	run --separate-stderr "$VHOSTPROF" trace "$TMP/none"
	[[ $status == 0 && -z $output ]]
}

@test "function_graph text of a trace reads as the trace did" {
	"$VHOSTPROF" trace --style function_graph "$IN"/vm-proc-6.1.txt.gz >"$TMP/again"
	for file in "$IN"/vm-proc-6.1.txt.gz "$TMP/again"; do
		"$VHOSTPROF" report --format json "$file" |
			jq '[.queues[] | del(.functions, .trees, .samples)]' >"$TMP/$(basename "$file").json"
	done
	diff "$TMP/vm-proc-6.1.txt.gz.json" "$TMP/again.json"
}

@test "function_graph text of function_graph text is itself" {
	for file in "$IN"/*; do
		"$VHOSTPROF" trace --style function_graph "$file" >"$TMP/one" 2>/dev/null
		"$VHOSTPROF" trace --style function_graph "$TMP/one" >"$TMP/two" 2>/dev/null
		[[ -s $TMP/one ]]
		cmp "$TMP/one" "$TMP/two"
	done
}

@test "functions of queues add up to what their runs took" {
	"$VHOSTPROF" report --format csv-runs "$IN"/vm-proc-6.1.txt.gz | tr -d '\r' |
		awk -F, 'NR > 1 { sum = 0; for (i = 24; i <= NF; i++) sum += $i
			if (sum != $14) { print "run", NR, sum, $14; exit 1 } n++ }
			END { exit !n }'
}

@test "filters leave what they say" {
	all=$("$VHOSTPROF" report --format csv-runs "$IN"/vm-proc-6.1.txt.gz | tr -d '\r' | tail -n +2)
	want=$(awk -F, '$14 >= 2000000' <<<"$all" | wc -l)
	got=$("$VHOSTPROF" trace --format csv-runs --min-us 2000 "$IN"/vm-proc-6.1.txt.gz | tail -n +2 | wc -l)
	((want > 0 && want == got && want < $(wc -l <<<"$all")))
	want=$(awk -F, '$6 == "rx?"' <<<"$all" | wc -l)
	got=$("$VHOSTPROF" trace --format csv-runs --queue rx "$IN"/vm-proc-6.1.txt.gz | tail -n +2 | wc -l)
	((want > 0 && want == got))
	want=$(awk -F, '$8 == "kick" || $8 == "requeue"' <<<"$all" | wc -l)
	got=$("$VHOSTPROF" trace --format csv-runs --cause kick --cause requeue "$IN"/vm-proc-6.1.txt.gz |
		tail -n +2 | wc -l)
	((want > 0 && want == got))
}

# Text that goes on: what the reader has not taken yet is no more than a pipe holds.
feed() {
	trace 5000 1 5000 10
}

@test "Ctrl-C in the middle of a pipe that stays open: the timeline is whole" {
	mkfifo "$TMP/pipe"
	"$VHOSTPROF" report --format trace-event - <"$TMP/pipe" >"$TMP/cut.json" &
	pid=$!
	exec 9>"$TMP/pipe"
	feed >&9
	kill -INT $pid
	wait $pid
	exec 9>&-
	run "$CHECK" cat "$TMP/cut.json"
	[[ $status == 0 ]]
	(($(grep -c '"cat": "run"' "$TMP/cut.json") > 100))
}

@test "killed in the middle: the timeline lacks its bracket and nothing else" {
	mkfifo "$TMP/pipe"
	"$VHOSTPROF" report --format trace-event - <"$TMP/pipe" >"$TMP/cut.json" &
	pid=$!
	exec 9>"$TMP/pipe"
	feed >&9
	kill -KILL $pid
	wait $pid 2>/dev/null || true
	exec 9>&-
	run "$CHECK" --cut "$TMP/cut.json"
	[[ $status == 0 ]]
	(($(grep -c '"cat": "run"' "$TMP/cut.json") > 100))
}

@test "a reader that leaves is no error message" {
	run --separate-stderr bash -c "'$VHOSTPROF' trace '$IN'/vm-proc-6.1.txt.gz | head -1"
	[[ -z $stderr ]]
}
