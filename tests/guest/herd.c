// SPDX-License-Identifier: BSD-2-Clause
/* See herd.h. Each guest is this program again, executed anew: its command line is its own, so that
 * whoever looks for the name in /proc/PID/cmdline finds it there. */
#define _GNU_SOURCE
#include "herd.h"

#include "control.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* The answers of a guest, told apart by their first word. */
enum answer { ANS_READY, ANS_DONE, ANS_STAT, ANS_FINAL, ANSWERS };
static const char *const answer_words[ANSWERS] = {"ready", "done", "stat", ""};

struct member {
	pid_t pid;
	int commands_fd;
	FILE *answers;
	bool ended;
};

struct herd {
	const struct options *options;
	struct member members[MAX_GUESTS];
	struct control control;
	int signal_fd;
	struct json_object *merged[ANSWERS];
	unsigned int answered[ANSWERS];
	unsigned int stats_due; /* one stat at a time keeps the answers apart */
	bool failed, spoken;
};

/* "guest=web,debug-threads=on" becomes "guest=web-1,debug-threads=on". */
static char *number_name(const char *arg, int i)
{
	const char *equals = strstr(arg, "guest=");
	const char *value = equals ? equals + strlen("guest=") : arg;
	const char *end = value + strcspn(value, ",");
	char *numbered;
	int bytes;

	if (strstr(arg, "{}"))
		end = strstr(arg, "{}");
	bytes = asprintf(&numbered, "%.*s%s%d%s", (int)(end - arg), arg,
			 strstr(arg, "{}") ? "" : "-", i, strstr(arg, "{}") ? end + 2 : end);
	return bytes < 0 ? NULL : numbered;
}

static bool is_name(const char *arg, const char **value)
{
	arg += strspn(arg, "-");
	if (strncmp(arg, "name", 4) != 0 || (arg[4] != '\0' && arg[4] != '='))
		return false;
	*value = arg[4] == '=' ? arg + 5 : NULL;
	return true;
}

static char **member_argv(int argc, char **argv, int i)
{
	char **copy = calloc((size_t)argc + 2, sizeof(*copy));
	const char *value;
	int n;

	if (!copy)
		return NULL;
	for (n = 0; n < argc; n++) {
		copy[n] = argv[n];
		if (n == 0 || argv[n][0] != '-' || !is_name(argv[n], &value))
			continue;
		if (value)
			copy[n] = number_name(argv[n], i);
		else if (n + 1 < argc)
			copy[n + 1] = number_name(argv[n + 1], i), n++;
	}
	if (asprintf(&copy[argc], "--guest-number=%d", i + 1) < 0)
		return NULL;
	return copy;
}

static void become_member(char **argv, int commands_fd, int answers_fd)
{
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	dup2(commands_fd, STDIN_FILENO);
	dup2(answers_fd, STDOUT_FILENO);
	if (argv)
		execv("/proc/self/exe", argv);
	perror("vguest: exec");
	_exit(1);
}

static int spawn(struct member *m, int argc, char **argv, int i)
{
	int commands[2], answers[2];

	if (pipe2(commands, O_CLOEXEC) || pipe2(answers, O_CLOEXEC))
		return -errno;
	m->pid = fork();
	if (m->pid < 0)
		return -errno;
	if (m->pid == 0)
		become_member(member_argv(argc, argv, i), commands[0], answers[1]);
	close(commands[0]);
	close(answers[1]);
	m->commands_fd = commands[1];
	m->answers = fdopen(answers[0], "re");
	if (!m->answers)
		return -ENOMEM;
	/* Unbuffered, so that poll sees every line. */
	setvbuf(m->answers, NULL, _IONBF, 0);
	return 0;
}

static void tell_all(struct herd *h, const char *line)
{
	for (unsigned int i = 0; i < h->options->guests; i++)
		if (!h->members[i].ended)
			dprintf(h->members[i].commands_fd, "%s\n", line);
}

/* Takes the guests out of one member's answer, and speaks when every member has answered. */
static void merge(struct herd *h, unsigned int member, enum answer kind, const char *text)
{
	struct json_object *json = json_tokener_parse(text), *from, *to;

	if (!h->merged[kind]) {
		h->merged[kind] = json_object_new_object();
		json_object_object_add(h->merged[kind], "guests", json_object_new_array());
	}
	json_object_object_get_ex(h->merged[kind], "guests", &to);
	if (json && json_object_object_get_ex(json, "guests", &from))
		json_object_array_put_idx(to, member,
					  json_object_get(json_object_array_get_idx(from, 0)));
	json_object_put(json);
	if (++h->answered[kind] < h->options->guests)
		return;
	control_say(answer_words[kind], h->merged[kind],
		    kind == ANS_READY ? h->options->ready_file : NULL);
	h->spoken = kind == ANS_FINAL;
	h->merged[kind] = NULL;
	h->answered[kind] = 0;
}

static void take_answer(struct herd *h, struct member *m)
{
	char *line = NULL;
	size_t room = 0;
	int kind = 0;

	if (getline(&line, &room, m->answers) < 0) {
		m->ended = true;
	} else {
		while (kind < ANS_FINAL &&
		       strncmp(line, answer_words[kind], strlen(answer_words[kind])))
			kind++;
		merge(h, (unsigned int)(m - h->members), (enum answer)kind,
		      line + strlen(answer_words[kind]));
		if (kind == ANS_STAT && h->answered[ANS_STAT] == 0)
			h->stats_due = 0;
	}
	free(line);
}

static void obey(struct herd *h)
{
	enum command command;

	while (!h->stats_due && (command = control_next(&h->control)) != CMD_NONE) {
		h->stats_due = command == CMD_STAT;
		tell_all(h, command == CMD_GO ? "go" : command == CMD_STAT ? "stat" : "quit");
	}
}

/* What a member sees as the end of its standard input, it sees when we see ours. */
static void hang_up(struct herd *h)
{
	h->control.fd = -1;
	for (unsigned int i = 0; i < h->options->guests; i++)
		close(h->members[i].commands_fd);
}

static void stop(struct herd *h)
{
	for (unsigned int i = 0; i < h->options->guests; i++)
		if (!h->members[i].ended)
			kill(h->members[i].pid, SIGTERM);
}

/* A member that ended without its last word takes the others with it. */
static void check_members(struct herd *h)
{
	unsigned int ended = 0;

	for (unsigned int i = 0; i < h->options->guests; i++)
		ended += h->members[i].ended;
	if (h->failed || ended <= h->answered[ANS_FINAL] || h->spoken)
		return;
	h->failed = true;
	stop(h);
}

static bool serve(struct herd *h)
{
	struct pollfd fds[MAX_GUESTS + 2] = {
		{.fd = h->control.fd, .events = POLLIN},
		{.fd = h->signal_fd, .events = POLLIN},
	};
	unsigned int n = (unsigned int)h->options->guests, ended = 0;
	struct signalfd_siginfo info;

	for (unsigned int i = 0; i < n; i++) {
		struct member *m = &h->members[i];

		ended += m->ended;
		fds[i + 2] =
			(struct pollfd){.fd = m->ended ? -1 : fileno(m->answers), .events = POLLIN};
	}
	check_members(h);
	if (ended == n || poll(fds, n + 2, -1) < 0)
		return ended < n;
	for (unsigned int i = 0; i < n; i++)
		if (fds[i + 2].revents)
			take_answer(h, &h->members[i]);
	if (fds[0].revents && control_read(&h->control) == CMD_END)
		hang_up(h);
	obey(h);
	if (fds[1].revents && read(h->signal_fd, &info, sizeof(info)) > 0)
		stop(h);
	return true;
}

static int reap(struct herd *h)
{
	int failed = 0;

	for (unsigned int i = 0; i < h->options->guests; i++) {
		int status;

		if (h->members[i].pid <= 0)
			continue;
		if (waitpid(h->members[i].pid, &status, 0) < 0 || status != 0)
			failed = -ECHILD;
	}
	return failed;
}

int herd_run(const struct options *options, int argc, char **argv)
{
	struct herd *h = calloc(1, sizeof(*h));
	int err;

	if (!h)
		return -ENOMEM;
	h->options = options;
	signal(SIGPIPE, SIG_IGN);
	err = control_catch_signals(&h->signal_fd);
	if (!err)
		err = control_open(&h->control, options);
	for (unsigned int i = 0; i < options->guests && !err; i++)
		err = spawn(&h->members[i], argc, argv, (int)i);
	while (!err && serve(h))
		;
	if (err)
		hang_up(h);
	err = reap(h) ? -ECHILD : err;
	for (int kind = 0; kind < ANSWERS; kind++)
		json_object_put(h->merged[kind]);
	for (unsigned int i = 0; i < options->guests; i++)
		if (h->members[i].answers)
			fclose(h->members[i].answers);
	free(h);
	return err;
}
