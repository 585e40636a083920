// SPDX-License-Identifier: BSD-2-Clause
#include "source/doctor_config.h"

#include "base/cleanup.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/utsname.h>
#include <zlib.h>

#define MOST_BYTES (1u << 20)

static const struct {
	const char *name;
	bool needed;
} options[] = {
	{"BPF_SYSCALL", true},
	{"KPROBES", true},
	{"KPROBE_EVENTS", true},
	{"PERF_EVENTS", true},
	{"DEBUG_INFO_BTF", true},
	{"DEBUG_INFO_BTF_MODULES", false},
	{"BPF_JIT", false},
	{"KALLSYMS", false},
	{"DYNAMIC_FTRACE_WITH_DIRECT_CALLS", false},
};

static bool is_set(const char *text, const char *name)
{
	char line[80];
	const char *at;

	snprintf(line, sizeof(line), "CONFIG_%s=y", name);
	for (at = text; (at = strstr(at, line)); at++) {
		char behind = at[strlen(line)];

		if ((at == text || at[-1] == '\n') && (behind == '\n' || !behind))
			return true;
	}
	return false;
}

void doctor_config_parse(struct doctor_config *config, const char *text)
{
	config->needed[0] = config->wished[0] = '\0';
	for (unsigned i = 0; i < sizeof(options) / sizeof(options[0]); i++) {
		char *list = options[i].needed ? config->needed : config->wished;
		size_t used = strlen(list), size = sizeof(config->needed);

		if (!is_set(text, options[i].name))
			snprintf(list + used, size - used, "%sCONFIG_%s", used ? " " : "",
				 options[i].name);
	}
}

/* zlib reads what is not compressed as it is. */
static int read_text(const char *path, char **text)
{
	gzFile file = gzopen(path, "re");
	int n;

	if (!file)
		return -ENOENT;
	*text = malloc(MOST_BYTES + 1);
	n = *text ? gzread(file, *text, MOST_BYTES) : -1;
	gzclose(file);
	if (n < 0) {
		free(*text);
		*text = NULL;
		return -EIO;
	}
	(*text)[n] = '\0';
	return 0;
}

int doctor_config_read(struct doctor_config *config)
{
	static const char *const places[] = {
		"/proc/config.gz",
		"/boot/config-%s",
		"/lib/modules/%s/config",
		"/usr/lib/modules/%s/config",
		"/lib/modules/%s/build/.config",
	};
	struct utsname name;

	uname(&name);
	for (unsigned i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		cleanup_free char *text = NULL;
		const char *release = strstr(places[i], "%s");

		snprintf(config->path, sizeof(config->path), "%.*s%s%s",
			 release ? (int)(release - places[i]) : 40, places[i],
			 release ? name.release : "", release ? release + 2 : "");
		if (read_text(config->path, &text))
			continue;
		doctor_config_parse(config, text);
		return 0;
	}
	return -ENOENT;
}
