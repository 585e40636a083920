// SPDX-License-Identifier: BSD-2-Clause
/* See vcpu.h. */
#define _GNU_SOURCE
#include "vcpu.h"

#include "vhost.h"

#include <errno.h>
#include <poll.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* A device that leaves chains unused for so long is not going to use them. */
static const uint64_t GIVE_UP_NS = 10000000000u;
/* The device is not asked to call for the last chains, so a vCPU that waits for them looks. */
enum { QUIET_POLL_MS = 1 };

static void signal_fd(int fd)
{
	const uint64_t one = 1;

	if (write(fd, &one, sizeof(one)) != sizeof(one))
		perror("vguest: eventfd");
}

static bool serve_calls(struct driver *d)
{
	bool called = driver_take_calls(d);

	while (driver_poll(d))
		;
	return called;
}

/* The worker publishes used chains before it calls: only behind a flush are all calls here. */
static void settle(struct vcpu *v)
{
	do {
		if (vhost_flush(v->pair->vhost_fd))
			return;
	} while (serve_calls(&v->pair->driver));
}

static void copy_truth(struct pair *p)
{
	p->rx = queue_truth(&p->driver.rx);
	p->tx = queue_truth(&p->driver.tx);
}

static void answer(struct vcpu *v)
{
	v->request = VCPU_NOTHING;
	sem_post(&v->answered);
}

static void stop_source(struct vcpu *v)
{
	v->running = false;
	v->give_up_ns = pace_now_ns() + GIVE_UP_NS;
}

static void produce(struct vcpu *v)
{
	struct source *source = &v->pair->source;

	if (!v->running || v->pair->driver.tx_stopped)
		return;
	if (!source->produce(source, &v->pair->driver)) {
		stop_source(v);
		v->finishing = true;
	}
}

/* Once the source is silent and the rings are quiet, tells whoever waits for that. */
static void finish(struct vcpu *v)
{
	struct pair *p = v->pair;

	if (!v->finishing && !v->stopping)
		return;
	if (!driver_idle(&p->driver) && pace_now_ns() < v->give_up_ns)
		return;
	settle(v);
	p->stuck = !driver_idle(&p->driver);
	if (v->finishing)
		signal_fd(v->done_fd);
	if (v->stopping)
		answer(v);
	v->finishing = v->stopping = false;
}

static void take_request(struct vcpu *v)
{
	switch (atomic_load(&v->request)) {
	case VCPU_START:
		if (v->pair->source.start)
			v->pair->source.start(&v->pair->source);
		v->running = v->pair->source.produce != NULL;
		answer(v);
		break;
	case VCPU_STOP:
		stop_source(v);
		v->stopping = true;
		break;
	case VCPU_STAT:
		if (vhost_flush(v->pair->vhost_fd) == 0)
			serve_calls(&v->pair->driver);
		copy_truth(v->pair);
		answer(v);
		break;
	default:
		break;
	}
}

static int poll_timeout_ms(const struct vcpu *v)
{
	const struct driver *d = &v->pair->driver;

	if (d->rx_scheduled || d->tx_scheduled)
		return 0;
	if (v->finishing || v->stopping)
		return QUIET_POLL_MS;
	if (v->running && v->pair->source.fd < 0 && !d->tx_stopped)
		return 0;
	return -1;
}

static void wait_for_events(struct vcpu *v)
{
	struct driver *d = &v->pair->driver;
	bool may_send = v->running && !d->tx_stopped;
	struct pollfd fds[] = {
		{.fd = v->wake_fd, .events = POLLIN},
		{.fd = d->rx.call_fd, .events = POLLIN},
		{.fd = d->tx.call_fd, .events = POLLIN},
		{.fd = may_send ? v->pair->source.fd : -1, .events = POLLIN},
	};
	uint64_t wakes;

	if (poll(fds, sizeof(fds) / sizeof(fds[0]), poll_timeout_ms(v)) < 0)
		return;
	if (fds[0].revents && read(v->wake_fd, &wakes, sizeof(wakes)) == sizeof(wakes))
		take_request(v);
	driver_take_calls(d);
	driver_poll(d);
	if (fds[3].revents || v->pair->source.fd < 0)
		produce(v);
}

static void *run(void *arg)
{
	struct vcpu *v = arg;
	char name[16];

	snprintf(name, sizeof(name), "CPU %u/KVM", v->pair->index % MAX_QUEUES);
	pthread_setname_np(pthread_self(), name);
	v->pair->vcpu_tid = gettid();
	driver_start(&v->pair->driver);
	serve_calls(&v->pair->driver);
	settle(v);
	copy_truth(v->pair);
	v->pair->rx_setup = v->pair->rx;
	v->pair->tx_setup = v->pair->tx;
	sem_post(&v->answered);
	while (v->request != VCPU_EXIT) {
		wait_for_events(v);
		finish(v);
	}
	return NULL;
}

int vcpu_create(struct vcpu *v, struct pair *pair, int done_fd)
{
	int err;

	*v = (struct vcpu){.pair = pair, .done_fd = done_fd};
	v->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (v->wake_fd < 0 || sem_init(&v->answered, 0, 0))
		return -errno;
	err = pthread_create(&v->thread, NULL, run, v);
	if (err)
		return -err;
	while (sem_wait(&v->answered))
		;
	return 0;
}

void vcpu_ask(struct vcpu *v, enum vcpu_request request)
{
	v->request = request;
	signal_fd(v->wake_fd);
	while (sem_wait(&v->answered))
		;
}

void vcpu_join(struct vcpu *v)
{
	v->request = VCPU_EXIT;
	signal_fd(v->wake_fd);
	pthread_join(v->thread, NULL);
}
