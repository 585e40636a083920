// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/stop.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

volatile sig_atomic_t stop_asked;

static volatile sig_atomic_t input_fd = -1, nothing_fd = -1;

/* Reading what was the input then reads nothing; a read that waits is interrupted by the signal. */
static void end_input(void)
{
	if (input_fd >= 0 && nothing_fd >= 0)
		dup2(nothing_fd, input_fd);
}

static void ask_to_stop(int signal_number)
{
	int saved = errno;

	(void)signal_number;
	stop_asked = 1;
	end_input();
	errno = saved;
}

void stop_ends_input(int fd)
{
	if (nothing_fd < 0)
		nothing_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	input_fd = fd;
	if (stop_asked)
		end_input();
}

void stop_on_signals(void)
{
	struct sigaction action = {.sa_handler = ask_to_stop, .sa_flags = SA_RESETHAND};

	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
}

uint64_t stop_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
