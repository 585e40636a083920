# SPDX-License-Identifier: BSD-2-Clause
# The loads under which the cost of looking is measured: one guest each, endless once begun.
# Knows: what traffic a load is. Refuses to know: who looks, and what is counted.
# Sourced by inside; needs tests/guest/driven.bash.
# shellcheck shell=bash disable=SC2034,SC2154

readonly all_loads=(flood tcp one loop)
readonly -A load_words=(
	[flood]='64-byte packets as fast as they go, 256 to a kick'
	[tcp]='iperf3 TCP, 64-byte writes, 1 Mbit/s; frames gather, then the guest sends one for each re-arm, soon after it'
	[loop]='one 64-byte packet for each re-arm, soon after it: one-packet runs as fast as they go'
	[one]='one 64-byte packet a kick, 2000 a second'
	# Not one of all_loads: for the memory it takes to watch them.
	[queues64]='two guests of 32 queues each, 10 packets a second through each transmit queue'
)
readonly endless=1000000000000000
# Emulated, so long after the re-arm is about 13 us after the end of the run.
readonly think_us=25

load_prepare() { # LOAD: what outlives single guests
	[[ $1 == tcp ]] || return 0
	tests/guest/net up && ip netns exec vhp0 sysctl -q net.ipv4.tcp_autocorking=0
}

load_clean() { # LOAD
	[[ $1 == tcp ]] || return 0
	tests/guest/net down
}

load_start() { # LOAD: the guest is set up and silent
	case $1 in
	flood) guest_start --tx --packets $endless --burst 256 --vring-size 1024 ;;
	loop) guest_start --tx --packets $endless --after-rearm $think_us ;;
	queues64) guest_start --tx --guests 2 --queues 16 --packets $endless --rate 10 ;;
	one) guest_start --tx --packets $endless --rate 2000 --always-kick ;;
	tcp)
		nice tests/guest/net serve &&
			guest_start --relay --tap vhp0 --in-netns vhp0 --away-us 5000 --after-rearm $think_us
		;;
	*) echo "there is no load '$1'" >&2 && return 1 ;;
	esac
}

load_go() { # LOAD: returns when packets flow
	local used enough=500
	[[ $1 != queues64 ]] || enough=10
	guest_say go
	if [[ $1 == tcp ]]; then
		# Worker and vCPU come first: on hardware the programs at both ends have CPUs of their own. As fast as they
		# can, they and the two of them share two CPUs, and what is measured is how; so there is a rate.
		nice tests/guest/net client 0 --time 3600 --length 64 --no-delay --bitrate 1M >"$SCRATCH/iperf" 2>&1 &
		client=$!
	fi
	while guest_stat; do
		[[ $heard =~ \"tx\":\{[^{}]*\"chains_used\":([0-9]+) ]] && used=${BASH_REMATCH[1]}
		((used < enough)) || return 0
		[[ $1 != tcp ]] || kill -0 "$client" 2>/dev/null || break
	done
	return 1
}

# With the guest goes what says to an iperf3 server that its client has gone; a busy one lets nobody else in.
load_stop() { # LOAD
	if [[ $1 == tcp ]]; then
		kill "$client" 2>/dev/null
		wait "$client" 2>/dev/null
		tests/guest/net unserve
	fi
	guest_quit
}
