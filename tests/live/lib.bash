# Helpers of the live tests: guests with a known truth, vhostprof beside them, and their comparison.
# Runs as root in a throw-away VM (tests/vm/run), from the root of the checkout.
# shellcheck shell=bash disable=SC2034,SC2154

bats_require_minimum_version 1.5.0

setup_file() {
	[[ -c /dev/vhost-net ]] || {
		echo 'no /dev/vhost-net here: run this through tests/live/run' >&2
		return 1
	}
	mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null || true
}

setup() {
	VHOSTPROF=./vhostprof
	VGUEST=build/tests/vguest
	NET=tests/guest/net
	TMP=$BATS_TEST_TMPDIR
	REPORT=$TMP/report
	TRUTH=$TMP/truth
}

teardown() {
	$NET down >/dev/null 2>&1 || true
	[[ -z ${profiler_pid:-} ]] || kill -9 "$profiler_pid" 2>/dev/null || true
	[[ -z ${guest_pid:-} ]] || kill -9 -- "$guest_pid" 2>/dev/null || true
	pkill -9 vguest 2>/dev/null || true
}

# Starts guests; the ready line is then in $heard.
guest_start() {
	mkfifo "$TMP/guest.in"
	exec {commands}<>"$TMP/guest.in"
	exec {answers}< <(exec "$VGUEST" "$@" --wait --hold --control="$TMP/guest.in" 3>&- {commands}>&-)
	guest_pid=$!
	guest_hear ready
	ready=$heard
}

guest_say() {
	echo "$1" >&"$commands"
}

guest_hear() { # WORD or ''; the rest of the line is then in $heard
	local word=
	if [[ $1 ]]; then
		read -r -t 120 -u "$answers" word heard
		[[ $word == "$1" ]]
	else
		read -r -t 120 -u "$answers" heard
	fi
}

# Ends the guests; what truly happened is then in $TRUTH.
guest_quit() {
	guest_say quit
	guest_hear ''
	echo "$heard" >"$TRUTH"
	exec {commands}>&- {answers}<&-
	rm -f "$TMP/guest.in"
}

worker_of() { # GUEST QUEUE
	jq ".guests[$1].queues[$2].worker_tid" <<<"$ready"
}

owner_of() { # GUEST
	jq ".guests[$1].pid" <<<"$ready"
}

# Starts vhostprof and returns when it records. Another one may run in the slot "b".
profile_start() { # [SLOT=a] OPTION…
	local slot=a line
	[[ $1 != [ab] ]] || { slot=$1 && shift; }
	exec {messages}< <(exec "$VHOSTPROF" -v --format json "$@" 2>&1 >"$REPORT.$slot" 3>&-)
	eval "profiler_$slot=$!"
	profiler_pid=$!
	while read -r -t 120 -u "$messages" line; do
		[[ $line != 'vhostprof: recording' ]] || return 0
		echo "$line" >>"$TMP/messages.$slot"
	done
	cat "$TMP/messages.$slot"
	return 1
}

profile_stop() { # [SLOT=a]
	local slot=${1:-a} pid
	pid=profiler_$slot
	kill -INT "${!pid}"
	tail -f --pid="${!pid}" /dev/null
	jq -e . "$REPORT.$slot" >/dev/null || {
		cat "$TMP/messages.$slot" "$REPORT.$slot"
		return 1
	}
	cp "$REPORT.$slot" "$REPORT"
}

# A kernel that preempts (6.18 and newer do, lazily) skips a probe that hits while the same program is under way on that CPU,
# preempted, and counts that. Each can cost a run, a doorbell or a cause: so much may be missing, and nothing else.
readonly NEAR='
	def near($want; $each): . <= $want and . >= $want - $each * $skipped;
	def near($want): near($want; 256);' # the weight: a run of as many packets may be missing
readonly SKIPPED='(.loss.probe_misses // 0) as $skipped |'"$NEAR"

# What every report of a quiet start and end must keep to, whatever the load was.
readonly SANE="$SKIPPED"'
	(.loss | .records_lost == 0 and .runs_broken <= $skipped and .probes_missing == [] or error("loss")),
	(.queues[] |
		((.causes | add) == .runs or error("\(.queue): sum of causes")),
		((.ends | add) == .runs or error("\(.queue): sum of ends")),
		(.service_ns.count == .runs or error("\(.queue): service times")),
		((.runs as $runs | .wake_ns.count | near($runs; 1)) or error("\(.queue): wake latencies")),
		(.requeues == (.requeue_reasons | add) or error("\(.queue): requeue reasons")),
		(.causes.unknown <= $skipped or error("\(.queue): unknown causes")),
		(.eventfd_doorbells | .min != null or error("no eventfd check")),
		((.eventfd_doorbells.min <= .doorbells + $skipped and .doorbells <= .eventfd_doorbells.max) or
			error("\(.queue): eventfd counters")))'

# Each guest that was profiled, against its own account, number by number.
readonly EXACT="$SKIPPED"'
	($truth[0].guests | map(select($only == "" or .name == $only)) | .[]) as $guest |
	($guest.queues | length) as $pairs |
	$guest.queues[] as $q | ("tx", "rx") as $dir | $q[$dir] as $want |
	[.queues[] | select(.vm.name == $guest.name and .queue == "\($dir)\($q.queue)")] as $got |
	(($got | length) == 1 or error("\($guest.name) \($dir)\($q.queue) is not in the report")),
	($got[0] |
		((.doorbells | near($want.doorbells - $want.setup.doorbells; 1)) or
			error("\($dir): \(.doorbells) doorbells, truly \($want.doorbells - $want.setup.doorbells)")),
		((.chains | near($want.chains_used - $want.setup.chains_used)) or
			error("\($dir): \(.chains) chains, truly \($want.chains_used)")),
		((.calls | near($want.calls_received - $want.setup.calls_received)) or
			error("\($dir): \(.calls) calls, truly \($want.calls_received)")),
		(.vm.pid == $guest.pid or error("owner")),
		(.device == $guest.tap or error("device")),
		(.worker.tid == $q.worker_tid or error("worker")),
		(.bytes == (if $pairs > 1 then null else
			$guest.tap_counters[if $dir == "tx" then "rx_bytes" else "tx_bytes" end] end) or
			error("\($dir): \(.bytes) bytes")))'

show_report() {
	jq -c '.loss, (.queues[] | del(.batch_chains, .service_ns, .gap_ns, .worker))' "$REPORT"
}

report_is_sane() {
	jq -e "$SANE" "$REPORT" >"$TMP/jq" || {
		show_report
		return 1
	}
}

report_is_exact() { # [GUEST]: only this one was profiled
	report_is_sane
	jq -e --slurpfile truth "$TRUTH" --arg only "${1:-}" "$EXACT" "$REPORT" >"$TMP/jq" || {
		cat "$TRUTH"
		show_report
		return 1
	}
}

report_holds() { # JQ-CONDITION, which may use near; of several values all have to be true
	jq -e "$SKIPPED [$1] | length > 0 and all" "$REPORT" >/dev/null || {
		printf 'not so: %s\n' "$1"
		show_report
		return 1
	}
}

# A whole measurement: guests with these options, everything profiled, compared.
measure() {
	guest_start "$@"
	profile_start -p "$(owner_of 0)"
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_is_exact
}

# Guests whose network stack is the kernel's own, with an iperf3 server on the host side of each.
relay_start() { # GUESTS QUEUES OPTION…
	$NET --guests "$1" --queues "$2" up
	$NET --guests "$1" serve
	guest_start --relay --guests "$1" --queues "$2" -name guest=vm --tap 'vhp{}' --in-netns 'vhp{}' "${@:3}"
	guest_say go
}

iperf() { # GUEST ARGUMENT…
	$NET client "$1" --json "${@:2}" >"$TMP/iperf"
	jq -e '.end | (.sum_received // .sum).bytes > 0' "$TMP/iperf" >/dev/null
}
