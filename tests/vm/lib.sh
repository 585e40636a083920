# shellcheck shell=bash
# What every script in this folder shares: the exit codes of the bench itself, where the checkout
# and the cache are, how to speak, and which qemu can be trusted. Knows nothing of kernels or of the guest.

# shellcheck disable=SC2034 # used by the scripts that source this file
readonly EXIT_TIMEOUT=124 EXIT_BENCH=125

vm_dir=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
checkout=$(cd -- "$vm_dir/../.." && pwd -P)
cache=${VHOSTPROF_CACHE:-$checkout/.cache}/vm
readonly vm_dir checkout cache

say() {
	printf 'vm: %s\n' "$*" >&2
}

die() {
	say "$*"
	exit "$EXIT_BENCH"
}

# need TOOL PACKAGE...: every tool must be there, or one line says what to install.
need() {
	local missing=()
	while (($# >= 2)); do
		PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null || missing+=("$2")
		shift 2
	done
	((${#missing[@]} == 0)) || die "missing packages: ${missing[*]} (tests/setup/install vm)"
}

# The comment block at the top of the script, without the first line, is its help.
show_help() {
	sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$1"
}

at_least() { # VERSION WANTED
	printf '%s\n' "$2" "$1" | sort -CV
}

# Whether it runs, and is not of those that lose the race between translating code and a kernel
# patching it when each CPU is emulated in a thread of its own.
qemu_can_thread() { # QEMU
	local version
	version=$("$1" --version 2>/dev/null | grep -om 1 '[0-9][0-9.]*' | head -n 1)
	[[ -n $version ]] && at_least "$version" 8.1
}
