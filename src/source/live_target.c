// SPDX-License-Identifier: BSD-2-Clause
/* From what the user asked for to processes, and back when they are not what was asked for. */
#include "source/live_state.h"

#include <errno.h>
#include <string.h>

int live_find_targets(struct live *live, struct err *err)
{
	vec_foreach (name, &live->options.vms) {
		size_t before = live->options.pids.len;
		int error = procfs_find_vm(*name, &live->options.pids);

		if (error)
			return err_set(err, -error, EXIT_FAILED, "cannot search /proc: %s",
				       strerror(-error));
		if (live->options.pids.len == before)
			return err_set(err, ESRCH, EXIT_NO_TARGET,
				       "no running VM is named '%s': see `vhostprof list`", *name);
	}
	return 0;
}

static bool is_met(const struct live *live, pid_t pid)
{
	vec_foreach (queue, &live->queues)
		if ((pid_t)queue->identity.owner_pid == pid ||
		    (pid_t)queue->identity.worker_tid == pid)
			return true;
	return false;
}

static int refuse_target(pid_t pid, struct err *err)
{
	char comm[PROCFS_COMM_LEN] = "?";
	pid_t tgid;

	if (procfs_tgid(pid, &tgid))
		return err_set(err, ESRCH, EXIT_NO_TARGET, "there is no process or thread %d", pid);
	procfs_comm(pid, comm);
	if (tgid != pid)
		return err_set(err, EINVAL, EXIT_NO_TARGET,
			       "%d (%s) is a thread of process %d but no vhost worker: try -p %d",
			       pid, comm, tgid, tgid);
	return err_set(err, EINVAL, EXIT_NO_TARGET,
		       "process %d (%s) is no vhost worker and owns no vhost-net device: see "
		       "`vhostprof list`",
		       pid, comm);
}

int live_check_targets(const struct live *live, struct err *err)
{
	vec_foreach (pid, &live->options.pids)
		if (!is_met(live, *pid))
			return refuse_target(*pid, err);
	return 0;
}
