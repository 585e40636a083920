#!/bin/bash
# Fails when a file includes something beside or above it: floors go include, base, model, analyze,
# render and source, serve, cmd. A file includes its own folder or a lower floor.
set -u
cd "$(dirname "$0")/../.." || exit
declare -A floor=([base]=1 [model]=2 [analyze]=3 [render]=4 [source]=4 [serve]=5 [cmd]=6)
status=0

wrong() {
	echo "$1: $2"
	status=1
}

while IFS=: read -r file line text; do
	room=${file#src/} room=${room%%/*}
	included=$(sed -n 's/^#include "\([^"]*\)".*/\1/p' <<<"$text")
	other=${included%%/*}
	[[ $included == vhostprof.skel.h && $room == source ]] && continue
	if [[ -z ${floor[$other]:-} ]]; then
		wrong "$file:$line" "\"$included\" is no file of a room: write \"room/file.h\""
	elif [[ $other != "$room" && ${floor[$other]} -ge ${floor[$room]} ]]; then
		wrong "$file:$line" "$room must not include $other"
	fi
done < <(grep -nE '^#include "' src/*/*.[ch])

# Pure rooms know neither the kernel interface nor the clock nor files.
if grep -nE '#include <(bpf/|stdio\.h|time\.h|unistd\.h|fcntl\.h)' src/model/*.[ch] src/analyze/*.[ch] |
	grep -v 'stdio.h'; then
	wrong "above" "model and analyze are pure"
fi
if grep -nE '\b(printf|fopen|fprintf|puts|clock_gettime)\(' src/model/*.c src/analyze/*.c; then
	wrong "above" "model and analyze neither print nor read"
fi
# What BPF and user space share includes nothing else of ours.
if grep -nE '#include "' include/vhostprof/* | grep -v 'vmlinux.h'; then
	wrong "above" "include/vhostprof stands alone"
fi
exit $status
