/* SPDX-License-Identifier: BSD-2-Clause */
/* What the command line asks for.
 *
 * Knows: the options, their defaults and which go together. Refuses to know: how any is done. */
#ifndef GUEST_OPTIONS_H
#define GUEST_OPTIONS_H

#include "pace.h"

#include <stdbool.h>
#include <stdint.h>

enum mode { MODE_NONE, MODE_RELAY, MODE_TX, MODE_RX, MODE_RX_SOURCE };
enum { NAME_MAX_BYTES = 128, MAX_QUEUES = 16, MAX_GUESTS = 32 };
#define NO_WAIT_US UINT64_MAX

struct options {
	char name[NAME_MAX_BYTES];  /* of the guest, after numbering */
	char tap[NAME_MAX_BYTES];   /* on the host */
	char nic[NAME_MAX_BYTES];   /* relay: the guest's own interface */
	char netns[NAME_MAX_BYTES]; /* relay: where the nic lives; empty: here */
	enum mode mode;
	uint64_t guests, queues, vring_size;
	uint64_t guest_number; /* from 1; 0: the process the user started */
	bool event_idx, mrg_rxbuf, indirect, offloads, tx_napi;
	uint64_t busyloop_us, think_us, away_us;
	uint64_t after_rearm_us; /* NO_WAIT_US: send whatever the device asked for */
	uint64_t packets, size_bytes, burst, train_gap_us, seed;
	double rate_pps;
	enum pace_gap gap;
	bool spin, always_kick;
	bool rx_source; /* receive mode sends to itself */
	uint8_t dst_mac[6];
	bool wait, hold;
	const char *control, *ready_file;
};

/* Parses argv; on a mistake says so and exits with status 2. */
void options_parse(struct options *o, int argc, char **argv);
/* NAME for guest number i: "{}" replaced by i, or "-i" appended when there are several guests. */
void options_number(char *name, int i, bool several);

#endif
