#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# `vhostprof advise` on a running kernel: what only it can see of workers, made so and made otherwise.

load lib

# From here on "profile_start" is `vhostprof advise`, for as long as it takes.
advise_setup() {
	printf '#!/bin/sh\nexec ./vhostprof advise -d 600 "$@"\n' >"$TMP/advise"
	chmod +x "$TMP/advise"
	VHOSTPROF=$TMP/advise
}

teardown() {
	for pid in "${hogs[@]}"; do
		kill -9 "$pid" 2>/dev/null || true
	done
	$NET down >/dev/null 2>&1 || true
	[[ -z ${profiler_pid:-} ]] || kill -9 "$profiler_pid" 2>/dev/null || true
	[[ -z ${guest_pid:-} ]] || kill -9 -- "$guest_pid" 2>/dev/null || true
}

hogs=()

# Tasks that never sleep, on CPU 0.
hog_cpu0() {
	for _ in 1 2; do
		taskset -c 0 sh -c 'while :; do :; done' 3>&- &
		hogs+=($!)
	done
}

vcpu_of() { # GUEST
	local owner task
	owner=$(owner_of "$1")
	for task in "/proc/$owner"/task/*; do
		[[ $(<"$task/comm") != 'CPU 0/KVM' ]] || echo "${task##*/}"
	done
}

pin() { # CPU TID
	taskset -pc "$1" "$2" >/dev/null
}

advice_of() { # PACKETS OPTION…: of a guest that sends so many, after the setup named in $arrange
	advise_setup
	guest_start --tx -name guest=adv --packets "$@"
	"$arrange"
	profile_start -p "$(owner_of 0)"
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
}

verdict() { # RULE VERDICT
	jq -e --arg rule "$1" --arg verdict "$2" '.schema == "vhostprof.advice/1" and
		(.queues[] | select(.queue == "tx0") | .findings[] | select(.rule == $rule) | .verdict == $verdict)' \
		"$REPORT" >/dev/null || {
		jq -c '.source, .hazards, (.queues[] | .queue, .runs, .findings, .worker_sched, (.busy_poll | del(.points)))' "$REPORT"
		return 1
	}
}

apart() {
	pin 0 "$(worker_of 0 0)"
	pin 1 "$(vcpu_of 0)"
}

@test "a worker with a CPU of its own: neither starved nor in the vCPU's way" {
	arrange=apart
	advice_of 200 --rate 100 --always-kick
	verdict worker-starved fine
	verdict worker-on-vcpu-cpu fine
	jq -e '.queues[] | select(.queue == "tx0") | .worker_sched |
		.run_ns > 0 and .slices >= 100 and .looks >= 10 and .cpu == 0' "$REPORT"
}

together() {
	pin 1 "$(worker_of 0 0)"
	pin 1 "$(vcpu_of 0)"
}

@test "a worker on the vCPU's CPU" {
	arrange=together
	advice_of 200 --rate 100 --always-kick
	verdict worker-on-vcpu-cpu act
	jq -e '.queues[] | select(.queue == "tx0") | .worker_sched.cpu == 1' "$REPORT"
}

starve() {
	apart
	renice -n 10 -p "$(worker_of 0 0)" >/dev/null
	hog_cpu0
}

@test "a worker that others keep from its CPU" {
	arrange=starve
	advice_of 100 --rate 50 --always-kick
	verdict worker-starved act
}

@test "gaps, features and the busy loop's timeout are known live" {
	arrange=apart
	advice_of 1500 --rate 3000 --always-kick
	verdict call-suppression fine
	jq -e '.queues[] | select(.queue == "tx0") | .busy_poll |
		.gaps >= 100 and .poll_us_now == 0 and .interval == "binomial" and (.points | length == 20)' "$REPORT"
}

@test "without event index, and polling already" {
	arrange=apart
	advice_of 1500 --rate 3000 --no-event-idx --busyloop-us 50
	jq -e '.queues[] | select(.queue == "tx0") | .busy_poll | .poll_us_now >= 45 and .points[0].poll_us >= 50' "$REPORT"
	verdict call-suppression act
}
