#!/usr/bin/env bats
# How the rows of probes.def attach on this kernel, what `list --probes` says of it, and the doctor.

load lib

rows() { # JQ-CONDITION: the names of the rows for which it holds
	jq -r ".probes[] | select($1) | .probe" "$TMP/probes"
}

# Without options: asked once for all tests.
list_probes() { # OPTION…
	local once=$BATS_FILE_TMPDIR/probes
	if (($#)); then
		"$VHOSTPROF" list --probes --format json "$@" >"$TMP/probes"
	else
		[[ -s $once ]] || "$VHOSTPROF" list --probes --format json -v >"$once" 2>"$once.messages"
		cp "$once" "$TMP/probes"
	fi
}

has_module_btf() {
	[[ -e /sys/kernel/btf/vhost_net ]]
}

@test "list --probes names every row of the table, in order" {
	list_probes
	python3 -m jsonschema -i "$TMP/probes" docs/probes.schema.json
	diff <(jq -r '.probes[].probe' "$TMP/probes") \
		<(tests/check/probes | sed -n 's/^| `\([a-z_]*\)`.*/\1/p')
	[[ -z $(rows '.need == "required" and .attached == null') ]]
}

@test "what is not attached says why, and what that costs" {
	list_probes
	[[ -z $(rows '.attached == null and (.why_not == null or .cost == null or .functions != [])') ]]
	[[ -z $(rows '.attached != null and (.cost != null or .functions == [])') ]]
	[[ -z $(rows '(.attached // "" | startswith("kprobe")) and .why_not == null') ]]
}

@test "fentry wherever the kernel has BTF of the module" {
	list_probes
	if has_module_btf; then
		[[ $(rows '.attached // "" | startswith("f")' | wc -l) -ge 25 ]]
	else
		[[ $(rows '.attached // "" | startswith("kprobe")' | wc -l) -ge 25 ]]
	fi
}

@test "clones are attached by their own names" {
	local symbol
	list_probes
	for symbol in vhost_tx_batch vhost_notify; do
		diff <(jq -r ".probes[].functions[] | select(startswith(\"$symbol.\"))" "$TMP/probes" | sort) \
			<(awk -v s="$symbol." '$2 == "t" && index($3, s) == 1 && $3 !~ /cold/ { print $3 }' \
				/proc/kallsyms | sort)
	done
}

@test "kprobes when asked for" {
	list_probes --attach kprobe
	[[ -z $(rows '.attached // "" | startswith("f")') ]]
	[[ $(rows '.attached == "kprobe+kretprobe"' | wc -l) -ge 25 ]]
}

# A row said to be reached by nothing is hit by nothing, and its carrier is.
@test "what nothing calls is left unattached, and truly not called" {
	local unreached symbol row
	list_probes
	unreached=$(rows '.why_not // "" | startswith("nothing in vhost")')
	[[ $unreached == *signal* && $unreached == *add_used* ]]
	for symbol in vhost_signal vhost_add_used vhost_add_used_and_signal_n; do
		echo "p:vp_$symbol $symbol" >>/sys/kernel/tracing/kprobe_events
	done
	echo 1 >/sys/kernel/tracing/events/kprobes/enable
	guest_start --tx -name guest=calls --packets 200 --rate 5000
	guest_say go
	guest_hear done
	guest_quit
	awk '{ hits[$1] = $2 }
		END { exit hits["vp_vhost_signal"] || hits["vp_vhost_add_used"] ||
			!hits["vp_vhost_add_used_and_signal_n"] }' /sys/kernel/tracing/kprobe_profile
	echo 0 >/sys/kernel/tracing/events/kprobes/enable
	echo >/sys/kernel/tracing/kprobe_events
	[[ $(rows '.probe == "signal" and .carrier == "add_used_and_signal_n"') == signal ]]
}

@test "without symbols it goes by BTF and by trying" {
	unshare --mount sh -c "mount --bind /dev/null /proc/kallsyms &&
		exec $VHOSTPROF list --probes --format json" >"$TMP/probes"
	[[ -z $(rows '.need == "required" and .attached == null') ]]
	[[ $(rows '.attached != null' | wc -l) -ge 30 ]]
}

@test "the normal case needs one load, and each row that steps down only itself" {
	list_probes
	[[ $(grep -c 'loading took' "$BATS_FILE_TMPDIR/probes.messages") == 1 ]]
}

@test "list --probes fits 80 and 200 columns" {
	local width
	for width in 80 200; do
		run -0 "$VHOSTPROF" list --probes --width $width
		[[ -z $(awk -v w=$width 'length($0) > w' <<<"$output") ]]
		[[ $output == *handle_tx_kick* && $output == *exceeds_weight* ]]
	done
}

@test "the doctor finds this host well" {
	run -0 "$VHOSTPROF" doctor
	[[ -z $(awk 'length($0) > 80' <<<"$output") && ${#lines[@]} -le 24 ]]
	[[ $output == *'This host can be profiled.'* && $output != *lack* ]]
	"$VHOSTPROF" doctor --format json >"$TMP/doctor"
	python3 -m jsonschema -i "$TMP/doctor" docs/doctor.schema.json
	jq -e --arg release "$(uname -r)" '.checks[] | select(.name == "kernel").found |
		startswith($release)' "$TMP/doctor"
}

@test "the doctor without rights, without the module, without BTF" {
	run -3 setpriv --reuid=65534 --clear-groups "$VHOSTPROF" doctor
	[[ $output == *'missing CAP_SYS_ADMIN'* && $output == *'cannot be profiled yet'* ]]
	modprobe -r vhost_net
	run -5 "$VHOSTPROF" doctor
	[[ $output == *'modprobe vhost_net'* ]]
	modprobe vhost_net
	run -5 unshare --mount sh -c "mount -t tmpfs none /sys/kernel/btf && exec $VHOSTPROF doctor"
	[[ $output == *CONFIG_DEBUG_INFO_BTF* ]]
}

@test "the doctor counts devices and notices a pid namespace" {
	guest_start --tx --guests 2 -name guest=g{} --tap 'tap{}' --packets 1
	run -0 "$VHOSTPROF" doctor
	[[ $output == *'2 vhost-net devices'* ]]
	guest_say quit
	run -0 unshare --pid --fork --mount-proc "$VHOSTPROF" doctor
	[[ $output == *"not the host's"* ]]
}

@test "the doctor tells which kind of workers there will be" {
	local mode words
	if ! modinfo -p vhost | grep -q '^fork_from_owner_default:'; then
		run -0 "$VHOSTPROF" doctor
		[[ $output == *'workers        '*threads* ]]
		return
	fi
	for mode in N Y; do
		modprobe -r vhost_net
		modprobe vhost fork_from_owner_default=$mode
		modprobe vhost_net
		words='kernel threads'
		[[ $mode == N ]] || words='threads of the owner'
		run -0 "$VHOSTPROF" doctor
		[[ $output == *"workers        $words"* ]]
	done
}
