# SPDX-License-Identifier: BSD-2-Clause
# Who looks. A tool is started while the guest is silent; tool_start returns at the tool's own sign that
# everything is attached. tool_stop leaves in $lost how many records the tool itself says it lost (null:
# it keeps none, or does not count).
# Knows: how each tool is started, stopped and asked. Refuses to know: loads, numbers.
# Sourced by inside; needs SCRATCH.
# shellcheck shell=bash disable=SC2034,SC2154

readonly all_tools=(runs stages trace function_graph function_graph_same bpftrace
	funclatency_run funclatency_packet)
readonly -A tool_words=(
	[runs]='vhostprof'
	[stages]='vhostprof --level stages'
	[trace]='vhostprof record --level trace'
	[function_graph]="function_graph, the notes' filter"
	[function_graph_same]='function_graph, the functions of trace'
	[bpftrace]='bpftrace, the functions of stages'
	[funclatency_run]='funclatency handle_tx_kick'
	[funclatency_packet]='funclatency vhost_get_vq_desc'
)
readonly notes_filter='vhost* handle_tx* handle_rx* __vhost* get_tx_bufs vq_memory_access_ok
	vq_log_access_ok vq_access_ok translate_desc iotlb_access_ok vq_iotlb_prefetch'
readonly tracing=/sys/kernel/tracing

# Runs a program; returns when it prints the line of readiness on stderr. Its stdout goes to a file.
program_start() { # READY COMMAND…
	local line said=
	exec {messages}< <(exec "${@:2}" 2>&1 >"$SCRATCH/tool.out" {commands}>&- {answers}<&-)
	tool_pid=$!
	while read -r -t 300 -u "$messages" line; do
		[[ $line != *$1* ]] || return 0
		said+=$line$'\n'
	done
	exec {messages}<&-
	printf '%s' "$said" | tail -n 3 >&2
	tool_pid=
	return 1
}

program_stop() {
	kill -INT "$tool_pid"
	cat <&"$messages" >"$SCRATCH/tool.err" # ends when the program has
	exec {messages}<&-
	tool_pid=
}

graph_start() { # FUNCTION…: one by one, for not every kernel has every one
	local function
	echo 0 >$tracing/tracing_on
	for function; do
		echo "$function" >>$tracing/set_ftrace_filter
	done 2>/dev/null
	echo function_graph >$tracing/current_tracer
	echo 1 >$tracing/tracing_on
}

# What the ring buffers had to overwrite, for nobody reads them meanwhile: the cheapest way to use it.
graph_stop() {
	echo 0 >$tracing/tracing_on
	lost=$(awk '$1 == "overrun:" || $1 == "dropped" { n += $NF } END { print n + 0 }' $tracing/per_cpu/cpu*/stats)
	echo nop >$tracing/current_tracer
	echo >$tracing/set_ftrace_filter
	echo >$tracing/trace
}

# Calls, total and a histogram per function: what --level stages keeps.
bpftrace_program() {
	tests/bench/functions | awk '
		{ name = $1; gsub(/\./, "_", name) }
		{ printf "kprobe:%s { @t_%s[tid] = nsecs; }\n", $1, name
		  printf "kretprobe:%s /@t_%s[tid]/ {\n\t$d = nsecs - @t_%s[tid];\n\tdelete(@t_%s[tid]);\n", $1, name, name, name
		  printf "\t@total_%s[tid] = sum($d);\n\t@hist_%s[tid] = hist($d);\n}\n", name, name }'
}

tool_start() { # TOOL
	local names=()
	tool_pid=
	case $1 in
	nothing) ;;
	runs) program_start 'vhostprof: recording' ./vhostprof -v --format json ;;
	stages) program_start 'vhostprof: recording' ./vhostprof -v --format json --level stages ;;
	trace) program_start 'vhostprof: recording' ./vhostprof record -v --level trace -o "$SCRATCH/trace.vprof" ;;
	function_graph)
		read -r -d '' -a names <<<"$notes_filter"
		graph_start "${names[@]}"
		;;
	function_graph_same)
		mapfile -t names < <(tests/bench/functions)
		graph_start "${names[@]}"
		;;
	bpftrace)
		bpftrace_program >"$SCRATCH/stages.bt"
		program_start NOTIFY_PROBES_ATTACHED \
			env __BPFTRACE_NOTIFY_PROBES_ATTACHED=1 BPFTRACE_MAX_PROBES=1024 bpftrace "$SCRATCH/stages.bt"
		;;
	funclatency_run) funclatency_start handle_tx_kick ;;
	funclatency_packet) funclatency_start vhost_get_vq_desc ;;
	*) echo "there is no tool '$1'" >&2 && return 1 ;;
	esac
}

funclatency_start() { # FUNCTION
	program_start 'Hit Ctrl-C' bash -c "exec stdbuf -oL /usr/sbin/funclatency $1 >&2"
}

tool_stop() { # TOOL
	lost=null batch=null
	case $1 in
	nothing) ;;
	function_graph*) graph_stop ;;
	*) program_stop ;;
	esac
	case $1 in
	runs | stages)
		lost=$(jq '.loss | .records_lost + .runs_broken' "$SCRATCH/tool.out")
		batch=$(jq '[.queues[] | select(.queue == "tx0")][0] | .chains / .runs' "$SCRATCH/tool.out")
		;;
	trace)
		lost=$(./vhostprof report --format json "$SCRATCH/trace.vprof" | jq '.loss | .records_lost + .runs_broken')
		rm -f "$SCRATCH/trace.vprof"
		;;
	bpftrace) lost=$(awk '/^Lost/ { n += $2 } END { print n + 0 }' "$SCRATCH/tool.err" "$SCRATCH/tool.out") ;;
	esac
}
