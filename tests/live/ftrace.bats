#!/usr/bin/env bats
# The same window seen twice: live, and by ftrace's function_graph tracer read by `vhostprof report`.

load lib

TRACING=/sys/kernel/tracing

trace_start() {
	echo 0 >$TRACING/tracing_on
	echo nop >$TRACING/current_tracer
	echo 16384 >$TRACING/buffer_size_kb
	echo 'vhost* handle_tx* handle_rx* translate_desc' >$TRACING/set_ftrace_filter
	echo function_graph >$TRACING/current_tracer
	echo funcgraph-abstime >$TRACING/trace_options
	echo funcgraph-proc >$TRACING/trace_options
	echo 1 >$TRACING/tracing_on
}

trace_stop() { # FILE
	echo 0 >$TRACING/tracing_on
	cat $TRACING/trace >"$1"
	echo nofuncgraph-proc >$TRACING/trace_options
	echo nop >$TRACING/current_tracer
	echo >$TRACING/set_ftrace_filter
}

@test "report on a trace and live vhostprof agree" {
	guest_start --tx -name guest=seen --packets 400 --rate 1000
	profile_start
	trace_start
	guest_say go
	guest_hear done
	trace_stop "$TMP/trace.txt"
	profile_stop
	guest_quit
	report_is_exact
	"$VHOSTPROF" report --format json "$TMP/trace.txt" >"$TMP/offline"
	jq -e --slurpfile live "$REPORT" '
		($live[0].loss.probe_misses // 0) as $skipped |
		def as_many($n): . - $n | fabs <= $skipped * 256;
		($live[0].queues[] | select(.queue == "tx0")) as $want |
		(.queues[] | select(.queue | startswith("tx"))) as $got |
		.loss.runs_broken == 0 and
		$got.worker.tid == $want.worker.tid and
		([($got, $want) |
			[.runs, .chains, .rearms, .races, .requeues, .causes.kick + .causes.unknown]] | transpose |
			all(.[1] as $n | .[0] | as_many($n)))' "$TMP/offline" || {
		jq -c '.loss, .queues[]' "$TMP/offline"
		show_report
		head -50 "$TMP/trace.txt"
		return 1
	}
}

# The tracer's hooks lie around fentry's and fexit's, so it cannot read less; of kprobes, all there is without BTF of
# modules, nobody promises an order. Both medians are a bucket wide.
@test "level stages counts the calls the tracer counts, and disturbs them less" {
	guest_start --tx -name guest=calls --packets 400 --rate 1000
	profile_start --level stages
	trace_start
	guest_say go
	guest_hear done
	trace_stop "$TMP/trace.txt"
	profile_stop
	guest_quit
	report_is_exact
	"$VHOSTPROF" report --format json "$TMP/trace.txt" >"$TMP/offline"
	"$VHOSTPROF" list --probes --format json |
		jq '[.probes[] | select(.attached == "fentry+fexit") | {key: .functions[0], value: true}] | from_entries' >"$TMP/inside"
	jq -e --slurpfile live "$REPORT" --argjson inside "$(<"$TMP/inside")" '
		($live[0].loss.probe_misses // 0) as $skipped |'"$NEAR"'
		([$live[0].functions[] | {key: .name, value: .}] | from_entries) as $want |
		[.functions[] | .name |= split(".")[0] | select($want[.name])] as $both |
		($both | length) >= 8 and
		($both | all(.calls as $n | $want[.name].calls | near($n; 1) or
			error("\(.name): \($n), \(.)"))) and
		($both | all(($inside[.name] | not) or $want[.name].p50_ns <= .p50_ns * (1 + 1 / 16) or
			error("\(.name): \(.p50_ns), \($want[.name].p50_ns)")))' "$TMP/offline" || {
		jq -c '.loss, (.functions[] | [.name, .calls, .p50_ns])' "$TMP/offline" "$REPORT"
		return 1
	}
}
