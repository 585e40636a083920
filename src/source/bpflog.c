// SPDX-License-Identifier: BSD-2-Clause
#include "source/bpflog.h"

#include "base/log.h"

#include <bpf/libbpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char last_warning[256];
static char refused_program[64];
static bool verdict_kept;

/* "libbpf: prog 'NAME': failed to load: -22" and "… BPF program load failed: …" */
static void note_refusal(const char *line)
{
	const char *name = strstr(line, "prog '"), *end;

	if (!name || (!strstr(line, "failed to load") && !strstr(line, "load failed")))
		return;
	name += strlen("prog '");
	end = strchr(name, '\'');
	if (end && end - name < (long)sizeof(refused_program))
		snprintf(refused_program, sizeof(refused_program), "%.*s", (int)(end - name), name);
}

/* The verifier's verdict is the last line of its log before the statistics. */
static const char *verdict_in(const char *log)
{
	const char *end = strstr(log, "\nprocessed "), *line = end;

	if (!end)
		return NULL;
	while (line > log && line[-1] != '\n')
		line--;
	return line;
}

static void keep_warning(const char *line)
{
	const char *text = strncmp(line, "libbpf: ", 8) ? line : line + 8;
	const char *verdict = strstr(line, "BEGIN PROG LOAD LOG") ? verdict_in(line) : NULL;

	note_refusal(line);
	if (verdict_kept)
		return; /* what follows only says again that loading failed */
	verdict_kept = verdict != NULL;
	text = verdict ? verdict : text;
	snprintf(last_warning, sizeof(last_warning), "%.*s", (int)strcspn(text, "\n"), text);
}

static int __attribute__((format(printf, 2, 0)))
print(enum libbpf_print_level level, const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		return 0;
	if (level == LIBBPF_WARN)
		keep_warning(text);
	if (log_verbose() >= (level == LIBBPF_DEBUG ? 3 : 2))
		fputs(text, stderr);
	free(text);
	return 0;
}

void bpflog_install(void)
{
	libbpf_set_print(print);
}

void bpflog_clear(void)
{
	last_warning[0] = refused_program[0] = '\0';
	verdict_kept = false;
}

const char *bpflog_last(void)
{
	return last_warning;
}

const char *bpflog_refused_program(void)
{
	return refused_program;
}
