#!/usr/bin/env bats
# Options and messages that need neither root nor a vhost kernel.

bats_require_minimum_version 1.5.0

setup() {
	VHOSTPROF=./vhostprof
}

usage_error() { # PATTERN ARGUMENT…
	local pattern=$1
	shift
	run --separate-stderr "$VHOSTPROF" "$@"
	[[ $status == 2 && -z $output ]] || {
		echo "status $status, stdout '$output', stderr '$stderr'"
		return 1
	}
	[[ ${stderr_lines[0]} =~ $pattern ]] || {
		echo "stderr: $stderr"
		return 1
	}
}

@test "--version names program and version" {
	run -0 "$VHOSTPROF" --version
	[[ $output =~ ^vhostprof\ [0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "--help of every command fits 80 columns" {
	local command
	for command in $(sed -n 's/^	{"\([a-z]*\)", .*/\1/p' src/cmd/main.c); do
		run -0 "$VHOSTPROF" "$command" --help
		[[ $output == Usage:* ]]
		[[ -z $(awk 'length($0) > 80' <<<"$output") ]]
	done
}

@test "unknown options and arguments" {
	usage_error "unrecognized option '--frobnicate'" --frobnicate
	usage_error "unknown command or argument 'frobnicate'" frobnicate
	usage_error "unknown argument 'x'" list x
}

@test "bad pids" {
	usage_error "-p takes a whole number .*'web1'" -p web1
	usage_error "-p takes a whole number .*'0'" -p 0
	usage_error "-p takes a whole number .*'-1'" -p -1
	usage_error "-p takes a whole number .*'99999999999999999999'" -p 99999999999999999999
}

@test "bad durations and intervals" {
	usage_error "-d takes a whole number .*'1.5'" -d 1.5
	usage_error "-d takes a whole number .*'0'" -d 0
	usage_error "-i takes a whole number .*''" -i ''
}

@test "bad queues" {
	usage_error "--queue takes tx0.*'eth0'" --queue eth0
	usage_error "--queue takes .*'x'" --queue txx
}

@test "bad formats, colours and widths" {
	usage_error "unknown --format 'xml'" --format xml
	usage_error "--color takes auto, always or never, not 'blue'" --color blue
	usage_error "--width takes 80 to 500 columns, not '40'" --width 40
}

@test "bad ways to measure" {
	usage_error "--attach takes auto or kprobe, not 'uprobe'" --attach uprobe
	usage_error "--without: there is no probe 'x'" --without x
	usage_error "--buffer takes a power of two, not '5'" --buffer 5
	usage_error "--churn-window takes a whole number .*'0'" --churn-window 0
	usage_error "--max-devices takes a whole number .*'0'" --max-devices 0
	usage_error "--sample takes a whole number .*'0'" --sample 0
	usage_error "--sample takes a whole number .*'10001'" --sample 10001
	usage_error "--sample takes a whole number .*'often'" --sample often
}

@test "control characters in an argument do not reach the terminal" {
	run --separate-stderr "$VHOSTPROF" --queue $'tx\e[31m'
	[[ $status == 2 && $stderr != *$'\e'* ]]
}

@test "without rights or vhost_net: one line, no crash" {
	[[ ! -d /sys/module/vhost_net ]] || skip "this machine has vhost_net; the live tests cover it"
	run --separate-stderr "$VHOSTPROF" -d 1
	[[ -z $output && ${#stderr_lines[@]} == 1 ]]
	[[ $status == 5 && $stderr == *'vhost_net is not loaded'* || $status == 3 && $stderr == *CAP_SYS_ADMIN* ]]
}
