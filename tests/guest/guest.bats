#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# vguest's account of what happened, held against the kernel's own: the taps' counters, the kick
# eventfds' counts, /proc. Runs in a throw-away VM, from the root of the checkout:
#
#   make -f tests/guest/Makefile && tests/vm/run --kernel 6.1 -- bats tests/guest/guest.bats

bats_require_minimum_version 1.5.0

setup_file() {
	[[ -c /dev/vhost-net ]] || {
		echo 'no /dev/vhost-net here: run this in a VM, see the top of the file' >&2
		return 1
	}
}

setup() {
	VGUEST=${VGUEST:-build/tests/vguest}
	NET=tests/guest/net
	OUT=$BATS_TEST_TMPDIR/out
}

teardown() {
	$NET down
}

# What must hold of every last line, whatever the load was.
readonly LAWS='
	.guests[] | . as $g |
	def sum(f): [$g.queues[] | f] | add;
	(sum(.tx.packets) == $g.tap_counters.rx_packets or error("tx packets")),
	(sum(.tx.bytes) == $g.tap_counters.rx_bytes or error("tx bytes")),
	(sum(.rx.packets) == $g.tap_counters.tx_packets or error("rx packets")),
	(sum(.rx.bytes) == $g.tap_counters.tx_bytes or error("rx bytes")),
	($g.tap_counters.tx_dropped == 0 or error("tap ring overflow")),
	(.queues[] |
		(.quiesced or error("not quiet")),
		(.nic_drops == 0 or error("nic drops")),
		(.tx.chains_available == .tx.packets or error("tx chains available")),
		(.tx.chains_used == .tx.packets or error("tx chains used")),
		(.rx.chains_used >= .rx.packets or error("rx chains used")),
		(.rx.chains_used <= .rx.chains_available or error("rx chains available")),
		((.tx, .rx) | .doorbells == .kick_eventfd_count or error("doorbells")),
		(.rx.setup.doorbells == 1 or error("setup")),
		(.tx.setup.doorbells == 0 or error("setup")))'

last() {
	tail -n 1 "$OUT"
}

obeys_laws() {
	last | jq -e "$LAWS" >/dev/null || {
		last
		return 1
	}
}

holds() { # JQ-CONDITION [LINE]
	jq -e "$1" <<<"${2:-$(last)}" >/dev/null || {
		printf 'not so: %s\n%s\n' "$1" "${2:-$(last)}"
		return 1
	}
}

open_loop() {
	"$VGUEST" "$@" </dev/null >"$OUT"
	obeys_laws
}

# Starts a guest; its answers come in at $answers, commands go out at $commands.
start() {
	coproc GUEST { exec "$VGUEST" "$@" 3>&-; }
	guest_pid=$!
	# bash closes its own two ends as soon as the guest has ended.
	exec {answers}<&"${GUEST[0]}" {commands}>&"${GUEST[1]}"
	eval "exec ${GUEST[1]}>&-"
	hear ready
}

say() {
	echo "$1" >&"$commands"
}

hear() { # WORD; the rest of the line is then in $heard
	local word
	if [[ $1 ]]; then
		read -r -t 120 -u "$answers" word heard
		[[ $word == "$1" ]]
	else
		read -r -t 120 -u "$answers" heard
	fi
}

quit() {
	say quit
	hear ''
	echo "$heard" >"$OUT"
	wait "$guest_pid"
	obeys_laws
}

relay() { # GUESTS QUEUES OPTION...
	$NET --guests "$1" --queues "$2" up
	$NET --guests "$1" serve
	start --relay --guests "$1" --queues "$2" -name guest=vm --tap 'vhp{}' --in-netns 'vhp{}' "${@:3}"
}

iperf() { # GUEST ARGUMENT...
	local result
	result=$($NET client "$1" --json "${@:2}")
	jq -r '"# guest '"$1"': " + (.end | (.sum_received // .sum) |
		"\(.bytes) bytes, \(.bits_per_second / 1e6 | floor) Mbit/s")' <<<"$result" >&3
	jq -e '.end | (.sum_received // .sum).bytes' <<<"$result" >"$BATS_TEST_TMPDIR/received.$1"
	(($(received "$1") > 0))
}

received() { # GUEST; by the other end of its last iperf run
	cat "$BATS_TEST_TMPDIR/received.$1"
}

@test "one packet: one doorbell, one chain, one call" {
	open_loop --tx --packets 1
	holds '.guests[0].queues[0].tx |
		[.doorbells, .chains_used, .packets, .bytes, .calls_received] == [1, 1, 1, 64, 1]'
}

@test "fixed rate" {
	open_loop --tx --packets 500 --rate 2000 --size 128
	holds '.guests[0].queues[0].tx |
		.doorbells + .kicks_suppressed == 500 and .bytes == 64000 and .calls_received > 0'
}

@test "bursts attempt one kick each" {
	open_loop --tx --packets 3000 --rate 20000 --burst 30 --vring-size 4096
	holds '.guests[0].queues[0].tx | .doorbells + .kicks_suppressed == 100 and .doorbells > 0'
}

@test "always-kick rings for every burst" {
	open_loop --tx --packets 3000 --rate 20000 --burst 30 --vring-size 4096 --always-kick
	holds '.guests[0].queues[0].tx | .doorbells == 100 and .kicks_suppressed == 0'
}

@test "random and bursty gaps" {
	open_loop --tx --packets 500 --rate 5000 --gap exp --spin
	open_loop --tx --packets 500 --rate 5000 --gap bursty --burst 2
}

@test "back to back fills the ring and stops" {
	open_loop --tx --packets 5000 --burst 5000
	holds '.guests[0].queues[0].tx | .ring_full > 0 and .packets == 5000'
}

@test "one burst of 300 in a ring of 512" {
	open_loop --tx --packets 300 --burst 300 --vring-size 512
	holds '.guests[0].queues[0].tx | .doorbells == 1 and .kicks_suppressed == 0'
}

@test "suppression by flags only" {
	open_loop --tx --packets 2000 --rate 10000 --no-event-idx
	holds '.guests[0] | .features == "0x110008000" and .queues[0].tx.calls_received > 0'
}

@test "without transmit napi no calls but for a full ring" {
	open_loop --tx --packets 200 --rate 5000 --no-tx-napi
	holds '.guests[0].queues[0].tx.calls_received <= 1'
	open_loop --tx --packets 5000 --burst 100 --no-tx-napi
	holds '.guests[0].queues[0].tx.calls_received > 0'
}

@test "frames of several descriptors, direct and indirect" {
	open_loop --tx --packets 200 --size 60000 --rate 2000
	open_loop --tx --packets 200 --size 60000 --rate 2000 --no-indirect
	holds '.guests[0].queues[0].tx.bytes == 12000000'
}

@test "busy polling and think time" {
	open_loop --tx --packets 500 --rate 5000 --busyloop-us 50 --think-us 20
}

@test "a closed loop sends one packet for each re-arm" {
	open_loop --tx --packets 1000 --after-rearm 10
	holds '.guests[0].queues[0].tx | .doorbells == 1000 and .kicks_suppressed == 0'
	open_loop --tx --packets 600 --burst 3 --after-rearm 0 --no-event-idx
	holds '.guests[0].queues[0].tx | .doorbells == 200 and .kicks_suppressed == 0'
}

@test "two queue pairs: each its device, worker and vCPU" {
	open_loop --tx --packets 500 --rate 5000 --queues 2
	holds '.guests[0].queues | length == 2 and all(.[]; .tx.packets == 500) and
		([.[] | .worker_tid, .vcpu_tid] | unique | length == 4)'
}

@test "three guests of two queue pairs" {
	open_loop --tx --packets 300 --rate 3000 --burst 3 --guests 3 --queues 2 -name guest=vm,debug-threads=on
	holds '.guests | length == 3 and ([.[].name] == ["vm-0", "vm-1", "vm-2"])'
}

@test "receiving what the host sends" {
	open_loop --rx --rx-source --packets 400 --rate 2000 --size 1000
	holds '.guests[0] | .source_sent == 400 and .queues[0].rx.packets == 400 and
		.queues[0].rx.bytes == 400000 and .queues[0].rx.calls_received > 0'
}

@test "receiving bursts without mergeable buffers, by flags only" {
	open_loop --rx --rx-source --packets 2000 --rate 4000 --burst 20 --no-mrg-rxbuf --no-event-idx
	holds '.guests[0].queues[0].rx | .chains_used == 2000'
}

@test "a sender of its own feeds a waiting guest" {
	start --rx --tap vhp0
	"$VGUEST" --rx-source --tap vhp0 --packets 100 --size 200 --rate 1000 >"$BATS_TEST_TMPDIR/source"
	holds '.source_sent == 100' "$(cat "$BATS_TEST_TMPDIR/source")"
	until say stat && hear stat && holds '.guests[0].queues[0].rx.packets == 100' "$heard"; do :; done
	quit
}

@test "waits for go, tells when it is done, and holds still" {
	local done_line
	start --tx --packets 200 --rate 2000 --burst 4 --wait --hold
	say stat && hear stat
	holds '.guests[0].queues[0].tx.packets == 0' "$heard"
	say go && hear 'done'
	done_line=$heard
	holds '.guests[0].queues[0] | .tx.chains_used == 200 and .quiesced' "$done_line"
	quit
	diff <(jq -S . <<<"$done_line") <(last | jq -S .)
}

@test "the end of standard input ends a guest that holds" {
	start --tx --packets 10 --hold
	hear 'done'
	exec {commands}>&-
	hear ''
	wait "$guest_pid"
}

@test "the kernel shows names, worker and eventfd as with QEMU" {
	local pid owner worker kick count i
	start --tx --packets 100 --rate 1000 --guests 3 -name guest=web,debug-threads=on --hold
	hear 'done'
	for i in 0 1 2; do
		read -r pid owner worker kick count < <(jq -r ".guests[] | select(.name == \"web-$i\") |
			[.pid, .owner_tid, (.queues[0] | .worker_tid, .tx.kick_fd, .tx.doorbells)] | @tsv" <<<"$heard")
		tr '\0' '\n' <"/proc/$pid/cmdline" | grep -A 1 -x -e -name | grep -qx "guest=web-$i,debug-threads=on"
		[[ $(<"/proc/$worker/comm") == "vhost-$owner" ]]
		grep -qx 'CPU 0/KVM' /proc/"$pid"/task/*/comm
		(($(awk '/^eventfd-count/ { print "0x" $2 }' "/proc/$pid/fdinfo/$kick") == count))
	done
	quit
}

@test "relay: TCP both ways" {
	relay 1 1
	local out
	iperf 0 -n 16M
	out=$(received 0)
	iperf 0 -n 16M -R
	quit
	holds ".guests[0].queues[0] | .tx.bytes > $out and .rx.bytes > $(received 0) and
		.tx.calls_received > 0 and .rx.calls_received > 0 and .tx.kicks_suppressed > 0"
}

@test "relay: UDP" {
	relay 1 1
	local out
	iperf 0 -u -b 0 -l 64 -n 512K
	out=$(received 0)
	iperf 0 -u -b 5M -l 1000 -n 1M -R
	quit
	holds ".guests[0].queues[0] | .tx.bytes > $out and .rx.bytes > $(received 0)"
}

@test "relay: without offloads, mergeable buffers, event index and indirect descriptors" {
	relay 1 1 --no-offloads --no-mrg-rxbuf --no-event-idx --no-indirect
	iperf 0 -n 2M
	iperf 0 -n 2M -R
	quit
	holds '.guests[0] | .features == "0x100000000" and .queues[0].tx.bytes / .queues[0].tx.packets < 1515'
}

@test "relay: large frames without mergeable buffers" {
	relay 1 1 --no-mrg-rxbuf
	iperf 0 -n 8M -R
	quit
	holds '.guests[0].queues[0].rx | .chains_used == .packets and .bytes / .packets > 1514'
}

@test "relay: two queue pairs, several streams, busy polling" {
	relay 1 2 --busyloop-us 50
	iperf 0 -n 4M -P 4
	iperf 0 -n 4M -P 4 -R
	quit
	holds '[.guests[0].queues[].tx.packets] | length == 2 and add > 0'
}

@test "relay: three guests at once" {
	local clients=() i
	relay 3 1
	for i in 0 1 2; do
		iperf "$i" -n 4M &
		clients+=($!)
	done
	for i in "${clients[@]}"; do wait "$i"; done
	quit
	for i in 0 1 2; do
		holds ".guests[$i] | .name == \"vm-$i\" and .queues[0].tx.bytes > $(received "$i")"
	done
}

@test "mistakes are told in one line" {
	run ! "$VGUEST" --tx --tap a-name-longer-than-any-interface </dev/null
	[[ $output == *'a-name-longer-than-any-interface'* && ${#lines[@]} == 1 ]]
	run ! "$VGUEST" --relay --in-netns nowhere </dev/null
	[[ $output == *'/run/netns/nowhere: No such file'* && ${#lines[@]} == 1 ]]
}
