// SPDX-License-Identifier: BSD-2-Clause
#include "source/doctor.h"

#include "base/cleanup.h"
#include "source/doctor_config.h"
#include "source/feature.h"
#include "source/kbtf.h"
#include "source/procfs.h"

#include <dirent.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>

#define INITIAL_PID_NAMESPACE 0xeffffffcu /* PROC_PID_INIT_INO, the same since 3.8 */

static void found(struct doctor_check *check, enum doctor_verdict verdict, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
static void found(struct doctor_check *check, enum doctor_verdict verdict, const char *format, ...)
{
	va_list args;

	check->verdict = verdict;
	va_start(args, format);
	vsnprintf(check->found, sizeof(check->found), format, args);
	va_end(args);
}

static void fix(struct doctor_check *check, const char *text)
{
	snprintf(check->fix, sizeof(check->fix), "%s", text);
}

/* A check that a profile makes, too: its words are the same. */
static bool as_profile(struct doctor_check *check, int (*feature)(struct err *err))
{
	struct err err;

	if (!feature(&err))
		return true;
	check->exit_code = err.exit_code;
	found(check, DOCTOR_LACK, "%s", err.text);
	return false;
}

static void check_kernel(struct doctor_check *check)
{
	struct utsname name;

	uname(&name);
	found(check, DOCTOR_OK, "%s, %s", name.release, name.machine);
}

static void check_rights(struct doctor_check *check)
{
	char held[128];

	feature_capabilities(held, sizeof(held));
	if (as_profile(check, feature_rights))
		found(check, DOCTOR_OK, "%s", held);
}

static void check_lockdown(struct doctor_check *check)
{
	cleanup_free char *text = NULL;
	int error = procfs_read(&text, NULL, "/sys/kernel/security/lockdown");

	check->exit_code = EXIT_RIGHTS;
	if (error == -ENOENT)
		found(check, DOCTOR_OK,
		      "none (securityfs is not mounted, or there is no lockdown)");
	else if (error)
		found(check, DOCTOR_UNKNOWN, "cannot be seen: %s", strerror(-error));
	else if (strstr(text, "[confidentiality]")) {
		found(check, DOCTOR_LACK, "confidentiality: BPF may not read kernel memory");
		fix(check, "boot with lockdown=integrity, or without Secure Boot");
	} else
		found(check, DOCTOR_OK, "%s",
		      strstr(text, "[integrity]") ? "integrity: that permits profiling" : "none");
}

static void check_vhost(struct doctor_check *check)
{
	bool tap = !access("/sys/module/tap", F_OK), tun = !access("/sys/module/tun", F_OK);

	if (!as_profile(check, feature_vhost_net))
		return;
	found(check, tun ? DOCTOR_OK : DOCTOR_NOTE, "vhost_net%s%s", tun ? ", tun" : "",
	      tap ? ", tap (macvtap)" : "; no macvtap");
}

static void check_types(struct doctor_check *check)
{
	if (!as_profile(check, feature_btf))
		return;
	if (!access("/sys/kernel/btf/vhost_net", F_OK) ||
	    access("/sys/module/vhost_net/initstate", F_OK))
		found(check, DOCTOR_OK, "of the kernel and its modules");
	else
		found(check, DOCTOR_NOTE,
		      "of the kernel, not of its modules: kprobes only, which cost "
		      "more; layout of Debian's 5.10 built in");
}

static void check_config(struct doctor_check *check)
{
	struct doctor_config config;
	int error = doctor_config_read(&config);

	check->exit_code = EXIT_UNSUPPORTED;
	if (error)
		found(check, DOCTOR_UNKNOWN, "no file says how this kernel was configured");
	else if (config.needed[0]) {
		found(check, DOCTOR_LACK, "not set: %s (%s)", config.needed, config.path);
		fix(check, "use a kernel built with these");
	} else if (config.wished[0])
		found(check, DOCTOR_NOTE, "not set: %s (%s)", config.wished, config.path);
	else
		found(check, DOCTOR_OK, "all that is needed (%s)", config.path);
}

/* The first symbol's address is 0 for those it is hidden from. */
static void check_symbols(struct doctor_check *check)
{
	cleanup_file FILE *file = fopen("/proc/kallsyms", "re");
	unsigned long long address, all = 0;
	char line[256];

	for (unsigned i = 0; file && i < 64 && fgets(line, sizeof(line), file); i++)
		all |= sscanf(line, "%llx", &address) == 1 ? address : 0;
	if (!file) {
		found(check, DOCTOR_NOTE, "/proc/kallsyms cannot be read: clones are not found");
	} else if (all) {
		found(check, DOCTOR_OK, "shown");
	} else {
		found(check, DOCTOR_NOTE,
		      "addresses are hidden: functions nothing calls cannot be "
		      "told from others");
		fix(check, "give CAP_SYSLOG; kernel.kptr_restrict below 2");
	}
}

/* How many of a process's files are this device; `unseen` when it does not let us look. */
static unsigned devices_of(const char *pid, bool *unseen)
{
	char path[288], target[64];
	unsigned count = 0;
	struct dirent *entry;
	DIR *dir;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%s/fd", pid);
	dir = opendir(path);
	if (!dir) {
		*unseen |= errno == EACCES;
		return 0;
	}
	while ((entry = readdir(dir))) {
		n = readlinkat(dirfd(dir), entry->d_name, target, sizeof(target) - 1);
		if (n <= 0)
			continue;
		target[n] = '\0';
		count += !strcmp(target, "/dev/vhost-net");
	}
	closedir(dir);
	return count;
}

static void check_devices(struct doctor_check *check)
{
	unsigned devices = 0, owners = 0;
	bool unseen = false;
	struct dirent *entry;
	DIR *proc = opendir("/proc");

	while (proc && (entry = readdir(proc))) {
		unsigned count = entry->d_name[0] >= '1' && entry->d_name[0] <= '9'
					 ? devices_of(entry->d_name, &unseen)
					 : 0;

		devices += count;
		owners += count > 0;
	}
	if (proc)
		closedir(proc);
	if (devices) {
		found(check, DOCTOR_OK, "%u vhost-net device%s of %u process%s", devices,
		      devices == 1 ? "" : "s", owners, owners == 1 ? "" : "es");
	} else if (unseen) {
		found(check, DOCTOR_UNKNOWN, "other users' open files cannot be seen");
	} else {
		found(check, DOCTOR_NOTE, "no process has a vhost-net device open");
		fix(check, "start a VM with vhost=on; those that come later are seen, too");
	}
}

static void check_workers(struct doctor_check *check)
{
	cleanup_free char *mode = NULL;
	struct kbtf btf = {0};
	struct kbtf_function function;

	if (!procfs_read(&mode, NULL, "/sys/module/vhost/parameters/fork_from_owner_default")) {
		found(check, DOCTOR_OK, "%s (vhost fork_from_owner_default=%c)",
		      *mode == 'Y' ? "threads of the owner" : "kernel threads", *mode);
	} else if (kbtf_read(&btf, "vmlinux", NULL)) {
		found(check, DOCTOR_UNKNOWN,
		      "cannot tell kernel threads from threads of the owner");
	} else {
		found(check, DOCTOR_OK, "%s",
		      kbtf_find(&btf, "vhost_task_create", &function) ? "kernel threads"
								      : "threads of the owner");
	}
	kbtf_free(&btf);
}

static void check_namespace(struct doctor_check *check)
{
	struct stat stat_;

	if (stat("/proc/self/ns/pid", &stat_)) {
		found(check, DOCTOR_UNKNOWN, "/proc/self/ns/pid: %s", strerror(errno));
	} else if (stat_.st_ino == INITIAL_PID_NAMESPACE) {
		found(check, DOCTOR_OK, "the host's");
	} else {
		found(check, DOCTOR_NOTE,
		      "not the host's: -p and the report mean other process ids");
		fix(check, "run it in the host's (docker run --pid=host)");
	}
}

static bool can_sample(uint32_t type, uint64_t config)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.type = type,
		.config = config,
		.sample_period = 1000000,
		.disabled = 1,
	};
	cleanup_fd int fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);

	return fd >= 0;
}

static void check_sampling(struct doctor_check *check)
{
	if (can_sample(PERF_TYPE_HARDWARE, PERF_COUNT_HW_CPU_CYCLES))
		found(check, DOCTOR_OK, "by the processor's cycles");
	else if (can_sample(PERF_TYPE_SOFTWARE, PERF_COUNT_SW_CPU_CLOCK))
		found(check, DOCTOR_NOTE,
		      "by the clock: no cycles to sample here, code that runs with interrupts off is "
		      "not seen");
	else
		found(check, DOCTOR_NOTE, "not possible: %s", strerror(errno));
}

static const struct {
	const char *name;
	void (*run)(struct doctor_check *check);
} rows[] = {
	{"kernel", check_kernel},     {"rights", check_rights},
	{"lockdown", check_lockdown}, {"modules", check_vhost},
	{"types (BTF)", check_types}, {"configuration", check_config},
	{"symbols", check_symbols},   {"devices", check_devices},
	{"workers", check_workers},   {"pid namespace", check_namespace},
	{"sampling", check_sampling},
};

static void check_levels(struct doctor_check *check, const doctor_checks *checks)
{
	if (doctor_exit_code(checks) == EXIT_OK)
		found(check, DOCTOR_OK,
		      "runs, stages, trace; `vhostprof list --probes` tries every probe");
	else
		found(check, DOCTOR_UNKNOWN, "none until what lacks is put right");
}

int doctor_examine(doctor_checks *checks)
{
	struct doctor_check *check;

	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		check = vec_add(checks);
		if (!check)
			return -ENOMEM;
		check->name = rows[i].name;
		rows[i].run(check);
	}
	check = vec_add(checks);
	if (!check)
		return -ENOMEM;
	check->name = "levels";
	check_levels(check, checks);
	return 0;
}

enum exit_code doctor_exit_code(const doctor_checks *checks)
{
	vec_foreach (check, checks)
		if (check->verdict == DOCTOR_LACK)
			return check->exit_code;
	return EXIT_OK;
}

const char *doctor_verdict_name(enum doctor_verdict verdict)
{
	static const char *const names[] = {"ok", "note", "unknown", "lack"};

	_Static_assert(sizeof(names) / sizeof(names[0]) == DOCTOR_VERDICT_NR, "a name each");
	return names[verdict];
}
