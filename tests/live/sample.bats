#!/usr/bin/env bats
# --sample: stacks below the handlers, as many as the kernel says it took.

load lib

readonly HZ=997

# A flood of packets while the workers are sampled; the report is then in $REPORT.
flood() { # OPTION…
	guest_start --tx -name guest=flood --packets 20000 --burst 256 --size 1000 --vring-size 1024
	profile_start -p "$(owner_of 0)" --sample $HZ "$@"
	guest_say go
	guest_hear done
	kill -INT "$profiler_pid"
	tail -f --pid="$profiler_pid" /dev/null
	guest_quit
	mv "$REPORT.a" "$REPORT"
}

# What the note says the kernel handed over.
taken() {
	jq '.notes[] | capture("per |sampled [0-9]+ times .*: (?<n>[0-9]+) inside runs").n // empty | tonumber' "$REPORT"
}

@test "each sample of a flood is in the report, and has a name" {
	flood
	tests/golden/check_schema cat "$REPORT"
	report_is_sane
	report_holds '.queues[] | select(.queue == "tx0") | .samples.count > 0'
	report_holds ".queues[] | select(.samples) | .samples | .period_ns == (1000000000 / $HZ | floor)"
	report_holds '.queues[] | select(.samples) | .samples | ([.functions[].samples] | add) <= .count'
	report_holds '[.queues[].samples.functions[]?.name | select(startswith("0x"))] == []'
	[[ $(jq '[.queues[].samples.count // 0] | add' "$REPORT") == "$(taken)" ]]
	report_holds '.loss.samples_lost == 0'
}

@test "the stacks go down from the handler into the tap" {
	flood --format folded
	[[ -z $(grep -vE '^[^;]+;[^;]+;[^;]+ (tx|rx)0;(kick|net|requeue|unknown cause);[^;]+.* [0-9]+$' "$REPORT") ]]
	grep -qE ';handle_tx(_kick|_net)?;.*;tun_sendmsg;[^;]+' "$REPORT"
	# A sample between the probe and the handler has none in it, and is shown whole.
	run ! grep -qE ';(kthread|vhost_worker|vhost_task_fn|ret_from_fork);(.*;)?handle_tx(_kick|_net)?[; ]' "$REPORT"
	[[ $(grep -cE ';handle_tx' "$REPORT") -gt $(grep -cvE ';handle_tx' "$REPORT") ]]
	run ! grep -qE ';([^;]+);bpf_trampoline;\1[; ]' "$REPORT"
	# Each stack is a whole number of samples.
	run ! awk -v period=$((1000000000 / HZ)) '$NF % period { found = 1 } END { exit !found }' "$REPORT"
}

@test "windows share the samples of the whole" {
	guest_start --tx -name guest=windows --packets 20000 --burst 256 --size 1000 --vring-size 1024
	profile_start -p "$(owner_of 0)" --sample $HZ -i 1
	guest_say go
	guest_hear done
	kill -INT "$profiler_pid"
	tail -f --pid="$profiler_pid" /dev/null
	guest_quit
	jq -s -e '[.[].queues | [.[].samples.count // 0] | add] | .[-1] > 0 and (.[:-1] | add) == .[-1]' "$REPORT.a"
}

@test "hidden addresses: one line, and no names" {
	local old
	old=$(cat /proc/sys/kernel/kptr_restrict)
	echo 2 >/proc/sys/kernel/kptr_restrict
	flood
	echo "$old" >/proc/sys/kernel/kptr_restrict
	[[ $(grep -c 'the kernel hides its addresses' "$TMP/messages.a") == 1 ]]
	report_holds '[.queues[].samples.functions[]?.name | select(startswith("0x") | not)] == []'
	report_holds '[.notes[] | select(test("have no names"))] | length == 1'
}

@test "more often than the kernel allows" {
	local old
	old=$(cat /proc/sys/kernel/perf_event_max_sample_rate)
	echo 500 >/proc/sys/kernel/perf_event_max_sample_rate
	run -1 --separate-stderr "$VHOSTPROF" --sample 501 -d 1
	echo "$old" >/proc/sys/kernel/perf_event_max_sample_rate
	[[ $stderr == *'--sample 501: the kernel allows 500 at most'* ]]
}
