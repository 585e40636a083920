// SPDX-License-Identifier: BSD-2-Clause
#include "source/procfs.h"

#include "base/cleanup.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#define MOST_BYTES \
	(4u << 20) /* a command line is far shorter; anything longer is not what we want */

static int read_all(FILE *file, char **text, size_t *len)
{
	cleanup_free char *buffer = NULL;
	size_t used = 0, cap = 4096, n;

	do {
		char *moved = realloc(buffer, cap + 1);

		if (!moved)
			return -ENOMEM;
		buffer = moved;
		n = fread(buffer + used, 1, cap - used, file);
		used += n;
		cap *= used == cap ? 2 : 1;
	} while (n && cap < MOST_BYTES);
	if (ferror(file))
		return -EIO;
	buffer[used] = '\0';
	*text = buffer;
	buffer = NULL;
	if (len)
		*len = used;
	return 0;
}

int procfs_read(char **text, size_t *len, const char *format, ...)
{
	cleanup_file FILE *file = NULL;
	char path[128];
	va_list args;

	va_start(args, format);
	vsnprintf(path, sizeof(path), format, args);
	va_end(args);
	file = fopen(path, "re");
	if (!file)
		return -errno;
	return read_all(file, text, len);
}

int procfs_tgid(pid_t tid, pid_t *tgid)
{
	cleanup_free char *status = NULL;
	int error = procfs_read(&status, NULL, "/proc/%d/status", tid), value;
	char *line;

	if (error)
		return error;
	line = strstr(status, "\nTgid:");
	if (!line || sscanf(line, "\nTgid: %d", &value) != 1)
		return -EPROTO;
	*tgid = value;
	return 0;
}

int procfs_comm(pid_t tid, char comm[PROCFS_COMM_LEN])
{
	cleanup_free char *text = NULL;
	int error = procfs_read(&text, NULL, "/proc/%d/comm", tid);

	if (error)
		return error;
	snprintf(comm, PROCFS_COMM_LEN, "%.*s", (int)strcspn(text, "\n"), text);
	return 0;
}

/* "guest=web1,debug-threads=on", "web1", "debug-threads=on,guest=web1" */
static char *name_in_option(const char *option)
{
	const char *name = strstr(option, "guest=");

	if (name && (name == option || name[-1] == ','))
		name += strlen("guest=");
	else if (strcspn(option, ",=") == strcspn(option, ","))
		name = option;
	else
		return NULL;
	return strndup(name, strcspn(name, ","));
}

int procfs_vm_name(pid_t pid, char **name)
{
	cleanup_free char *cmdline = NULL;
	size_t len, at;
	int error = procfs_read(&cmdline, &len, "/proc/%d/cmdline", pid);

	if (error)
		return error;
	for (at = 0; at < len; at += strlen(cmdline + at) + 1) {
		size_t next = at + strlen(cmdline + at) + 1;

		if (next >= len ||
		    (strcmp(cmdline + at, "-name") && strcmp(cmdline + at, "--name")))
			continue;
		*name = name_in_option(cmdline + next);
		return *name ? 0 : -ENOENT;
	}
	return -ENOENT;
}

static int add_if_named(pid_vec *found, pid_t pid, const char *wanted)
{
	cleanup_free char *name = NULL;
	pid_t *slot;

	if (procfs_vm_name(pid, &name) || strcmp(name, wanted))
		return 0;
	slot = vec_add(found);
	if (!slot)
		return -ENOMEM;
	*slot = pid;
	return 0;
}

int procfs_find_vm(const char *name, pid_vec *found)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int error = 0;

	if (!dir)
		return -errno;
	while (!error && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			error = add_if_named(found, atoi(entry->d_name), name);
	closedir(dir);
	return error;
}

int procfs_netns(pid_t pid, uint32_t *inode)
{
	char path[64];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/ns/net", pid);
	if (stat(path, &st))
		return -errno;
	*inode = (uint32_t)st.st_ino;
	return 0;
}
