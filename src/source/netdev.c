// SPDX-License-Identifier: BSD-2-Clause
#include "source/netdev.h"

#include "base/cleanup.h"
#include "source/procfs.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A process in the device's namespace: we or its owner; 0 if neither is. */
static pid_t process_in_netns(const struct vp_identity *identity)
{
	pid_t candidates[] = {getpid(), (pid_t)identity->owner_pid};
	uint32_t inode;

	for (unsigned i = 0; i < 2; i++)
		if (!procfs_netns(candidates[i], &inode) && inode == identity->netns)
			return candidates[i];
	return 0;
}

/* "  name: rx_bytes packets errs drop fifo frame compressed multicast tx_bytes …" */
static int find_counters(const char *table, const char *name, unsigned long long *rx,
			 unsigned long long *tx)
{
	const char *line;
	size_t len = strlen(name);

	for (line = strchr(table, '\n'); line; line = strchr(line, '\n')) {
		line += 1 + strspn(line + 1, " ");
		if (!strncmp(line, name, len) && line[len] == ':')
			return sscanf(line + len + 1, "%llu %*u %*u %*u %*u %*u %*u %*u %llu", rx,
				      tx) == 2
				       ? 0
				       : -1;
	}
	return -1;
}

uint64_t netdev_queue_bytes(const struct vp_identity *identity, enum vp_dir dir)
{
	cleanup_free char *table = NULL;
	unsigned long long rx, tx;
	pid_t pid = identity->ifindex ? process_in_netns(identity) : 0;

	if (!pid || procfs_read(&table, NULL, "/proc/%d/net/dev", pid) ||
	    find_counters(table, identity->ifname, &rx, &tx))
		return VP_UNKNOWN;
	/* A macvtap device is the guest's own end, a tap device the other one. */
	if (identity->backend == VP_BACKEND_TAP)
		return dir == VP_TX ? tx : rx;
	return dir == VP_TX ? rx : tx;
}
