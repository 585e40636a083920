// SPDX-License-Identifier: BSD-2-Clause
/* See worker.h. */
#define _GNU_SOURCE
#include "worker.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool has_comm(const char *dir, const char *tid, const char *wanted)
{
	char path[300], comm[32] = "";
	FILE *file;

	snprintf(path, sizeof(path), "%s/%s/comm", dir, tid);
	file = fopen(path, "re");
	if (!file)
		return false; /* it has ended meanwhile */
	if (fgets(comm, sizeof(comm), file))
		comm[strcspn(comm, "\n")] = '\0';
	fclose(file);
	return strcmp(comm, wanted) == 0;
}

static bool is_known(const pid_t *known, unsigned int n, pid_t tid)
{
	for (unsigned int i = 0; i < n; i++)
		if (known[i] == tid)
			return true;
	return false;
}

static int find_in(const char *path, const pid_t *known, unsigned int n, pid_t *tid)
{
	char wanted[32];
	DIR *dir = opendir(path);
	struct dirent *entry;
	int err = -ENOENT;

	if (!dir)
		return -errno;
	snprintf(wanted, sizeof(wanted), "vhost-%d", gettid());
	while (err && (entry = readdir(dir)) != NULL) {
		pid_t candidate = (pid_t)atoi(entry->d_name);

		if (candidate <= 0 || is_known(known, n, candidate) ||
		    !has_comm(path, entry->d_name, wanted))
			continue;
		*tid = candidate;
		err = 0;
	}
	closedir(dir);
	return err;
}

int worker_find_new(const pid_t *known, unsigned int n, pid_t *tid)
{
	int err = find_in("/proc/self/task", known, n, tid);

	return err ? find_in("/proc", known, n, tid) : 0;
}
