#!/usr/bin/env bats
# Levels stages and trace: what runs are made of, against the guest's account, the kernel's own tracer and
# each other.

load lib

# The functions of every run have to account for all of its time, and the guest's account has to hold.
readonly WHOLE="$SKIPPED"'
	(.loss | (.calls_broken <= 2 * $skipped) and .calls_too_deep == 0 and .calls_unplaced == 0 and .events_lost == 0
		or error("loss")),
	(.queues[] | select(.runs > 0) |
		(.stages_ns | add) as $stages |
		([.functions[] | select(.name != "vhost_poll_wakeup") | .self_ns] | add) as $self |
		([.functions[] | select(.name | test("^handle_[rt]x_(kick|net)$")) | .calls] | add) as $runs |
		($stages == .service_ns.sum or error("\(.queue): stages \($stages), service \(.service_ns.sum)")),
		($self == .service_ns.sum or error("\(.queue): self times")),
		((.runs as $all | $runs | near($all; 1)) or error("\(.queue): handlers")),
		([.functions[] | .self_ns <= .total_ns] | all or error("\(.queue): self above total")))'

stages_are_whole() {
	jq -e "[$WHOLE] | all" "$REPORT" >"$TMP/whole" 2>&1 || {
		cat "$TMP/whole"
		jq -c '.loss, .cost, (.queues[] | select(.runs > 0))' "$REPORT"
		return 1
	}
}

# As measure, at a level: profile_start's options follow.
at_level() { # LEVEL [OPTION…] -- GUEST-OPTION…
	local options=(--level "$1")
	shift
	while [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	guest_start "$@"
	profile_start -p "$(owner_of 0)" "${options[@]}"
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_is_exact
	stages_are_whole
}

calls_near() { # FUNCTION COUNT
	report_holds "[.functions[] | select(.name == \"$1\") | .calls] | add // 0 | near($2; 1)"
}

calls_of() { # FUNCTION
	jq "[.functions[] | select(.name == \"$1\") | .calls] | add // 0" "$REPORT"
}

@test "stages: sending" {
	at_level stages -- --tx -name guest=tx --packets 1500 --rate 3000
	report_holds '.queues[] | select(.queue == "tx0") | (.chains | near(1500))'
	calls_near translate_desc 1500
	calls_near vhost_poll_wakeup "$(jq '[.queues[].doorbells] | add' "$REPORT")"
}

@test "stages: receiving" {
	at_level stages -- --rx --rx-source -name guest=rx --packets 1000 --rate 3000
	report_holds "$(calls_of tun_recvmsg) >= 1000 - \$skipped"
}

@test "levels runs and stages see the same runs" {
	local counts='[.queues[] | {vm, device, worker, queue, runs, causes, ends, chains, bytes, doorbells, calls, rearms,
		races, requeues, requeue_reasons, batch_chains}]' skipped
	guest_start --tx -name guest=both --packets 1500 --rate 3000 --burst 2
	profile_start a -p "$(owner_of 0)"
	profile_start b -p "$(owner_of 0)" --level stages
	guest_say go
	guest_hear done
	profile_stop b
	profile_stop a
	guest_quit
	report_is_exact
	skipped=$(jq -s '[.[].loss.probe_misses // 0] | add' "$REPORT.a" "$REPORT.b") # of one, perhaps, and not of the other
	jq "$counts" "$REPORT.b" >"$TMP/stages"
	jq "$counts" "$REPORT.a" | diff - "$TMP/stages" || ((skipped))
}

@test "stages through kprobes" {
	at_level stages --attach kprobe -- --tx -name guest=kprobe --packets 800 --rate 3000
}

@test "a level that costs too much is given up, and said to be" {
	guest_start --tx -name guest=dear --packets 4000 --rate 2000
	profile_start -p "$(owner_of 0)" --level trace --max-overhead 1
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_is_exact
	report_holds '[.notes[] | select(test("level trace was given up"))] | length == 1'
	report_holds '.cost.probes_ns > 0 and .cost.worker_ns > .cost.window_ns / 1000'
}

@test "trace: what is streamed adds up to what the kernel counted" {
	guest_start --tx -name guest=both --packets 800 --rate 3000
	"$VHOSTPROF" record -v -p "$(owner_of 0)" --level trace -o "$TMP/all.vprof" 2>"$TMP/record.err" &
	profiler_pid=$!
	until grep -q recording "$TMP/record.err"; do kill -0 "$profiler_pid" || { cat "$TMP/record.err"; return 1; }; done
	guest_say go
	guest_hear done
	kill -INT "$profiler_pid"
	wait "$profiler_pid"
	guest_quit
	"$VHOSTPROF" report --format json "$TMP/all.vprof" >"$TMP/kernel.json"
	"$VHOSTPROF" trace --style function_graph "$TMP/all.vprof" >"$TMP/all.txt"
	"$VHOSTPROF" report --format json "$TMP/all.txt" >"$TMP/streamed.json"
	jq -e "$SKIPPED"'.loss.events_lost == 0 and (.queues[] | select(.queue == "tx0") | (.chains | near(800)))' "$TMP/kernel.json"
	for file in kernel streamed; do
		jq '[.functions[] | select(.name != "vhost_poll_wakeup") |
			{name: (.name | split(".")[0]), calls, total_ns, self_ns}] | sort_by(.name)' \
			"$TMP/$file.json" >"$TMP/$file.functions"
	done
	diff "$TMP/kernel.functions" "$TMP/streamed.functions"
}
