#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# Recordings read back: whole, cut, damaged, of other versions; and what `record` says to wrong options.

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	VHOSTPROF=$(realpath "${VHOSTPROF:-./vhostprof}")
	TMP=$BATS_TEST_TMPDIR
	FILE=$TMP/file.vprof
	# The fuzz corpus keeps a small whole recording, behind a byte that is the fuzzer's.
	tail -c +2 tests/fuzz/corpus/recfile/raw-whole >"$FILE"
}

report() {
	run --separate-stderr "$VHOSTPROF" report "$@"
}

json() { # JQ-CONDITION FILE
	"$VHOSTPROF" report --format json "$2" 2>"$TMP/warnings" >"$TMP/json"
	jq -e "$1" "$TMP/json" >/dev/null || {
		jq -c "del(.queues[].churn)" "$TMP/json"
		return 1
	}
}

refuses() { # FILE TEXT
	report "$1"
	[[ $status == 1 && -z $output && ${#stderr_lines[@]} == 1 ]]
	[[ $stderr == "vhostprof: $2" ]] || {
		echo "$stderr"
		return 1
	}
}

poke() { # OFFSET BYTES
	printf '%b' "$2" | dd of="$FILE" bs=1 seek="$1" conv=notrunc status=none
}

@test "a whole recording: its counters, no warning" {
	json '.source.kind == "recording" and .source.kernel == "6.1.0-test" and .loss.records_lost == 0' "$FILE"
	[[ ! -s $TMP/warnings ]]
	json '[.queues[] | .queue, .runs, .doorbells] == ["rx0", 26, 100, "tx0", 14, 101]' "$FILE"
	json '.notes == ["a note of the live report"]' "$FILE"
}

@test "as text; names in the file cannot drive the terminal" {
	report "$FILE"
	[[ $status == 0 && $output == *'web \x1b[31m1'* && $output != *$'\x1b[31m'* ]]
}

@test "from a pipe" {
	json '.queues | length == 2' - <"$FILE"
	cat "$FILE" | "$VHOSTPROF" report --format json - | jq -e '.queues | length == 2'
}

@test "an independent reader agrees on the runs" {
	[[ $(tests/cli/vprof runs "$FILE" | wc -l) == 40 ]]
	# Columns of the file: 1 enter, 4 queue, 7 chains.
	tests/cli/vprof runs "$FILE" | awk '{ runs[$4]++; chains[$4] += $7 } END { for (q in runs) print q, runs[q], chains[q] }' |
		sort >"$TMP/second"
	"$VHOSTPROF" report --format json "$FILE" |
		jq -r '.queues[] | "\(if .queue == "rx0" then 0 else 1 end) \(.runs) \(.chains)"' | diff "$TMP/second" -
}

# One of level trace, and its parts as the other reader sees them.
trace_file() {
	tail -c +2 tests/fuzz/corpus/recfile/raw-trace >"$FILE"
}

@test "an independent reader agrees on functions, and events on them" {
	trace_file
	json '.source.level == "trace" and (.functions | length == 3)' "$FILE"
	tests/cli/vprof functions "$FILE" | cut -d' ' -f2- | sort >"$TMP/second"
	"$VHOSTPROF" report --format json "$FILE" |
		jq -r '.functions[] | "\(.name) \(.calls) \(.total_ns) \(.self_ns)"' | sort | diff "$TMP/second" -
	# Of every call here both ends were seen: times of ends less times of entries are its function's time.
	tests/cli/vprof events "$FILE" | awk '{ sum[$3] += $4 ? $2 : -$2; calls[$3] += $4 } END { for (r in sum) print calls[r], sum[r] }' |
		sort >"$TMP/events"
	cut -d' ' -f2,3 "$TMP/second" | sort | diff "$TMP/events" -
}

@test "a recording of level trace, cut: the functions of what could be read" {
	trace_file
	truncate -s "$(($(tests/cli/vprof offset totals "$FILE") - 1))" "$FILE"
	json '.functions | length == 3 and .[0].calls == 24' "$FILE"
	json '.notes | any(test("exact counters"))' "$FILE"
}

@test "a recording of format 1.0 is read as ever" {
	[[ $(od -An -j10 -N1 -tu1 "$FILE") -eq 0 ]]
	json '.functions == [] and .loss.records_lost == 0' "$FILE"
}

@test "cut before its counters: counted from the runs, and said so" {
	truncate -s "$(tests/cli/vprof offset totals "$FILE")" "$FILE"
	json '[.queues[] | .queue, .runs, .doorbells] == ["rx0", 26, null, "tx0", 14, null]' "$FILE"
	json '.notes | length == 2 and any(test("exact counters")) and any(test("ends early"))' "$FILE"
	grep -qE '^vhostprof: warning: .*ends early and reads up to byte [0-9]+$' "$TMP/warnings"
}

@test "cut in the index: nothing measured is missing" {
	truncate -s "$(($(tests/cli/vprof offset index "$FILE") + 3))" "$FILE"
	json '.queues[0].doorbells == 100' "$FILE"
	grep -q 'nothing that was measured is missing' "$TMP/warnings"
}

@test "cut in its header" {
	truncate -s 20 "$FILE"
	refuses "$FILE" "$FILE: a recording cut off in its header, after 20 bytes"
}

@test "a damaged block of runs: counted" {
	poke $(($(tests/cli/vprof offset runs "$FILE") + 60)) '\x55\xaa\x55'
	json '.queues[0].doorbells == 100 and (.notes | any(test("1 block is damaged, with 20 runs")))' "$FILE"
}

@test "a damaged header" {
	poke 15 x
	refuses "$FILE" "$FILE: a recording whose header is damaged"
}

version() { # MAJOR MINOR: with a matching CRC
	python3 - "$FILE" "$1" "$2" <<-'END'
		import struct, sys, zlib
		path, major, minor = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
		data = bytearray(open(path, "rb").read())
		struct.pack_into("<HH", data, 8, major, minor)
		struct.pack_into("<I", data, 20, zlib.crc32(data[:20]))
		open(path, "wb").write(data)
	END
}

@test "a newer major version is refused in one line" {
	version 2 7
	refuses "$FILE" "$FILE: a recording of format 2.7; this vhostprof reads format 1 only"
}

@test "a newer minor version is read" {
	version 1 99
	json '.queues[0].doorbells == 100' "$FILE"
	[[ ! -s $TMP/warnings ]]
}

@test "a recording compressed once more: a hint" {
	gzip "$FILE"
	report "$FILE.gz"
	[[ $status == 1 && $stderr == *'gzip -dc FILE | vhostprof report -'* ]]
}

@test "record: without -o, with an argument, to a terminal" {
	run --separate-stderr "$VHOSTPROF" record
	[[ $status == 2 && $stderr == *'-o FILE'* && ${#stderr_lines[@]} == 1 ]]
	run --separate-stderr "$VHOSTPROF" record -o "$TMP/x" y
	[[ $status == 2 && $stderr == *"unexpected argument 'y'"* ]]
	run script -qec "$VHOSTPROF record -o -" /dev/null
	[[ $status == 2 && $output == *'not for the terminal'* ]]
}

@test "record: a wrong option costs nobody an old recording" {
	run "$VHOSTPROF" record -o "$FILE" --queue nonsense
	[[ $status == 2 ]]
	json '.queues | length == 2' "$FILE"
}
