#!/usr/bin/env bats
# When it can't: one clear line, the documented exit code, nothing left behind.

load lib

refuses() { # STATUS PATTERN COMMAND…
	local status_wanted=$1 pattern=$2
	shift 2
	run --separate-stderr "$@"
	[[ $status == "$status_wanted" ]] || {
		echo "exit status $status, not $status_wanted: $stderr"
		return 1
	}
	[[ -z $output && ${#stderr_lines[@]} == 1 ]] || {
		echo "stdout: $output; stderr: $stderr"
		return 1
	}
	[[ $stderr =~ $pattern ]] || {
		echo "stderr: $stderr"
		return 1
	}
}

@test "not root" {
	refuses 3 'missing CAP_SYS_ADMIN.*sudo' setpriv --reuid=65534 --clear-groups "$VHOSTPROF" -d 1
}

@test "root without the capability" {
	refuses 3 'missing CAP_SYS_ADMIN' setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$VHOSTPROF" -d 1
}

@test "root in a user namespace: the kernel refuses" {
	refuses 3 'refuses to load BPF' unshare --user --map-root-user "$VHOSTPROF" -d 1
}

@test "no such process" {
	refuses 4 'there is no process or thread 4000000' "$VHOSTPROF" -p 4000000 -d 1
}

@test "a process that has nothing to do with vhost" {
	refuses 4 "process $$ .*no vhost worker and owns no vhost-net device" "$VHOSTPROF" -p $$ -d 1
}

@test "a thread of the owner that is no worker" {
	guest_start --tx -name guest=thread --packets 1
	local vcpu
	vcpu=$(jq '.guests[0].queues[0].vcpu_tid' <<<"$ready")
	refuses 4 "thread of process $(owner_of 0) but no vhost worker: try -p $(owner_of 0)" \
		"$VHOSTPROF" -p "$vcpu" -d 1
	guest_quit
}

@test "no VM of that name" {
	refuses 4 "no running VM is named 'nobody'" "$VHOSTPROF" --vm nobody -d 1
}

@test "vhost_net is not loaded" {
	modprobe -r vhost_net
	refuses 5 'vhost_net is not loaded.*modprobe vhost_net' "$VHOSTPROF" -d 1
	modprobe vhost_net
}

@test "no BTF of the kernel" {
	refuses 5 '/sys/kernel/btf/vmlinux is missing.*CONFIG_DEBUG_INFO_BTF' \
		unshare --mount sh -c 'mount -t tmpfs none /sys/kernel/btf && exec ./vhostprof -d 1'
}

@test "no BTF of vhost_net" {
	refuses 5 '/sys/kernel/btf/vhost_net is missing.*CONFIG_DEBUG_INFO_BTF_MODULES' \
		unshare --mount sh -c 'cp /sys/kernel/btf/vmlinux /tmp/vmlinux.btf
			mount -t tmpfs none /sys/kernel/btf && mv /tmp/vmlinux.btf /sys/kernel/btf/vmlinux
			exec ./vhostprof -d 1'
}

@test "a required probe that is not there ends it, by name" {
	refuses 5 'probe poll_wakeup cannot attach.*doorbells' "$VHOSTPROF" --without poll_wakeup -d 1
}

@test "an optional probe that is not there is named in the loss, and its numbers are null" {
	guest_start --tx -name guest=less --packets 100 --rate 5000
	profile_start --without call --without enable_notify --without work_queue
	guest_say go
	guest_hear done
	profile_stop
	guest_quit
	report_holds '.loss.probes_missing | sort == ["call", "enable_notify", "work_queue"]'
	report_holds '.queues[] | .calls == null and .rearms == null and .requeues == null and .churn.runs == null'
	report_holds '.queues[] | select(.queue == "tx0") | (.chains | near(100))'
}

@test "stdout that is closed early is no crash" {
	run bash -c './vhostprof -d 1 --format json > /dev/full'
	[[ $status == 1 && $output == *'cannot write the report: No space left on device'* ]]
}
