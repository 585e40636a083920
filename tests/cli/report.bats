#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# `vhostprof report`: what users type, and input that is hostile, broken or not there at all.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	VHOSTPROF=$(realpath "${VHOSTPROF:-./vhostprof}")
	IN=tests/golden/ftrace/in
	TMP=$BATS_TEST_TMPDIR
}

report() {
	run --separate-stderr "$VHOSTPROF" report "$@"
}

# One line on stderr with this in it, nothing on stdout, exit status 1.
refuses() { # TEXT ARGUMENT...
	local text=$1
	shift
	report "$@"
	[[ $status == 1 ]]
	[[ -z $output ]]
	[[ ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == *"$text"* ]]
}

@test "no file: usage" {
	report
	[[ $status == 2 ]]
	[[ $stderr == *"name a file"* ]]
}

@test "bad options: usage" {
	for bad in --churn-window=x --churn-window=-1 --churn-window=1000001 --churn-window= --format=none --nonsense; do
		report "$bad" "$IN/requeue.txt"
		[[ $status == 2 ]]
		[[ -z $output ]]
	done
}

@test "help names the options" {
	report --help
	[[ $status == 0 ]]
	[[ $output == *--correct-bias* && $output == *--churn-window* ]]
}

@test "a file that is not there, a directory, an empty file" {
	refuses "No such file" "$TMP/none"
	refuses "is a directory" "$TMP"
	: >"$TMP/empty"
	refuses "is empty" "$TMP/empty"
	refuses "is empty" - </dev/null
	gzip -c "$TMP/empty" >"$TMP/empty.gz"
	refuses "is empty" "$TMP/empty.gz"
}

@test "a file that may not be read" {
	((UID)) || skip "root reads everything"
	cp "$IN/requeue.txt" "$TMP/secret"
	chmod 0 "$TMP/secret"
	refuses "Permission denied" "$TMP/secret"
}

@test "other formats: what to do" {
	xz -c "$IN/requeue.txt" >"$TMP/xz"
	refuses "xz -dc" "$TMP/xz"
	iconv -t UTF-16 "$IN/requeue.txt" >"$TMP/utf16"
	refuses "iconv" "$TMP/utf16"
	printf '\x17\x08\x44tracing\x00' >"$TMP/trace.dat"
	refuses "trace-cmd report" "$TMP/trace.dat"
	head -c 100000 /dev/zero >"$TMP/zeros"
	refuses "no function_graph text" "$TMP/zeros"
	refuses "no function_graph text" Makefile
}

@test "a directory's name or a file's bytes cannot drive the terminal" {
	report $'/no\e[31mfile'
	[[ $stderr != *$'\e'* ]]
	printf ' 0)   0.100 us    |  a\e[31m();\n 0)   0.100 us    |  f();\n\e[31m\n' >"$TMP/escapes"
	report -v "$TMP/escapes"
	[[ $status == 0 ]]
	[[ $output$stderr != *$'\e'* ]]
	[[ $stderr == *"escapes:1: line not understood"* ]]
}

@test "one bad file does not hide the good one" {
	report "$IN/requeue.txt" "$TMP/none" "$IN/no-cpu.txt"
	[[ $status == 1 ]]
	[[ $output == *requeue.txt* && $output == *no-cpu.txt* ]]
	[[ $stderr == *"No such file"* ]]
}

@test "several files: a summary as text, one document each as JSON" {
	report --width 120 "$IN/requeue.txt" "$IN/no-cpu.txt"
	[[ $(grep -c '^.*requeue.txt  *[rt]x' <<<"$output") == 2 ]]
	report --format json "$IN/requeue.txt" "$IN/no-cpu.txt"
	[[ $(jq -r .schema <<<"$output" | wc -l) == 2 ]]
}

@test "JSON follows the schema" {
	for file in "$IN"/*; do
		tests/golden/check_schema "$VHOSTPROF" report --format json --correct-bias "$file"
	done
}

@test "a trace cut anywhere: a report of what was there, or one line" {
	size=$(stat -c %s "$IN/options.txt")
	for ((cut = 1; cut < size; cut += 97)); do
		head -c "$cut" "$IN/options.txt" >"$TMP/cut"
		report "$TMP/cut"
		[[ $status == 0 || ($status == 1 && ${#stderr_lines[@]} == 1) ]]
	done
}

@test "gzip that ends early or is damaged: what could be read, and a warning" {
	size=$(stat -c %s "$IN/vm-args-7.2.txt.gz")
	head -c $((size / 2)) "$IN/vm-args-7.2.txt.gz" >"$TMP/half.gz"
	report --format json "$TMP/half.gz"
	[[ $status == 0 ]]
	[[ $stderr == *"ends in the middle"* ]]
	jq -e '.notes | any(test("ends in the middle"))' <<<"$output"
	{ head -c $((size / 2)) "$IN/vm-args-7.2.txt.gz" && head -c 999 /dev/zero | tr '\0' '\377'; } >"$TMP/damaged.gz"
	report "$TMP/damaged.gz"
	[[ $status == 0 ]]
	[[ $stderr == *"is damaged"* ]]
}

@test "flipped bits: never a crash" {
	for ((seed = 1; seed <= 20; seed++)); do
		awk -v seed="$seed" 'BEGIN { srand(seed) } { for (i = 0; i < 3; i++) {
			at = int(rand() * length($0)) + 1
			$0 = substr($0, 1, at - 1) sprintf("%c", 32 + rand() * 95) substr($0, at + 1) } print }' \
			"$IN/options.txt" >"$TMP/flipped"
		report "$TMP/flipped"
		[[ $status == 0 || $status == 1 ]]
	done
}

@test "lines of a megabyte, a million levels, a million tasks: bounded, and said" {
	{ head -c 1000000 /dev/zero | tr '\0' x && echo && cat "$IN/requeue.txt"; } >"$TMP/long"
	report --format json "$TMP/long"
	[[ $status == 0 ]]
	jq -e '.notes | any(test("longer than"))' <<<"$output"
	yes ' 0)               |  f() {' | head -300000 >"$TMP/deep"
	run --separate-stderr bash -c "ulimit -v 300000; '$VHOSTPROF' report --format json '$TMP/deep'"
	[[ $status == 0 ]]
	jq -e '.notes | any(test("deeper than"))' <<<"$output"
	seq 300000 | sed 's/.*/ 0)    t-&   |               |  f() {/' >"$TMP/tasks"
	run --separate-stderr bash -c "ulimit -v 300000; '$VHOSTPROF' report --format json '$TMP/tasks'"
	[[ $status == 0 ]]
	jq -e '.notes | any(test("tasks at once"))' <<<"$output"
	seq 300000 | sed 's/.*/ 0)   0.100 us    |  f&();/' >"$TMP/functions"
	run --separate-stderr bash -c "ulimit -v 300000; '$VHOSTPROF' report --format json '$TMP/functions'"
	[[ $status == 0 ]]
	[[ $(jq '[.functions[].calls] | add' <<<"$output") == 300000 ]]
}

@test "memory does not grow with the file" {
	for _ in {1..60}; do gzip -dc "$IN/vm-proc-6.1.txt.gz"; done >"$TMP/big"
	/usr/bin/time -f %M -o "$TMP/small.kib" "$VHOSTPROF" report "$IN/vm-proc-6.1.txt.gz" >/dev/null
	/usr/bin/time -f %M -o "$TMP/big.kib" "$VHOSTPROF" report "$TMP/big" >/dev/null
	(($(<"$TMP/big.kib") < $(<"$TMP/small.kib") + 2048))
	(($(<"$TMP/big.kib") < 65536))
}

@test "a closed pipe is not an error message" {
	run --separate-stderr bash -c "'$VHOSTPROF' report '$IN'/*.gz | head -1"
	[[ $output == *vhostprof* ]]
	[[ $stderr != *rror* ]]
}
