// SPDX-License-Identifier: BSD-2-Clause
#include "source/feature.h"

#include "base/cleanup.h"
#include "source/procfs.h"

#include <errno.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/utsname.h>

static int effective_capabilities(unsigned long long *caps)
{
	cleanup_free char *status = NULL;
	int error = procfs_read(&status, NULL, "/proc/self/status");
	char *line;

	if (error)
		return error;
	line = strstr(status, "\nCapEff:");
	return line && sscanf(line, "\nCapEff: %llx", caps) == 1 ? 0 : -EPROTO;
}

void feature_capabilities(char *out, size_t size)
{
	static const struct {
		unsigned number;
		const char *name;
	} wanted[] = {{CAP_SYS_ADMIN, "CAP_SYS_ADMIN"},
		      {CAP_BPF, "CAP_BPF"},
		      {CAP_PERFMON, "CAP_PERFMON"},
		      {CAP_SYSLOG, "CAP_SYSLOG"}};
	unsigned long long caps = 0;
	size_t used = 0;

	out[0] = '\0';
	if (effective_capabilities(&caps))
		return;
	for (unsigned i = 0; i < sizeof(wanted) / sizeof(wanted[0]); i++)
		if (caps >> wanted[i].number & 1 && used < size)
			used += (size_t)snprintf(out + used, size - used, "%s%s", used ? ", " : "",
						 wanted[i].name);
}

/* CAP_BPF and CAP_PERFMON would do to load; the BTF of modules is read by id, and that needs more. */
int feature_rights(struct err *err)
{
	unsigned long long caps;
	int error = effective_capabilities(&caps);

	if (error)
		return err_set(err, -error, EXIT_FAILED, "cannot read /proc/self/status: %s",
			       strerror(-error));
	if (!(caps >> CAP_SYS_ADMIN & 1))
		return err_set(
			err, EPERM, EXIT_RIGHTS,
			"missing CAP_SYS_ADMIN, needed to load BPF programs and to read the BTF "
			"of modules: run as root (sudo)");
	return 0;
}

int feature_vhost_net(struct err *err)
{
	if (access("/sys/module/vhost_net", F_OK))
		return err_set(
			err, ENODEV, EXIT_UNSUPPORTED,
			"vhost_net is not loaded on this host: start a VM that uses it, or run "
			"`modprobe vhost_net`");
	return 0;
}

/*
 * Without the modules' BTF the structures' layout is a guess, except where it was verified: Debian's
 * 5.10 for amd64 (module BTF came with 5.11, commit 36e68442d1af).
 */
int feature_btf(struct err *err)
{
	struct utsname name;

	if (access("/sys/kernel/btf/vmlinux", R_OK))
		return err_set(err, ENOENT, EXIT_UNSUPPORTED,
			       "/sys/kernel/btf/vmlinux is missing: this kernel was built without "
			       "CONFIG_DEBUG_INFO_BTF");
	if (!access("/sys/kernel/btf/vhost_net", R_OK))
		return 0;
	if (access("/sys/module/vhost_net/initstate", F_OK))
		return 0; /* built in: its types are in vmlinux's */
	uname(&name);
	if (!strncmp(name.release, "5.10.", 5) && !strcmp(name.machine, "x86_64") &&
	    strstr(name.version, "Debian"))
		return 0;
	return err_set(err, ENOENT, EXIT_UNSUPPORTED,
		       "/sys/kernel/btf/vhost_net is missing: this kernel was built without "
		       "CONFIG_DEBUG_INFO_BTF_MODULES");
}

int feature_check(struct err *err)
{
	int error = feature_rights(err);

	if (!error)
		error = feature_vhost_net(err);
	if (!error)
		error = feature_btf(err);
	return error;
}
