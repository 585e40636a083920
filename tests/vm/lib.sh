# shellcheck shell=bash
# What every script in this folder shares: the exit codes of the bench itself, where the checkout
# and the cache are, and how to speak. Knows nothing of kernels, of qemu or of the guest.

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
