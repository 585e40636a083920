// SPDX-License-Identifier: BSD-2-Clause
/* See openloop.h. */
#include "openloop.h"

#include "frame.h"
#include "guest.h"
#include "tap.h"

#include <errno.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Of a closed loop, before the vCPU looks at anything else: the way round costs more than a gap. */
enum { LOOP_BURSTS = 64 };

struct openloop {
	const struct options *options;
	struct pace pace;
	uint64_t left;	   /* packets of the whole run */
	uint64_t in_burst; /* packets of the burst under way */
	uint64_t seed;
};

/* 10.I.0.2 is guest number I, 10.I.0.1 the host on its tap. */
static struct frame_spec addresses(const struct options *o, bool from_host)
{
	uint32_t net = 10u << 24 | (uint32_t)(o->guest_number ? o->guest_number - 1 : 0) << 16;
	struct frame_spec spec = {
		.src_mac = {2, 0, 0, 0, 0, 2},
		.src_ip = net | (from_host ? 1 : 2),
		.dst_ip = net | (from_host ? 2 : 1),
	};

	memcpy(spec.dst_mac, o->dst_mac, sizeof(spec.dst_mac));
	return spec;
}

static void start(struct openloop *loop)
{
	const struct options *o = loop->options;

	loop->left = o->packets;
	loop->in_burst = o->burst < o->packets ? o->burst : o->packets;
	pace_start(&loop->pace, &(struct pace_spec){
					.bursts_per_s = o->rate_pps / (double)o->burst,
					.gap = o->gap,
					.train_gap_ns = o->train_gap_us * 1000,
					.seed = loop->seed,
				});
}

static void next_burst(struct openloop *loop)
{
	uint64_t burst = loop->options->burst;

	loop->in_burst = burst < loop->left ? burst : loop->left;
	pace_next(&loop->pace);
}

static void arm(const struct source *source, const struct openloop *loop)
{
	struct itimerspec at = {
		.it_value.tv_sec = (time_t)(loop->pace.deadline_ns / 1000000000u),
		.it_value.tv_nsec = (long)(loop->pace.deadline_ns % 1000000000u),
	};

	if (source->fd >= 0 && timerfd_settime(source->fd, TFD_TIMER_ABSTIME, &at, NULL))
		perror("vguest: timerfd_settime");
}

static void source_start(struct source *source)
{
	start(source->state);
	arm(source, source->state);
}

static void nothing(void *arg, const struct iovec *iov, int n, size_t bytes)
{
	(void)arg, (void)iov, (void)n, (void)bytes;
}

static void send_burst(struct openloop *loop, struct driver *d)
{
	while (loop->in_burst > 0 && !d->tx_stopped) {
		uint16_t slot = queue_take_slot(&d->tx);
		uint32_t bytes = (uint32_t)loop->options->size_bytes + VNET_HDR_BYTES;

		loop->in_burst--;
		loop->left--;
		driver_xmit(d, slot, bytes, loop->in_burst == 0);
	}
	if (loop->in_burst == 0)
		next_burst(loop);
}

static bool send_due(struct source *source, struct driver *d)
{
	struct openloop *loop = source->state;
	int bursts = d->await_rearm ? LOOP_BURSTS : 1;

	while (bursts-- > 0 && loop->left > 0 && pace_due(&loop->pace) && driver_may_send(d))
		send_burst(loop, d);
	arm(source, loop);
	return loop->left > 0;
}

static void fill_slots(const struct options *o, struct queue *q)
{
	struct frame_spec spec = addresses(o, false);

	/* The header stays zero: no offload, nothing to compute. */
	for (uint16_t slot = 0; slot < q->vq.ring.num; slot++)
		frame_build(queue_slot(q, slot) + VNET_HDR_BYTES, o->size_bytes, &spec);
}

int openloop_attach(struct pair *p, const struct options *o)
{
	struct openloop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return -ENOMEM;
	loop->options = o;
	loop->seed = o->seed + p->index;
	p->driver.sink = nothing;
	p->source = (struct source){.fd = -1, .state = loop, .endless = o->mode == MODE_RX};
	if (p->source.endless)
		return 0;
	p->source.start = source_start;
	p->source.produce = send_due;
	fill_slots(o, &p->driver.tx);
	if (o->spin || p->driver.await_rearm)
		return 0;
	p->source.fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	return p->source.fd < 0 ? -errno : 0;
}

static int open_raw(const char *tap, int *sock)
{
	struct sockaddr_ll to = {.sll_family = AF_PACKET, .sll_ifindex = (int)if_nametoindex(tap)};
	int opened = socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
	int one = 1;

	/* Past the qdisc, so that each send tells whether the tap took the frame. */
	if (opened >= 0 && to.sll_ifindex &&
	    setsockopt(opened, SOL_PACKET, PACKET_QDISC_BYPASS, &one, sizeof(one)) == 0 &&
	    bind(opened, (struct sockaddr *)&to, sizeof(to)) == 0) {
		*sock = opened;
		return 0;
	}
	fprintf(stderr, "vguest: cannot send to tap %s: %s\n", tap, strerror(errno));
	if (opened >= 0)
		close(opened);
	return -EIO;
}

static void feed(struct openloop *loop, int sock, const uint8_t *frame, uint64_t *sent,
		 uint64_t *refused)
{
	size_t bytes = loop->options->size_bytes;

	start(loop);
	while (loop->left > 0) {
		pace_wait(&loop->pace, loop->options->spin);
		for (; loop->in_burst > 0; loop->in_burst--, loop->left--) {
			if (send(sock, frame, bytes, 0) == (ssize_t)bytes)
				++*sent;
			else
				++*refused;
		}
		next_burst(loop);
	}
}

int openloop_feed_tap(const struct options *o, uint64_t *sent, uint64_t *refused)
{
	struct openloop loop = {.options = o, .seed = o->seed};
	struct frame_spec spec = addresses(o, true);
	uint8_t *frame = malloc(o->size_bytes);
	uint64_t took = 0, dropped = 0;
	int sock, err;

	if (!frame)
		return -ENOMEM;
	frame_build(frame, o->size_bytes, &spec);
	err = open_raw(o->tap, &sock);
	if (!err) {
		feed(&loop, sock, frame, &took, &dropped);
		close(sock);
		*sent = took;
		*refused = dropped;
	}
	free(frame);
	return err;
}
