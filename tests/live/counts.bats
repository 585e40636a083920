#!/usr/bin/env bats
# vhostprof's counts against what the guest program says truly happened, and against the kernel's own.

load lib

@test "one packet is one doorbell, one run, one chain, one call" {
	measure --tx -name guest=one --packets 1
	report_holds '.queues[] | select(.queue == "tx0") |
		.runs == 1 and .causes.kick == 1 and .ends.rearmed == 1 and .rearms == 1 and .bytes == 64'
}

@test "fixed rate, one kick per packet" {
	measure --tx -name guest=fixed --packets 1500 --rate 3000 --always-kick
	report_holds '.queues[] | select(.queue == "tx0") | (.doorbells | near(1500; 1)) and (.chains | near(1500))'
}

@test "bursts of 30" {
	measure --tx -name guest=burst --packets 6000 --rate 20000 --burst 30 --size 200 --vring-size 1024
	report_holds '.queues[] | select(.queue == "tx0") | .bytes == 1200000'
}

@test "a burst beyond the weight is put back" {
	measure --tx -name guest=heavy --packets 1000 --burst 1000 --vring-size 1024
	report_holds '.queues[] | select(.queue == "tx0") |
		.requeue_reasons.weight >= 3 and .causes.requeue >= 3 and .ends.weight == .requeue_reasons.weight'
}

@test "receiving, woken by the socket" {
	measure --rx --rx-source -name guest=rx --packets 1500 --rate 3000
	report_holds '.queues[] | select(.queue == "rx0") | .causes.net > 0 and (.chains | near(1500))'
}

@test "two queue pairs: bytes of the shared device are nobody's" {
	measure --tx -name guest=pairs --queues 2 --packets 1000 --rate 3000
	report_holds '[.queues[].queue] | sort == ["rx0", "rx1", "tx0", "tx1"]'
}

@test "busy polling" {
	measure --tx -name guest=busy --packets 1000 --rate 2000 --busyloop-us 500
}

@test "without event index" {
	measure --tx -name guest=flags --packets 1000 --rate 3000 --no-event-idx
}

@test "through kprobes" {
	guest_start --tx -name guest=kprobe --packets 1500 --rate 3000
	profile_start -p "$(owner_of 0)" --attach kprobe
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_is_exact
}

@test "TCP, both directions" {
	relay_start 1 1
	profile_start -p "$(owner_of 0)"
	iperf 0 -n 2M -l 64
	iperf 0 -n 8M -R
	guest_say stat
	guest_hear stat
	profile_stop
	guest_quit
	report_is_exact
	report_holds '.queues[] | .runs > 0'
	tests/golden/check_schema cat "$REPORT"
}

@test "UDP" {
	relay_start 1 1
	profile_start -p "$(owner_of 0)"
	iperf 0 -u -b 20M -n 2M -l 64
	guest_say stat
	guest_hear stat
	profile_stop
	guest_quit
	report_is_exact
}

@test "TCP through two queue pairs" {
	relay_start 1 2
	profile_start -p "$(owner_of 0)"
	iperf 0 -n 4M -P 4
	guest_say stat
	guest_hear stat
	profile_stop
	guest_quit
	report_is_exact
}

@test "TCP of three guests at once" {
	relay_start 3 1
	profile_start
	local guest pids=()
	for guest in 0 1 2; do
		$NET client $guest --json -n 1M -l 1024 >"$TMP/iperf.$guest" &
		pids+=($!)
	done
	wait "${pids[@]}"
	guest_say stat
	guest_hear stat
	profile_stop
	guest_quit
	report_is_exact
	report_holds '[.queues[] | select(.queue == "tx0") | .runs > 0] == [true, true, true]'
}

@test "three guests, all of them" {
	guest_start --tx --guests 3 -name guest=g{} --tap 'tap{}' --packets 600 --rate 2000
	profile_start
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_is_exact
	report_holds '[.queues[].vm.name] | unique == ["g0", "g1", "g2"]'
}

@test "three guests, one chosen by name" {
	guest_start --tx --guests 3 -name guest=g{} --tap 'tap{}' --packets 600 --rate 2000
	profile_start --vm g1
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_is_exact g1
	report_holds '[.queues[].vm.name] | unique == ["g1"]'
}

@test "two queue pairs, one worker chosen by its tid" {
	guest_start --tx -name guest=w --queues 2 --packets 600 --rate 2000
	profile_start -p "$(worker_of 0 1)"
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_holds '[.queues[].queue] | sort == ["rx1", "tx1"]'
	report_holds '.queues[] | select(.queue == "tx1") | .chains | near(600)'
}

@test "one queue chosen" {
	guest_start --tx -name guest=q --queues 2 --packets 600 --rate 2000
	profile_start --queue tx1
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_holds '[.queues[].queue] == ["tx1"]'
	report_holds '.queues[0].chains | near(600)'
}

kernel_counts() { # FUNCTION…: the sum of the hits the kernel counted since kernel_counts_start
	awk -v names="$*" 'BEGIN { n = split(names, name) }
		{ for (i = 1; i <= n; i++) if ($1 == "vp_" name[i]) hits += $2 }
		END { print hits + 0 }' /sys/kernel/tracing/kprobe_profile
}

kernel_counts_start() { # FUNCTION…
	local name
	for name; do
		echo "p:vp_$name $name" >>/sys/kernel/tracing/kprobe_events
	done
	echo 1 >/sys/kernel/tracing/events/kprobes/enable
}

kernel_counts_stop() {
	echo 0 >/sys/kernel/tracing/events/kprobes/enable
	echo >/sys/kernel/tracing/kprobe_events
}

@test "runs are as many as the kernel's own probes count" {
	guest_start --tx -name guest=count --packets 1500 --rate 3000 --burst 3
	profile_start
	kernel_counts_start handle_tx_kick handle_tx_net handle_rx_kick handle_rx_net vhost_enable_notify
	guest_say go
	guest_hear done
	local runs rearms
	runs=$(kernel_counts handle_tx_kick handle_tx_net handle_rx_kick handle_rx_net)
	rearms=$(kernel_counts vhost_enable_notify)
	kernel_counts_stop
	profile_stop
	guest_quit
	report_is_exact
	((runs > 0))
	report_holds "[.queues[].runs] | add | near($runs; 1)"
	report_holds "[.queues[] | .rearms + .races] | add | near($rearms; 1)"
}
