#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Folded stacks, flame graphs and perf-script on the command line: what is drawn is tests/golden's and
# tests/browser's, here is what is refused, and where the loss is stated.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	VHOSTPROF=$(realpath "${VHOSTPROF:-./vhostprof}")
	TMP=$BATS_TEST_TMPDIR
	TRACE=tests/golden/ftrace/in/vm-plain-6.1.txt.gz
	OTHER=tests/golden/ftrace/in/vm-rx-6.1.txt.gz
}

fails() { # STATUS PATTERN ARGUMENT…: one line on stderr, nothing on stdout
	run --separate-stderr "$VHOSTPROF" "${@:3}"
	[[ $status == "$1" && -z $output && ${#stderr_lines[@]} == 1 && $stderr =~ $2 ]] || {
		echo "status $status, stdout '$output', stderr '$stderr'"
		return 1
	}
}

@test "the three formats tell of the same time" {
	folded=$("$VHOSTPROF" report --format folded $TRACE | awk '{ sum += $NF } END { printf "%d", sum }')
	perf=$("$VHOSTPROF" report --format perf-script $TRACE | awk '$NF == "self-ns:" { sum += $(NF - 1) } END { printf "%d", sum }')
	svg=$("$VHOSTPROF" report --format flamegraph $TRACE | sed -n 's/^total \([0-9,]*\) ns (100 %).*/\1/p' | head -n 1 | tr -d ,)
	[[ $folded -gt 1000000 && $folded == "$perf" && $folded == "$svg" ]]
}

@test "function_graph text: stacks and the report's table of functions agree" {
	run -0 "$VHOSTPROF" report --format json $TRACE
	json=$(jq '[.functions[] | select(.name == "tun_sendmsg") | .self_ns] | add' <<<"$output")
	folded=$("$VHOSTPROF" report --format folded $TRACE | awk '/;tun_sendmsg [0-9]*$/ { sum += $NF } END { printf "%d", sum }')
	[[ $json -gt 0 && $folded == "$json" ]]
}

@test "per run is the sum divided by the runs" {
	run -0 "$VHOSTPROF" report --format json $TRACE
	runs=$(jq '[.queues[].runs] | add' <<<"$output")
	sum() { "$VHOSTPROF" report --format folded "$@" $TRACE | awk '{ sum += $NF } END { printf "%d", sum }'; }
	whole=$(sum) per_run=$(sum --normalize run)
	# Each line is rounded.
	((per_run * runs > whole - whole / 100 && per_run * runs < whole + whole / 100))
}

@test "runs whose inside was not measured are no picture" {
	printf '# tracer: function_graph\n 0)   vhost-1-10   |   3.000 us   |  vhost_poll_wakeup [vhost]();\n' >"$TMP/empty"
	for format in folded flamegraph perf-script; do
		fails 1 'empty: no runs to draw' \
			report --format $format "$TMP/empty"
	done
	fails 1 'empty: no runs to draw' diff --format flamegraph "$TMP/empty" $TRACE
	fails 1 'empty: no runs to draw' diff --format folded $TRACE "$TMP/empty"
}

@test "what cannot be divided by is said" {
	fails 1 'vm-plain.*--normalize time: the length of the window' report --format folded --normalize time $TRACE
	fails 2 "takes run, chain or time, not 'day'" report --format folded --normalize day $TRACE
	fails 2 "text has nothing to --normalize" report --normalize run $TRACE
}

@test "one picture at a time" {
	for format in folded flamegraph perf-script; do
		fails 2 'takes one file' report --format $format $TRACE $OTHER
		fails 2 'one picture of all' -i 1 -d 3 --format $format
	done
}

@test "commands without a format say so" {
	fails 2 'no --format perf-script' diff --format perf-script $TRACE $OTHER
	fails 2 'no --format flamegraph' advise --format flamegraph $TRACE
}

@test "the loss stands on stderr where the format has no place for it" {
	gzip -dc $TRACE | sed '200,203d' >"$TMP/torn"
	run --separate-stderr "$VHOSTPROF" report --format folded "$TMP/torn"
	[[ $status == 0 && $stderr =~ 'loss: '.*broken ]]
	run --separate-stderr "$VHOSTPROF" report --format flamegraph "$TMP/torn"
	[[ $status == 0 && -z $stderr && $output =~ class=\"note\ loss\".*broken ]]
	run --separate-stderr "$VHOSTPROF" report --format perf-script "$TMP/torn"
	[[ $status == 0 && -z $stderr && $output =~ '# loss: '.*broken ]]
}

@test "two sources: folded has both values, the picture is per run" {
	run -0 --separate-stderr "$VHOSTPROF" diff --format folded $OTHER $TRACE
	[[ $stderr == *'vm-plain-6.1.txt.gz: loss: '*' broken'* ]]
	[[ -z $(grep -vE '^.*;.* [0-9]+ [0-9]+$' <<<"$output") ]]
	run -0 "$VHOSTPROF" diff --format flamegraph $OTHER $TRACE
	[[ $output =~ 'ns per run, before '[0-9,.]*' ns per run' ]]
}
