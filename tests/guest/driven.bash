# SPDX-License-Identifier: BSD-2-Clause
# Guests driven by a script: vguest behind two pipes, waiting for commands (see its --help).
# Knows: how to talk to it. Refuses to know: what it does, and what comes of it.
# Needs VGUEST and SCRATCH, a directory; sets $ready and $heard. Sourced.
# shellcheck shell=bash disable=SC2034,SC2154

# Returns when the guests are set up and wait for "go"; their ready line is then in $ready.
guest_start() { # VGUEST-OPTION…
	rm -f "$SCRATCH/commands"
	mkfifo "$SCRATCH/commands" || return
	exec {commands}<>"$SCRATCH/commands"
	exec {answers}< <(exec "$VGUEST" "$@" --wait --hold --control="$SCRATCH/commands" {commands}>&-)
	guest_hear ready || return
	ready=$heard
}

guest_say() {
	echo "$1" >&"$commands"
}

guest_hear() { # WORD or ''; the rest of the line is then in $heard
	local word=
	read -r -t 300 -u "$answers" word heard || return
	[[ ! $1 || $word == "$1" ]] || {
		echo "the guest said '$word', not '$1'" >&2
		return 1
	}
	[[ $1 ]] || heard="$word${heard:+ $heard}"
}

# Everything counted so far is then in $heard, exact as of now.
guest_stat() {
	guest_say stat && guest_hear stat
}

# Ends the guests; what truly happened is then in $heard.
guest_quit() {
	guest_say quit && guest_hear '' || return
	exec {commands}>&- {answers}<&-
}
