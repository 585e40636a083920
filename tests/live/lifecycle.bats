#!/usr/bin/env bats
# Devices that come and go, several profilers, windows, lost records, both kinds of workers.

load lib

tx_of() { # GUEST-NAME JQ-CONDITION
	report_holds ".queues[] | select(.vm.name == \"$1\" and .queue == \"tx0\") | $2"
}

@test "a guest killed while it is profiled stays in the report" {
	guest_start --tx -name guest=dies --packets 500 --rate 5000
	profile_start
	guest_say go
	guest_hear done
	kill -9 "$guest_pid"
	tail -f --pid="$guest_pid" /dev/null
	profile_stop
	tx_of dies '(.chains | near(500)) and .device == "vhp0"'
	report_holds '.loss.runs_broken <= $skipped'
}

@test "a guest that starts while we profile is counted from its first doorbell" {
	profile_start
	guest_start --tx -name guest=late --packets 500 --rate 5000
	guest_say go
	guest_hear done
	guest_quit
	profile_stop
	tx_of late "(.chains | near(500)) and (.doorbells | near($(jq '.guests[0].queues[0].tx.doorbells' "$TRUTH"); 1))"
	report_holds '.queues[] | select(.queue == "rx0") | .doorbells == 1'
}

@test "the slots of guests that went are used again" {
	local i
	profile_start -i 1 --max-devices 1
	for i in 1 2 3; do
		guest_start --tx -name guest="turn$i" --packets 200 --rate 5000
		guest_say go
		guest_hear done
		guest_quit
		# An interval has to pass after the device has gone: wait for the next two reports.
		reports_more 3
	done
	profile_stop
	report_last
	for i in 1 2 3; do
		tx_of "turn$i" '(.chains | near(200))'
	done
	report_holds '.loss.queues_unplaced == 0'
}

reports_more() { # N: waits until vhostprof has written so many more reports
	local have want
	want=$(($(grep -c '"schema"' "$REPORT.a" || true) + $1))
	have=0
	while ((have < want)); do
		have=$(grep -c '"schema"' "$REPORT.a" || true)
	done
}

report_last() { # keeps the last of several reports
	jq -s '.[-1]' "$REPORT.a" >"$REPORT"
}

@test "a device there is no room for is counted as such" {
	guest_start --tx --guests 2 -name guest=g{} --tap 'tap{}' --packets 100 --rate 5000
	profile_start --max-devices 1
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_holds '.loss.queues_unplaced == 2 and ([.queues[].vm.name] | unique | length) == 1'
}

@test "intervals add up to the total" {
	guest_start --tx -name guest=steps --packets 4000 --rate 2000
	profile_start -i 1
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	local total
	total=$(jq -s '.[-1].queues[] | select(.queue == "tx0").chains' "$REPORT.a")
	jq -s -e "(.[:-1] | map(.queues[] | select(.queue == \"tx0\")) |
		(map(.chains) | add) == $total and (map(.runs) | add) > 0 and length > 2)" "$REPORT.a"
	report_last
	report_is_exact
}

@test "two profilers at once see the same" {
	guest_start --tx -name guest=both --packets 1000 --rate 3000
	profile_start a -p "$(owner_of 0)"
	profile_start b --attach kprobe
	guest_say go
	guest_hear done
	profile_stop a
	profile_stop b
	guest_quit
	report_is_exact
	cp "$REPORT.a" "$REPORT"
	report_is_exact
}

@test "lost records are counted, and the counters stay exact" {
	guest_start --tx -name guest=flood --packets 1000 --after-rearm 1 # as many runs, and room for fifty records
	"$VHOSTPROF" record -v --buffer 4 -o "$TMP/lossy.vprof" 2>"$TMP/said" &
	profiler_pid=$!
	until grep -q '^vhostprof: recording' "$TMP/said"; do kill -0 "$profiler_pid" || { cat "$TMP/said"; return 1; }; done
	kill -STOP "$profiler_pid"
	guest_say go
	guest_hear done
	kill -CONT "$profiler_pid"
	kill -INT "$profiler_pid"
	wait "$profiler_pid"
	guest_quit
	"$VHOSTPROF" report --format json "$TMP/lossy.vprof" >"$REPORT"
	report_holds '.loss.records_lost > 0'
	jq '.loss.records_lost = 0' "$REPORT" >"$TMP/forgiven"
	mv "$TMP/forgiven" "$REPORT"
	report_is_exact
}

@test "kill -9 leaves no program, map, link or pin behind" {
	local before
	before=$(bpf_objects)
	guest_start --tx -name guest=kill --packets 1000 --rate 5000
	profile_start
	[[ $(bpf_objects) != "$before" ]]
	guest_say go
	kill_profiler
	all_gone "$before"
	guest_hear done
	guest_quit
}

@test "nor does it while it is loading" {
	local before
	before=$(bpf_objects)
	"$VHOSTPROF" >/dev/null 2>&1 3>&- &
	profiler_pid=$!
	until [[ $(bpf_objects) != "$before" ]]; do
		kill -0 $profiler_pid
	done
	kill_profiler
	all_gone "$before"
}

kill_profiler() {
	kill -9 "$profiler_pid"
	tail -f --pid="$profiler_pid" /dev/null
}

# What was in use is freed after an RCU grace period: bpftool says when it is gone.
all_gone() { # BEFORE
	local tries
	for ((tries = 0; tries < 100; tries++)); do
		[[ $(bpf_objects) != "$1" ]] || break
	done
	[[ $(bpf_objects) == "$1" ]]
	[[ -z $(find /sys/fs/bpf -mindepth 1) ]]
}

bpf_objects() {
	bpftool prog list | grep -c '^[0-9]' || true
	bpftool map list | grep -c '^[0-9]' || true
	bpftool link list | grep -c '^[0-9]' || true
}

@test "workers that are kernel threads and workers that are threads of the owner" {
	local mode
	modinfo -p vhost | grep -q '^fork_from_owner_default:' ||
		skip "vhost of this kernel has only one kind of worker"
	for mode in N Y; do
		modprobe -r vhost_net
		modprobe vhost fork_from_owner_default=$mode
		modprobe vhost_net
		guest_start --tx -name guest=mode$mode --packets 500 --rate 3000
		[[ $mode == Y ]] || [[ ! -e /proc/$(owner_of 0)/task/$(worker_of 0 0) ]]
		profile_start -p "$(worker_of 0 0)"
		guest_say go
		guest_hear done
		profile_stop
		guest_quit
		report_is_exact
	done
}

@test "list shows what there is" {
	guest_start --tx --guests 2 -name guest=g{} --tap 'tap{}' --packets 1
	run -0 "$VHOSTPROF" list
	[[ ${#lines[@]} == 5 ]]
	[[ $output == *"g0 "*"tap0"*"tx0"*"$(worker_of 0 0)"* ]]
	[[ $output == *"g1 "*"tap1"*"rx0"*"$(worker_of 1 0)"* ]]
	run -0 "$VHOSTPROF" list --vm g1
	[[ $output != *"g0 "* && $output == *"g1 "* ]]
	guest_say quit
}
