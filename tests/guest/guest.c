// SPDX-License-Identifier: BSD-2-Clause
/* See guest.h. */
#define _GNU_SOURCE
#include "guest.h"

#include "openloop.h"
#include "relay.h"
#include "tap.h"
#include "vhost.h"
#include "worker.h"

#include <errno.h>
#include <linux/vhost.h>
#include <linux/virtio_config.h>
#include <linux/virtio_net.h>
#include <linux/virtio_ring.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { RX_INDEX, TX_INDEX };
/* A receive buffer without mergeable buffers: with offloads a whole GSO frame must fit. */
enum { SMALL_BUF_BYTES = 2048 };

static struct queue_spec ring_spec(const struct guest *guest, bool rx)
{
	const struct options *o = guest->options;
	uint32_t rx_bytes = o->offloads ? MAX_SLOT_BYTES : SMALL_BUF_BYTES;

	if (o->mrg_rxbuf)
		rx_bytes = MRG_BUF_BYTES;
	return (struct queue_spec){
		.num = (uint16_t)o->vring_size,
		.event_idx = guest->features >> VIRTIO_RING_F_EVENT_IDX & 1,
		.indirect = guest->features >> VIRTIO_RING_F_INDIRECT_DESC & 1,
		.slot_bytes = rx ? rx_bytes : MAX_SLOT_BYTES,
	};
}

static uint64_t wanted_features(const struct options *o)
{
	return 1ull << VIRTIO_F_VERSION_1 | (uint64_t)o->event_idx << VIRTIO_RING_F_EVENT_IDX |
	       (uint64_t)o->mrg_rxbuf << VIRTIO_NET_F_MRG_RXBUF |
	       (uint64_t)o->indirect << VIRTIO_RING_F_INDIRECT_DESC;
}

static int open_devices(struct guest *guest)
{
	pid_t workers[MAX_QUEUES];
	int err = 0;

	for (unsigned int i = 0; i < guest->options->queues && !err; i++) {
		struct pair *p = &guest->pairs[i];

		p->index = i;
		err = vhost_open(&p->vhost_fd);
		if (!err && worker_find_new(workers, i, &p->worker_tid))
			fprintf(stderr, "vguest: cannot find the worker of queue pair %u\n", i);
		workers[i] = p->worker_tid;
		if (!err)
			err = vhost_negotiate(p->vhost_fd, wanted_features(guest->options),
					      &guest->features);
	}
	return err;
}

static int open_taps(struct guest *guest)
{
	const struct options *o = guest->options;
	struct tap_spec tap = {o->tap, NULL, (unsigned int)o->queues, o->offloads};
	struct tap_spec nic = {o->nic, *o->netns ? o->netns : NULL, (unsigned int)o->queues,
			       o->offloads};
	int tap_fds[MAX_QUEUES], nic_fds[MAX_QUEUES];
	int err = tap_open(&tap, tap_fds);

	memset(nic_fds, -1, sizeof(nic_fds));
	if (!err && o->mode == MODE_RELAY)
		err = tap_open(&nic, nic_fds);
	for (unsigned int i = 0; i < o->queues && !err; i++) {
		guest->pairs[i].tap_fd = tap_fds[i];
		guest->pairs[i].nic_fd = nic_fds[i];
	}
	return err;
}

static int make_memory(struct guest *guest)
{
	struct queue_spec rx = ring_spec(guest, true), tx = ring_spec(guest, false);

	return guest_mem_map(&guest->mem, guest->options->queues *
						  (queue_mem_bytes(&rx) + queue_mem_bytes(&tx)));
}

static int make_driver(struct guest *guest, struct pair *p)
{
	const struct options *o = guest->options;
	struct queue_spec rx = ring_spec(guest, true), tx = ring_spec(guest, false);
	int err;

	p->driver = (struct driver){
		.mrg_rxbuf = guest->features >> VIRTIO_NET_F_MRG_RXBUF & 1,
		.tx_napi = o->tx_napi,
		.always_kick = o->always_kick,
		.think_ns = (uint32_t)(o->think_us * 1000),
		.await_rearm = o->after_rearm_us != NO_WAIT_US,
		.after_rearm_ns = (uint32_t)(o->after_rearm_us * 1000),
	};
	err = queue_init(&p->driver.rx, &rx, &guest->mem);
	if (!err)
		err = queue_init(&p->driver.tx, &tx, &guest->mem);
	if (!err)
		err = o->mode == MODE_RELAY ? relay_attach(p, o) : openloop_attach(p, o);
	return err;
}

static int start_device(struct guest *guest, struct pair *p)
{
	struct queue *queues[] = {[RX_INDEX] = &p->driver.rx, [TX_INDEX] = &p->driver.tx};
	int err = vhost_map(p->vhost_fd, guest->mem.base, guest->mem.bytes);

	for (unsigned int i = 0; i < 2 && !err; i++) {
		struct vhost_ring ring = {
			.index = i,
			.ring = &queues[i]->vq.ring,
			.kick_fd = queues[i]->kick_fd,
			.call_fd = queues[i]->call_fd,
			.busyloop_us = (uint32_t)guest->options->busyloop_us,
		};

		err = vhost_set_ring(p->vhost_fd, &ring);
	}
	return err ? err : vhost_set_backend(p->vhost_fd, p->tap_fd);
}

int guest_build(struct guest *guest, const struct options *options)
{
	int err;

	*guest = (struct guest){.options = options};
	err = open_taps(guest);
	if (!err)
		err = open_devices(guest);
	if (!err)
		err = make_memory(guest);
	for (unsigned int i = 0; i < options->queues && !err; i++) {
		err = make_driver(guest, &guest->pairs[i]);
		if (!err)
			err = start_device(guest, &guest->pairs[i]);
	}
	return err;
}

void guest_free(struct guest *guest)
{
	for (unsigned int i = 0; i < guest->options->queues; i++) {
		queue_free(&guest->pairs[i].driver.rx);
		queue_free(&guest->pairs[i].driver.tx);
		free(guest->pairs[i].source.state);
	}
}

static void add_int(struct json_object *to, const char *key, uint64_t value)
{
	json_object_object_add(to, key, json_object_new_uint64(value));
}

static struct json_object *queue_to_json(const struct queue *q, const struct truth *now,
					 const struct truth *setup)
{
	struct json_object *json = truth_to_json(now);

	json_object_object_add(json, "setup", truth_to_json(setup));
	add_int(json, "kick_fd", (uint64_t)q->kick_fd);
	add_int(json, "call_fd", (uint64_t)q->call_fd);
	add_int(json, "kick_eventfd_count", eventfd_count(q->kick_fd));
	return json;
}

static struct json_object *pair_to_json(const struct pair *p)
{
	struct json_object *json = json_object_new_object();

	add_int(json, "queue", p->index);
	add_int(json, "worker_tid", (uint64_t)p->worker_tid);
	add_int(json, "vcpu_tid", (uint64_t)p->vcpu_tid);
	add_int(json, "vhost_fd", (uint64_t)p->vhost_fd);
	json_object_object_add(json, "quiesced", json_object_new_boolean(!p->stuck));
	add_int(json, "nic_drops", p->nic_drops);
	json_object_object_add(json, "tx", queue_to_json(&p->driver.tx, &p->tx, &p->tx_setup));
	json_object_object_add(json, "rx", queue_to_json(&p->driver.rx, &p->rx, &p->rx_setup));
	return json;
}

static struct json_object *tap_to_json(const char *name)
{
	struct json_object *json = json_object_new_object();
	struct tap_counters c;

	if (tap_read_counters(name, &c))
		return json;
	add_int(json, "rx_packets", c.rx_packets);
	add_int(json, "rx_bytes", c.rx_bytes);
	add_int(json, "rx_dropped", c.rx_dropped);
	add_int(json, "tx_packets", c.tx_packets);
	add_int(json, "tx_bytes", c.tx_bytes);
	add_int(json, "tx_dropped", c.tx_dropped);
	return json;
}

struct json_object *guest_to_json(const struct guest *guest)
{
	const struct options *o = guest->options;
	struct json_object *json = json_object_new_object();
	struct json_object *queues = json_object_new_array();
	char features[32];

	snprintf(features, sizeof(features), "%#llx", (unsigned long long)guest->features);
	json_object_object_add(json, "name", json_object_new_string(o->name));
	add_int(json, "pid", (uint64_t)getpid());
	add_int(json, "owner_tid", (uint64_t)getpid());
	json_object_object_add(json, "tap", json_object_new_string(o->tap));
	json_object_object_add(json, "nic",
			       json_object_new_string(o->mode == MODE_RELAY ? o->nic : ""));
	json_object_object_add(json, "netns", json_object_new_string(o->netns));
	json_object_object_add(json, "features", json_object_new_string(features));
	json_object_object_add(json, "tap_counters", tap_to_json(o->tap));
	for (unsigned int i = 0; i < o->queues; i++)
		json_object_array_add(queues, pair_to_json(&guest->pairs[i]));
	json_object_object_add(json, "queues", queues);
	return json;
}
