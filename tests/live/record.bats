#!/usr/bin/env bats
# Recordings of a real run: exact when whole, honest when cut.

load lib

setup_file() {
	[[ -c /dev/vhost-net ]] || {
		echo 'no /dev/vhost-net here: run this through tests/live/run' >&2
		return 1
	}
}

# Starts recording to $FILE and returns when it records.
record_start() { # OPTION…
	local line
	FILE=${FILE:-$TMP/file.vprof}
	exec {said}< <(exec "$VHOSTPROF" record -v -o "$FILE" "$@" 2>&1 >"$TMP/out" 3>&-)
	profiler_pid=$!
	while read -r -t 300 -u "$said" line; do
		[[ $line != 'vhostprof: recording' ]] || return 0
		echo "$line" >>"$TMP/said"
	done
	cat "$TMP/said"
	return 1
}

record_stop() { # [SIGNAL]
	kill "-${1:-INT}" "$profiler_pid"
	record_wait
}

record_wait() {
	tail -f --pid="$profiler_pid" /dev/null
	cat <&"$said" >>"$TMP/said"
}

# The report of $FILE is then in $REPORT.
read_back() {
	"$VHOSTPROF" report --format json "$FILE" >"$REPORT" 2>"$TMP/warnings"
}

record_whole() { # SIGNAL GUEST-OPTION…
	guest_start "${@:2}"
	record_start -p "$(owner_of 0)"
	guest_say go
	guest_hear done
	record_stop "$1"
	guest_quit
	read_back
	report_is_exact
	[[ ! -s $TMP/out && ! -s $TMP/warnings ]]
	report_holds '.source.kind == "recording" and .notes == []'
}

@test "a recording says what the guest did" {
	record_whole INT --tx -name guest=rec --packets 1500 --rate 3000 --burst 3
	report_holds '.source | .level == "runs" and .kernel != null and .duration_ns > 0'
	[[ $(jq -r .source.path "$REPORT") == "$FILE" && $(jq -r .source.kernel "$REPORT") == "$(uname -r)" ]]
}

@test "SIGTERM ends a recording as well as Ctrl-C" {
	record_whole TERM --tx -name guest=term --packets 600 --rate 3000
}

readonly COUNTS='[.queues[] | {vm, device, worker, queue, runs, causes, ends, chains, bytes, doorbells,
	coalesced, calls, rearms, races, requeues, requeue_reasons, batch_chains}]'

# But for coalesced wakeups: both look whether the work is queued already, one a little later than the other, and the
# worker may take it in between.
@test "the recording and a live profile of the same run count the same" {
	guest_start --tx -name guest=same --packets 1500 --rate 3000 --burst 2
	profile_start -p "$(owner_of 0)"
	local live_pid=$profiler_pid
	record_start -p "$(owner_of 0)"
	guest_say go
	guest_hear done
	record_stop
	profiler_pid=$live_pid
	profile_stop
	guest_quit
	report_is_exact
	jq "$COUNTS | map(del(.coalesced))" "$REPORT" >"$TMP/live"
	local skipped
	skipped=$(jq '.loss.probe_misses // 0' "$REPORT")
	read_back
	report_is_exact
	skipped=$((skipped + $(jq '.loss.probe_misses // 0' "$REPORT"))) # of one, perhaps, and not of the other
	jq "$COUNTS | map(del(.coalesced))" "$REPORT" | diff "$TMP/live" - || ((skipped))
}

readonly OF_RUNS='[.queues[] | {vm, device, worker, queue, runs, causes, ends, chains, calls, rearms, races,
	batch_chains, wake_ns, service_ns, gap_ns, churn: (.churn | {window_ns, runs})}]'

@test "the runs of a recording add up to its exact counters" {
	guest_start --tx --queues 2 -name guest=sum --packets 1500 --rate 3000 --burst 3
	record_start
	guest_say go
	guest_hear done
	record_stop
	guest_quit
	read_back
	report_holds '.loss.records_lost == 0'
	jq "$OF_RUNS" "$REPORT" >"$TMP/exact"
	[[ $(tests/cli/vprof runs "$FILE" | wc -l) == "$(jq '[.queues[].runs] | add' "$REPORT")" ]]
	truncate -s "$(tests/cli/vprof offset totals "$FILE")" "$FILE"
	read_back
	report_holds '.queues[] | .doorbells == null and .bytes == null and .requeues == null'
	report_holds '.notes | length == 2'
	jq "$OF_RUNS" "$REPORT" | diff "$TMP/exact" -
	grep -q 'ends early' "$TMP/warnings"
}

# Functions as this program and the second reader of the file add them up.
functions_agree() {
	jq -r '.functions[] | "\(.name) \(.calls) \(.total_ns) \(.self_ns)"' "$REPORT" | sort >"$TMP/first"
	tests/cli/vprof functions "$FILE" | awk '{ c[$2] += $3; t[$2] += $4; s[$2] += $5 }
		END { for (f in c) print f, c[f], t[f], s[f] }' | sort | diff "$TMP/first" -
}

@test "level trace: functions, and events that say the same of them" {
	guest_start --tx -name guest=trace --packets 600 --rate 2000 --burst 3
	record_start --level trace -p "$(owner_of 0)"
	guest_say go
	guest_hear done
	record_stop
	guest_quit
	read_back
	report_holds '.source.level == "trace" and .loss.records_lost == 0'
	report_holds '[.functions[].name] | any(. == "handle_tx_kick")'
	functions_agree
	# Where no end was missed, the events add up to what the kernel counted of the handlers, to the ns.
	[[ ! -s $TMP/warnings ]]
	tests/cli/vprof events "$FILE" | awk '$3 == 0 { sum += $4 ? $2 : -$2; calls += $4 } END { print calls, sum }' >"$TMP/events"
	jq -r '.functions[] | select(.name == "handle_tx_kick") | "\(.calls) \(.total_ns)"' "$REPORT" | diff "$TMP/events" -
}

is_on_disk() { # CHAINS
	read_back 2>/dev/null && jq -e "$SKIPPED [.queues[].chains] | add // 0 | near($1)" "$REPORT" >/dev/null
}

@test "kill -9 keeps what is older than a second" {
	guest_start --tx -name guest=kill --packets 900 --rate 3000
	record_start
	guest_say go
	guest_hear done
	SECONDS=0
	until is_on_disk 900 || ((SECONDS > 60)); do :; done
	kill -9 "$profiler_pid"
	record_wait
	guest_quit
	is_on_disk 900
	report_holds '.loss.records_lost == 0 and .loss.runs_broken <= $skipped'
	report_holds '[.queues[] | select(.queue == "tx0")] | .[0].vm.name == "kill" and length == 1'
	report_holds '.notes[0] | test("exact counters")'
}

@test "a full disk ends the recording, which can be read" {
	mkdir "$TMP/small"
	mount -t tmpfs -o size=64k tmpfs "$TMP/small"
	FILE=$TMP/small/file.vprof
	guest_start --tx -name guest=full --packets 1000000 --rate 3000 --always-kick # until the disk is full
	record_start
	guest_say go
	record_wait
	guest_quit
	cp "$FILE" "$TMP/kept.vprof"
	FILE=$TMP/kept.vprof
	umount "$TMP/small"
	cat "$TMP/said"
	grep -qx "vhostprof: cannot write $TMP/small/file.vprof: No space left on device" "$TMP/said"
	grep -qE '^vhostprof: recording stopped; the [0-9]+ runs written before that are kept$' "$TMP/said"
	read_back
	report_holds '[.queues[].runs] | add > 0'
	[[ $(jq '[.queues[].runs] | add' "$REPORT") == "$(grep -oE '[0-9]+ runs written' "$TMP/said" | cut -d' ' -f1)" ]]
}

@test "a disk that is full from the start is exit code 1 and one line" {
	guest_start --tx -name guest=none --packets 1
	run -1 --separate-stderr "$VHOSTPROF" record -o /dev/full -d 1
	[[ $stderr == 'vhostprof: cannot write /dev/full: No space left on device' && ! $output ]]
	guest_say go
	guest_quit
}

@test "through a pipe" {
	guest_start --tx -name guest=pipe --packets 1
	"$VHOSTPROF" record -o - -d 1 | "$VHOSTPROF" report --format json - >"$REPORT"
	guest_say go
	guest_quit
	report_holds '.source.path == "standard input" and (.queues | length == 2) and .notes == []'
}

@test "one queue chosen" {
	guest_start --tx -name guest=q --queues 2 --packets 600 --rate 2000
	record_start --queue tx1
	guest_say go
	guest_hear done
	record_stop
	guest_quit
	read_back
	report_holds '[.queues[].queue] == ["tx1"]'
	report_holds '.queues[0].chains | near(600)'
	truncate -s "$(tests/cli/vprof offset totals "$FILE")" "$FILE"
	read_back
	report_holds '[.queues[].queue] == ["tx1"]'
	report_holds '.queues[0].chains | near(600)'
}

@test "on a terminal: how far it has come" {
	guest_start --tx -name guest=tty --packets 10
	script -qec "$VHOSTPROF record -o $TMP/tty.vprof -d 1" "$TMP/tty" >/dev/null
	guest_say go
	guest_hear done
	guest_quit
	tr '\r' '\n' <"$TMP/tty" | grep -qE '^.\[K[0-9.]+ m?s  0 runs  [0-9.]+ (Ki)?B  0 lost$'
}
