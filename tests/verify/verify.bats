#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# What `advise` predicts, held against a worker that really busy polls (VHOST_SET_VRING_BUSYLOOP_TIMEOUT).
#
# Each case: record with busy polling off, let advise predict, set poll-us, record the same packets again.
# Gaps and poll-us are ten times those of a real machine: so much slower is an emulated one. The values of exponential
# gaps lie where a quarter, half and nearly all is absorbed. At a fixed rate, and within trains, all gaps are of nearly
# one length: the share is a cliff, and where exactly it stands changes from one recording to the next. The values
# there lie before it and behind it.

load ../live/lib

readonly CLOSE=0.10 # predicted and measured share of kicks absorbed differ by no more
readonly TRIES=5
# Spinning this long for one kick is worth it here, so that there is a recommendation to try.
readonly WORTH_US=20000

apart() {
	taskset -pc 0 "$(worker_of 0 0)" >/dev/null
	taskset -pc 1 "$(jq '.guests[0].queues[0].vcpu_tid' <<<"$ready")" >/dev/null
}

# Runs a command while vhostprof records to $TMP/NAME.vprof.
record_while() { # NAME COMMAND…
	local line
	exec {said}< <(exec "$VHOSTPROF" record -v -o "$TMP/$1.vprof" -p "$(owner_of 0)" 2>&1 3>&-)
	profiler_pid=$!
	while read -r -t 120 -u "$said" line && [[ $line != 'vhostprof: recording' ]]; do :; done
	[[ $line == 'vhostprof: recording' ]]
	"${@:2}"
	kill -INT "$profiler_pid"
	tail -f --pid="$profiler_pid" /dev/null
	exec {said}<&-
}

send_all() {
	guest_say go
	guest_hear done
}

# One recording of packets by the clock; what the guest did is then in $TMP/NAME.truth.
record() { # NAME POLL-US GUEST-OPTION…
	guest_start --tx -name guest=verify --busyloop-us "$2" "${@:3}"
	apart
	record_while "$1" send_all
	guest_quit
	mv "$TRUTH" "$TMP/$1.truth"
}

# One recording of TCP, from the guest to the host.
record_tcp() { # NAME POLL-US IPERF3-ARGUMENT…
	# shellcheck disable=SC2086
	relay_start 1 1 --busyloop-us "$2" ${RELAY:-}
	apart
	record_while "$1" iperf 0 "${@:3}"
	guest_quit
	$NET down
}

field() { # JQ-FILTER
	jq -r ".queues[0] | $1" "$TMP/verify.json"
}

# Between two recordings the machine is taken as the same within the bounds advise itself has: as long to wake the
# worker, and as many packets a second, for these come by the clock.
is_disturbed() {
	[[ $(field '(.wake_ratio | . != null and (. > 1.5 or . < 1 / 1.5)) or
		(.after.chains_per_second / .before.chains_per_second - 1 | fabs > 0.1)') == true ]]
}

say() {
	echo "# $*" >&3
}

compare() { # POLL-US
	"$VHOSTPROF" advise --verify --format json "$TMP/off.vprof" "$TMP/$1.vprof" >"$TMP/verify.json"
	say "$(field '"poll-us \(.after.poll_us): absorbed \(.absorbed.predicted.share) predicted (\(
		.absorbed.predicted_if_waiting) if the guest waits), \(.absorbed.measured.share) measured; CPU + \(
		.cpu_added.predicted) predicted, \(.cpu_added.measured) measured; chains/s \(
		.before.chains_per_second | floor) to \(.after.chains_per_second | floor); wake latency x \(.wake_ratio)"')"
	say "poll-us $1: $(field .finding)"
}

predict() { # POLL-US…
	"$VHOSTPROF" advise --format json --per-kick $WORTH_US "${@/#/--poll-us=}" "$TMP/off.vprof" >"$TMP/advice.json"
}

predicted() { # POLL-US
	jq ".queues[] | select(.queue == \"tx0\") | .busy_poll.points[] | select(.poll_us == $1) | .absorbed" "$TMP/advice.json"
}

is_close() {
	[[ $(field ".absorbed | .predicted.share - .measured.share | fabs <= $CLOSE") == true ]]
}

# One value. What differs on a machine that changed meanwhile is measured again, and what it is compared with.
hold_against() { # POLL-US VALUES GUEST-OPTION…
	local poll_us=$1 values=$2 try
	shift 2
	for ((try = 1; try <= TRIES; try++)); do
		record "$poll_us" "$poll_us" "$@"
		compare "$poll_us"
		is_close && break
		is_disturbed && ((try < TRIES)) || return 1
		say "poll-us $poll_us: the machine was disturbed, try $try of $TRIES"
		record off 0 "$@"
	done
	# shellcheck disable=SC2086
	predict $values
	jq -e --argjson predicted "$(predicted "$poll_us")" '.queues[0] |
		.after.poll_us >= '"$poll_us"' and .before.poll_us == 0 and .absorbed.predicted.share == $predicted' "$TMP/verify.json"
}

# "Worse" is: kicks more often than without polling, or a packet late or lost that was not before.
no_worse() { # POLL-US
	jq -e '.queues[0].absorbed.measured.share >= 0' "$TMP/verify.json"
	jq -en --slurpfile off "$TMP/off.truth" --slurpfile on "$TMP/$1.truth" '
		def of: .[0].guests[0] | [.queues[0].tx.packets, .queues[0].tx.chains_used, .tap_counters.rx_packets,
			-.tap_counters.rx_dropped, -.queues[0].tx.ring_full];
		[($on | of), ($off | of)] | transpose | all(.[0] >= .[1])'
}

recommended() {
	jq '.queues[] | select(.queue == "tx0") | .busy_poll.recommended_poll_us' "$TMP/advice.json"
}

whole_round() { # "POLL-US…" GUEST-OPTION…
	local values=$1 poll_us best
	shift
	record off 0 "$@"
	for poll_us in $values; do
		hold_against "$poll_us" "$values" "$@"
		best=$(recommended)
		((best != poll_us)) || no_worse "$poll_us"
	done
	((best > 0))
	[[ " $values " == *" $best "* ]] || { hold_against "$best" "$values $best" "$@" && no_worse "$best"; }
}

@test "packets at a fixed rate" {
	whole_round "300 650 1500 3000" --packets 2000 --rate 1000
}

@test "exponential gaps" {
	whole_round "500 1500 4000" --packets 1200 --rate 500 --gap exp
}

@test "trains with a pause between them" {
	whole_round "200 450 2000" --packets 1200 --rate 500 --gap bursty --train-gap-us 800
}

# Nothing is asserted about the shares: TCP reacts, and the verdict says how.
tcp() { # NAME IPERF3-ARGUMENT…
	local poll_us
	record_tcp off 0 "${@:2}"
	for poll_us in 100 1000; do
		record_tcp $poll_us $poll_us "${@:2}"
		say "TCP, $1"
		compare $poll_us
		jq -e '.queues[] | .verdict != "unknown" and .after.poll_us >= '$poll_us' and
			(.finding | length > 20)' "$TMP/verify.json"
	done
}

@test "TCP: prediction, measurement, and the reason when they differ" {
	tcp "writes of 1024 bytes" -t 4 -N -l 1024
	RELAY=--no-offloads tcp "writes of 1024 bytes, no offloads" -t 4 -N -l 1024
}
