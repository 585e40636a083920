// SPDX-License-Identifier: BSD-2-Clause
/* See session.h. */
#include "session.h"

#include "control.h"
#include "openloop.h"
#include "vcpu.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

struct session {
	const struct options *options;
	struct guest guest;
	struct vcpu vcpus[MAX_QUEUES];
	struct control control;
	int signal_fd, done_fd;
	unsigned int working; /* vCPUs or feeders that will report to done_fd */
	bool started, quit;
	pthread_t feeder;
	bool feeding;
	uint64_t sent, refused; /* by the feeder */
};

/* Receive mode: the last frames the tap took are still on their way when the sender is done. */
enum { ARRIVAL_POLL_NS = 1000000, ARRIVAL_POLLS = 10000 };

static void ask_all(struct session *s, enum vcpu_request request)
{
	for (unsigned int i = 0; i < s->options->queues; i++)
		vcpu_ask(&s->vcpus[i], request);
}

static struct json_object *to_json(const struct session *s)
{
	struct json_object *json = json_object_new_object();
	struct json_object *guests = json_object_new_array();
	struct json_object *guest = guest_to_json(&s->guest);

	if (s->options->rx_source) {
		json_object_object_add(guest, "source_sent", json_object_new_uint64(s->sent));
		json_object_object_add(guest, "source_refused", json_object_new_uint64(s->refused));
	}
	json_object_array_add(guests, guest);
	json_object_object_add(json, "guests", guests);
	return json;
}

static void *feed(void *arg)
{
	struct session *s = arg;
	const uint64_t one = 1;

	openloop_feed_tap(s->options, &s->sent, &s->refused);
	if (write(s->done_fd, &one, sizeof(one)) != sizeof(one))
		perror("vguest: eventfd");
	return NULL;
}

static void start(struct session *s)
{
	if (s->started)
		return;
	s->started = true;
	if (s->options->mode == MODE_TX)
		s->working = (unsigned int)s->options->queues;
	ask_all(s, VCPU_START);
	if (!s->options->rx_source)
		return;
	s->working = 1;
	s->feeding = pthread_create(&s->feeder, NULL, feed, s) == 0;
	s->quit = !s->feeding;
}

static uint64_t received(struct session *s)
{
	uint64_t packets = 0;

	ask_all(s, VCPU_STAT);
	for (unsigned int i = 0; i < s->options->queues; i++)
		packets += s->guest.pairs[i].rx.packets;
	return packets;
}

static void wait_for_arrival(struct session *s)
{
	const struct timespec pause = {.tv_nsec = ARRIVAL_POLL_NS};

	for (int i = 0; i < ARRIVAL_POLLS && received(s) < s->sent; i++)
		nanosleep(&pause, NULL);
}

static void take_done(struct session *s)
{
	uint64_t done;

	if (read(s->done_fd, &done, sizeof(done)) != sizeof(done))
		return;
	s->working -= (unsigned int)done;
	if (s->working > 0)
		return;
	if (s->options->rx_source)
		wait_for_arrival(s);
	if (!s->options->hold) {
		s->quit = true;
		return;
	}
	ask_all(s, VCPU_STAT);
	control_say("done", to_json(s), NULL);
}

static void obey(struct session *s, enum command command)
{
	if (command == CMD_GO) {
		start(s);
	} else if (command == CMD_STAT) {
		ask_all(s, VCPU_STAT);
		control_say("stat", to_json(s), NULL);
	} else if (command == CMD_QUIT) {
		s->quit = true;
	}
}

/* Nobody can say "quit" any more. That ends us unless the traffic ends by itself. */
static void control_ended(struct session *s)
{
	s->control.fd = -1;
	if (s->options->hold || !s->started || s->working == 0)
		s->quit = true;
}

static void serve(struct session *s)
{
	struct pollfd fds[] = {
		{.fd = s->control.fd, .events = POLLIN},
		{.fd = s->done_fd, .events = POLLIN},
		{.fd = s->signal_fd, .events = POLLIN},
	};
	enum command command;

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), -1) < 0)
		return;
	if (fds[1].revents)
		take_done(s);
	if (fds[0].revents && control_read(&s->control) == CMD_END)
		control_ended(s);
	while ((command = control_next(&s->control)) != CMD_NONE)
		obey(s, command);
	if (fds[2].revents)
		s->quit = true;
}

static int set_up(struct session *s)
{
	int err = control_catch_signals(&s->signal_fd);

	if (!err)
		err = control_open(&s->control, s->options);
	s->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (!err && s->done_fd < 0)
		err = -errno;
	if (!err)
		err = guest_build(&s->guest, s->options);
	for (unsigned int i = 0; i < s->options->queues && !err; i++)
		err = vcpu_create(&s->vcpus[i], &s->guest.pairs[i], s->done_fd);
	return err;
}

static void wind_up(struct session *s)
{
	if (s->feeding)
		pthread_join(s->feeder, NULL);
	ask_all(s, VCPU_STOP);
	ask_all(s, VCPU_STAT);
	control_say("", to_json(s), NULL);
	for (unsigned int i = 0; i < s->options->queues; i++)
		vcpu_join(&s->vcpus[i]);
	guest_free(&s->guest);
}

int session_run(const struct options *options)
{
	struct session *s = calloc(1, sizeof(*s));
	int err;

	if (!s)
		return -ENOMEM;
	s->options = options;
	err = set_up(s);
	if (!err) {
		control_say("ready", to_json(s), options->ready_file);
		if (!options->wait)
			start(s);
		while (!s->quit)
			serve(s);
		wind_up(s);
	}
	free(s);
	return err;
}
