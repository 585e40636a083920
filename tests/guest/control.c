// SPDX-License-Identifier: BSD-2-Clause
/* See control.h. */
#define _GNU_SOURCE
#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

int control_catch_signals(int *signal_fd)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	if (sigprocmask(SIG_BLOCK, &set, NULL))
		return -errno;
	*signal_fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *signal_fd < 0 ? -errno : 0;
}

int control_open(struct control *c, const struct options *o)
{
	*c = (struct control){.fd = STDIN_FILENO};
	if (!o->control)
		return 0;
	/* For writing too: so the FIFO does not end when one writer goes. */
	c->fd = open(o->control, O_RDWR | O_CLOEXEC);
	if (c->fd >= 0)
		return 0;
	fprintf(stderr, "vguest: %s: %s\n", o->control, strerror(errno));
	return -errno;
}

int control_read(struct control *c)
{
	ssize_t got = read(c->fd, c->text + c->bytes, sizeof(c->text) - c->bytes);

	if (got <= 0)
		return CMD_END;
	c->bytes += (size_t)got;
	return CMD_NONE;
}

static enum command parse(const char *line, size_t bytes)
{
	static const struct {
		const char *word;
		enum command command;
	} words[] = {{"go", CMD_GO}, {"stat", CMD_STAT}, {"quit", CMD_QUIT}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strlen(words[i].word) == bytes && memcmp(line, words[i].word, bytes) == 0)
			return words[i].command;
	fprintf(stderr, "vguest: unknown command; there are go, stat and quit\n");
	return CMD_NONE;
}

enum command control_next(struct control *c)
{
	enum command command = CMD_NONE;
	char *end;

	while (command == CMD_NONE && (end = memchr(c->text, '\n', c->bytes)) != NULL) {
		size_t line = (size_t)(end - c->text);

		command = parse(c->text, line);
		c->bytes -= line + 1;
		memmove(c->text, end + 1, c->bytes);
	}
	if (c->bytes == sizeof(c->text))
		c->bytes = 0; /* no command is so long */
	return command;
}

static void write_file(const char *path, const char *line)
{
	char temporary[4096];
	FILE *file;

	snprintf(temporary, sizeof(temporary), "%s.part", path);
	file = fopen(temporary, "we");
	if (!file || fputs(line, file) < 0 || fputc('\n', file) < 0 || fclose(file) ||
	    rename(temporary, path))
		fprintf(stderr, "vguest: %s: %s\n", path, strerror(errno));
}

void control_say(const char *word, struct json_object *json, const char *also_to_file)
{
	const char *line = json_object_to_json_string_ext(json, JSON_C_TO_STRING_PLAIN);

	if (also_to_file)
		write_file(also_to_file, line);
	printf("%s%s%s\n", word, *word ? " " : "", line);
	fflush(stdout);
	json_object_put(json);
}
