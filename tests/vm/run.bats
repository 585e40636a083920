#!/usr/bin/env bats
# What tests/vm/run promises its callers. Every boot takes seconds, so one boot shows several things.

setup_file() {
	bats_require_minimum_version 1.5.0
	"$BATS_TEST_DIRNAME/kernel" 6.1 >/dev/null # its download would be heard among the output
}

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	run=tests/vm/run
}

# The bench's own lines all start so; what remains is the command's.
without_bench() {
	grep -v '^vm: ' || true
}

@test "status, separate streams, arguments, directory, checkout and modules come through" {
	mark=$(mktemp -p . .vm-test.XXXXXX)
	nasty=$'two  words "quoted" \'single\' $HOME \\ *\nsecond line'
	status=0
	# shellcheck disable=SC2016 # for the shell in the guest
	"$run" -- sh -c 'printf %s "$1"; pwd >&2; echo written >"$2"; uname -r >>"$2"
		test -c /dev/vhost-net || exit 1; ip link show lo | grep -q UP || exit 2; exit 42' \
		sh "$nasty" "$mark" >"$BATS_TEST_TMPDIR/out" 2>"$BATS_TEST_TMPDIR/err" || status=$?
	written=$(cat "$mark")
	rm -f "$mark"
	[ "$status" -eq 42 ]
	[ "$(cat "$BATS_TEST_TMPDIR/out")" = "$nasty" ]
	[ "$(without_bench <"$BATS_TEST_TMPDIR/err")" = "$PWD" ]
	grep -q '^vm: Debian 6\.1\.' "$BATS_TEST_TMPDIR/err"
	[[ $written == written$'\n'6.1.* ]]
}

@test "much output arrives whole, and leftover processes do not hold up the end" {
	"$run" -- sh -c 'sleep 1000 & seq 200000' >"$BATS_TEST_TMPDIR/out" 2>/dev/null
	seq 200000 | cmp - "$BATS_TEST_TMPDIR/out"
}

@test "a command that hangs ends with 124, and the console's end is shown" {
	run --separate-stderr -124 "$run" --timeout 2 -- sh -c 'echo before; echo kernel words >/dev/kmsg
		echo "<0>last words" >/dev/kmsg; sleep 1000'
	[ "$output" = before ]
	# shellcheck disable=SC2154 # set by run
	[[ $stderr == *"not done after 2 s"* ]]
	[[ $stderr == *"vm: console: "*"last words"* ]]
}

@test "a panic is a failure of the bench, not of the command" {
	run --separate-stderr -125 "$run" -- sh -c 'echo c >/proc/sysrq-trigger'
	[[ $stderr == *"gone before the command was done"* ]]
	[[ $stderr == *"sysrq triggered crash"* ]]
}

@test "bad usage is one line, before anything boots" {
	for arguments in '' '--cpus two -- true' '--memory lots -- true' '--nonsense true' '--icount --cpus 2 -- true' \
		'--qemu old -- true' '--kernel 0.99 -- true' '--kernel ../x -- true' '--timeout'; do
		# shellcheck disable=SC2086 # several arguments
		run --separate-stderr -125 "$run" $arguments
		[ -z "$output" ]
		[ "$(printf '%s\n' "$stderr" | wc -l)" -eq 1 ]
		[[ $stderr == "vm: "* ]]
	done
}

@test "--help says how" {
	run -0 "$run" --help
	[[ $output == "usage: tests/vm/run "* ]]
	[[ $output == *--icount* ]]
	[[ $output != *"set -u"* ]]
}

@test "the newest qemu is one that runs, and without network or cache the one installed" {
	qemu=$(tests/vm/qemu)
	"$qemu" --version | grep -q '^QEMU emulator version'
	# No mirror is known here, and nothing was found before.
	echo 'Dir::Etc "/nowhere";' >"$BATS_TEST_TMPDIR/apt.conf"
	run --separate-stderr -0 env VHOSTPROF_CACHE="$BATS_TEST_TMPDIR" APT_CONFIG="$BATS_TEST_TMPDIR/apt.conf" tests/vm/qemu
	[ "$output" = qemu-system-x86_64 ]
	[[ $stderr == *"no newer qemu can be had"* || -z $stderr ]]
	run --separate-stderr -125 tests/vm/qemu 10
	[ -z "$output" ]
	[[ $stderr == "vm: qemu: takes no argument"* ]]
}
