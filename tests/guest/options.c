// SPDX-License-Identifier: BSD-2-Clause
/* See options.h. */
#define _GNU_SOURCE
#include "options.h"

#include <argp.h>
#include <assert.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	O_NAME = 256,
	O_TAP,
	O_NIC,
	O_NETNS,
	O_RELAY,
	O_TX,
	O_RX,
	O_RX_SOURCE,
	O_GUESTS,
	O_QUEUES,
	O_VRING,
	O_NO_EVENT_IDX,
	O_NO_MRG,
	O_NO_INDIRECT,
	O_NO_OFFLOADS,
	O_NO_TX_NAPI,
	O_BUSYLOOP,
	O_THINK,
	O_AFTER_REARM,
	O_AWAY,
	O_PACKETS,
	O_SIZE,
	O_RATE,
	O_BURST,
	O_GAP,
	O_TRAIN_GAP,
	O_SEED,
	O_SPIN,
	O_ALWAYS_KICK,
	O_DST_MAC,
	O_WAIT,
	O_HOLD,
	O_CONTROL,
	O_READY_FILE,
	O_INDEX,
	O_END,
};

static const struct argp_option table[] = {
	{NULL, 0, NULL, 0, "What the guest does (choose one):", 1},
	{"relay", O_RELAY, NULL, 0,
	 "Join the rings to a second tap: the kernel's stack behind it is the guest", 0},
	{"tx", O_TX, NULL, 0, "Open loop: send packets by the clock", 0},
	{"rx", O_RX, NULL, 0,
	 "Receive and count; with --rx-source also send to the tap, and end when all arrived", 0},
	{"rx-source", O_RX_SOURCE, NULL, 0,
	 "Send packets to the tap from the host; alone: no guest, just the sender", 0},
	{NULL, 0, NULL, 0, "The guest:", 2},
	{"name", O_NAME, "guest=NAME[,...]", 0, "As QEMU's -name", 0},
	{"guests", O_GUESTS, "N", 0,
	 "N guests, each its own process. In NAME, TAP, IF and NS, {} becomes 0, 1, ...; without {}, -0, -1, ... is appended",
	 0},
	{"tap", O_TAP, "TAP", 0, "The tap on the host, made if it is not there (default vhp{})", 0},
	{"nic", O_NIC, "IF", 0,
	 "Relay: the guest's interface, made if it is not there (default eth0)", 0},
	{"in-netns", O_NETNS, "NS", 0, "Relay: the network namespace of IF (see ip-netns(8))", 0},
	{"queues", O_QUEUES, "N", 0,
	 "Queue pairs, one vhost-net device and one vCPU thread each (default 1)", 0},
	{"vring-size", O_VRING, "N", 0,
	 "Descriptors per ring, a power of two from 32 to 32768 (default 256)", 0},
	{"busyloop-us", O_BUSYLOOP, "US", 0, "Let the worker busy-poll so long (default 0)", 0},
	{"no-event-idx", O_NO_EVENT_IDX, NULL, 0, "Suppress notifications by flags only", 0},
	{"no-mrg-rxbuf", O_NO_MRG, NULL, 0, "One receive buffer per packet", 0},
	{"no-indirect", O_NO_INDIRECT, NULL, 0, "No indirect descriptors for chains of several", 0},
	{"no-offloads", O_NO_OFFLOADS, NULL, 0,
	 "No checksum and segmentation offload on either tap", 0},
	{"no-tx-napi", O_NO_TX_NAPI, NULL, 0,
	 "Transmit calls only when the ring is full (napi_tx=off)", 0},
	{"think-us", O_THINK, "US", 0, "Burn so long between making chains available and the kick",
	 0},
	{"after-rearm", O_AFTER_REARM, "US", 0,
	 "Closed loop: a burst (a frame, with --relay) only once the device has asked for a doorbell again, and US later",
	 0},
	{"away-us", O_AWAY, "US", 0,
	 "Relay: look elsewhere for so long, then send what has gathered, with one kick (default 0)",
	 0},
	{NULL, 0, NULL, 0, "Open loop (all figures per queue pair):", 3},
	{"packets", O_PACKETS, "N", 0, "How many (default 1000)", 0},
	{"size", O_SIZE, "BYTES", 0,
	 "Frame length from the Ethernet header on, 42 to 65549 (default 64)", 0},
	{"rate", O_RATE, "PPS", 0, "Packets per second (default 0: as fast as possible)", 0},
	{"burst", O_BURST, "B", 0, "Packets made available together, with one kick (default 1)", 0},
	{"gap", O_GAP, "fixed|exp|bursty", 0,
	 "Between bursts: equal, exponential, or trains of 8 (default fixed)", 0},
	{"train-gap-us", O_TRAIN_GAP, "US", 0,
	 "Of bursty: between the bursts of a train (default 0)", 0},
	{"seed", O_SEED, "N", 0, "Of the random gaps (default 1)", 0},
	{"spin", O_SPIN, NULL, 0, "Burn the cpu until the deadline instead of sleeping", 0},
	{"always-kick", O_ALWAYS_KICK, NULL, 0,
	 "Ring the doorbell even when the device asked not to", 0},
	{"dst-mac", O_DST_MAC, "MAC", 0,
	 "Destination of the frames (default 02:00:00:00:00:01: nobody)", 0},
	{NULL, 0, NULL, 0, "Being driven by a script:", 4},
	{"wait", O_WAIT, NULL, 0, "Start the traffic at the command go", 0},
	{"hold", O_HOLD, NULL, 0, "Stay, idle, until the command quit", 0},
	{"control", O_CONTROL, "FIFO", 0, "Read commands from FIFO instead of standard input", 0},
	{"start-file", O_CONTROL, "FIFO", OPTION_ALIAS, NULL, 0},
	{"ready-file", O_READY_FILE, "FILE", 0, "Write the ready line also to FILE, in one step",
	 0},
	{"guest-number", O_INDEX, "I", OPTION_HIDDEN, NULL, 0},
	{0},
};

static const char doc[] =
	"Plays a KVM guest without a VM: a virtio-net driver over /dev/vhost-net.\v"
	"Prints \"ready JSON\" when set up, \"done JSON\" when the traffic is over and the rings are quiet "
	"(with --hold), \"stat JSON\" at the command stat, and the JSON alone, as its last line, on exit. "
	"Commands are lines: go, stat, quit; the end of standard input, SIGINT and SIGTERM mean quit.";

static double number(struct argp_state *state, const char *arg, double min, double max)
{
	char *end;
	double value = strtod(arg, &end);

	if (end == arg || *end || !(value >= min && value <= max))
		argp_error(state, "'%s' is not a number from %g to %.0f", arg, min, max);
	return value;
}

static void text(struct argp_state *state, char *to, const char *arg)
{
	if (strlen(arg) + 12 >= NAME_MAX_BYTES)
		argp_error(state, "'%s' is too long", arg);
	else
		strcpy(to, arg);
}

/* guest=NAME[,debug-threads=on,...] or, as QEMU allows, the bare NAME first. */
static void parse_name(struct argp_state *state, char *to, const char *arg)
{
	char value[NAME_MAX_BYTES];

	text(state, value, strncmp(arg, "guest=", 6) == 0 ? arg + 6 : arg);
	value[strcspn(value, ",")] = '\0';
	strcpy(to, value);
}

static void parse_mac(struct argp_state *state, uint8_t *mac, const char *arg)
{
	char rest;

	if (sscanf(arg, "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx%c", &mac[0], &mac[1], &mac[2], &mac[3],
		   &mac[4], &mac[5], &rest) != 6)
		argp_error(state, "'%s' is not a MAC address", arg);
}

static enum pace_gap parse_gap(struct argp_state *state, const char *arg)
{
	static const char *const names[] = {
		[GAP_FIXED] = "fixed", [GAP_EXP] = "exp", [GAP_BURSTY] = "bursty"};

	for (unsigned int i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(arg, names[i]) == 0)
			return (enum pace_gap)i;
	argp_error(state, "unknown gap '%s'", arg);
	return GAP_FIXED;
}

enum kind { K_ON, K_OFF, K_COUNT, K_RATE, K_TEXT, K_PATH, K_MODE, K_NAME, K_GAP, K_MAC };

#define AT(member) offsetof(struct options, member)
static const struct rule {
	enum kind kind;
	size_t offset;
	double min, max; /* K_MODE: min is the mode */
} rules[] = {
	[O_NAME - O_NAME] = {K_NAME, AT(name), 0, 0},
	[O_TAP - O_NAME] = {K_TEXT, AT(tap), 0, 0},
	[O_NIC - O_NAME] = {K_TEXT, AT(nic), 0, 0},
	[O_NETNS - O_NAME] = {K_TEXT, AT(netns), 0, 0},
	[O_RELAY - O_NAME] = {K_MODE, AT(mode), MODE_RELAY, 0},
	[O_TX - O_NAME] = {K_MODE, AT(mode), MODE_TX, 0},
	[O_RX - O_NAME] = {K_MODE, AT(mode), MODE_RX, 0},
	[O_RX_SOURCE - O_NAME] = {K_ON, AT(rx_source), 0, 0},
	[O_GUESTS - O_NAME] = {K_COUNT, AT(guests), 1, MAX_GUESTS},
	[O_QUEUES - O_NAME] = {K_COUNT, AT(queues), 1, MAX_QUEUES},
	[O_VRING - O_NAME] = {K_COUNT, AT(vring_size), 32, 32768},
	[O_NO_EVENT_IDX - O_NAME] = {K_OFF, AT(event_idx), 0, 0},
	[O_NO_MRG - O_NAME] = {K_OFF, AT(mrg_rxbuf), 0, 0},
	[O_NO_INDIRECT - O_NAME] = {K_OFF, AT(indirect), 0, 0},
	[O_NO_OFFLOADS - O_NAME] = {K_OFF, AT(offloads), 0, 0},
	[O_NO_TX_NAPI - O_NAME] = {K_OFF, AT(tx_napi), 0, 0},
	[O_BUSYLOOP - O_NAME] = {K_COUNT, AT(busyloop_us), 0, UINT32_MAX},
	[O_THINK - O_NAME] = {K_COUNT, AT(think_us), 0, 1e6},
	[O_AWAY - O_NAME] = {K_COUNT, AT(away_us), 0, 1e6},
	[O_AFTER_REARM - O_NAME] = {K_COUNT, AT(after_rearm_us), 0, 1e6},
	[O_PACKETS - O_NAME] = {K_COUNT, AT(packets), 1, 1e15},
	[O_SIZE - O_NAME] = {K_COUNT, AT(size_bytes), 42, 65549},
	[O_RATE - O_NAME] = {K_RATE, AT(rate_pps), 0, 1e9},
	[O_BURST - O_NAME] = {K_COUNT, AT(burst), 1, 32768},
	[O_GAP - O_NAME] = {K_GAP, AT(gap), 0, 0},
	[O_TRAIN_GAP - O_NAME] = {K_COUNT, AT(train_gap_us), 0, 1e9},
	[O_SEED - O_NAME] = {K_COUNT, AT(seed), 0, 1e15},
	[O_SPIN - O_NAME] = {K_ON, AT(spin), 0, 0},
	[O_ALWAYS_KICK - O_NAME] = {K_ON, AT(always_kick), 0, 0},
	[O_DST_MAC - O_NAME] = {K_MAC, AT(dst_mac), 0, 0},
	[O_WAIT - O_NAME] = {K_ON, AT(wait), 0, 0},
	[O_HOLD - O_NAME] = {K_ON, AT(hold), 0, 0},
	[O_CONTROL - O_NAME] = {K_PATH, AT(control), 0, 0},
	[O_READY_FILE - O_NAME] = {K_PATH, AT(ready_file), 0, 0},
	[O_INDEX - O_NAME] = {K_COUNT, AT(guest_number), 1, MAX_GUESTS},
};
static_assert(sizeof(rules) / sizeof(rules[0]) == O_END - O_NAME, "every option has a rule");

static void choose(struct argp_state *state, enum mode *mode, enum mode chosen)
{
	if (*mode != MODE_NONE)
		argp_error(state, "choose one of --relay, --tx and --rx");
	*mode = chosen;
}

static uint64_t count(struct argp_state *state, const char *arg, const struct rule *rule)
{
	double value = number(state, arg, rule->min, rule->max);

	if (value != floor(value))
		argp_error(state, "'%s' is not a whole number", arg);
	return (uint64_t)value;
}

static void apply(struct argp_state *state, const struct rule *rule, const char *arg)
{
	void *to = (char *)state->input + rule->offset;

	if (rule->kind == K_ON || rule->kind == K_OFF)
		*(bool *)to = rule->kind == K_ON;
	else if (rule->kind == K_COUNT)
		*(uint64_t *)to = count(state, arg, rule);
	else if (rule->kind == K_RATE)
		*(double *)to = number(state, arg, rule->min, rule->max);
	else if (rule->kind == K_TEXT)
		text(state, to, arg);
	else if (rule->kind == K_PATH)
		*(const char **)to = arg;
	else if (rule->kind == K_MODE)
		choose(state, to, (enum mode)rule->min);
	else if (rule->kind == K_NAME)
		parse_name(state, to, arg);
	else if (rule->kind == K_GAP)
		*(enum pace_gap *)to = parse_gap(state, arg);
	else
		parse_mac(state, to, arg);
}

static void check(struct argp_state *state, struct options *o)
{
	if (o->mode == MODE_NONE && o->rx_source)
		o->mode = MODE_RX_SOURCE;
	if (o->mode == MODE_NONE)
		argp_error(state, "choose one of --relay, --tx, --rx and --rx-source");
	if (o->rx_source && o->mode != MODE_RX && o->mode != MODE_RX_SOURCE)
		argp_error(state, "--rx-source goes with --rx only");
	if (o->vring_size & (o->vring_size - 1))
		argp_error(state, "--vring-size must be a power of two");
	if (o->mode == MODE_RX_SOURCE && o->guests > 1)
		argp_error(state, "--rx-source alone feeds one tap");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	if (key == ARGP_KEY_END) {
		check(state, o);
		return 0;
	}
	if (key == ARGP_KEY_ARG)
		argp_error(state, "unexpected argument '%s'", arg);
	if (key < O_NAME || key >= O_END)
		return ARGP_ERR_UNKNOWN;
	apply(state, &rules[key - O_NAME], arg);
	return 0;
}

void options_number(char *name, int i, bool several)
{
	char tail[NAME_MAX_BYTES];
	char *at = strstr(name, "{}");

	if (at) {
		snprintf(tail, sizeof(tail), "%d%s", i, at + 2);
		strcpy(at, tail);
	} else if (several && *name) {
		sprintf(name + strlen(name), "-%d", i);
	}
}

static void number_names(struct options *o)
{
	bool child = o->guest_number > 0;
	int i = child ? (int)o->guest_number - 1 : 0;

	/* The name is already numbered in a child's command line, where everybody reads it. */
	options_number(o->name, i, false);
	options_number(o->tap, i, child);
	options_number(o->netns, i, child);
	/* Interfaces in different namespaces may have the same name. */
	options_number(o->nic, i, child && !*o->netns);
	if (!child)
		return;
	/* The process that started us talks to the outside. */
	o->guests = 1;
	o->control = o->ready_file = NULL;
}

void options_parse(struct options *o, int argc, char **argv)
{
	static const struct argp argp = {.options = table, .parser = parse, .doc = doc};

	*o = (struct options){
		.name = "vguest",
		.tap = "vhp{}",
		.nic = "eth0",
		.guests = 1,
		.queues = 1,
		.vring_size = 256,
		.after_rearm_us = NO_WAIT_US,

		.event_idx = true,
		.mrg_rxbuf = true,
		.indirect = true,
		.offloads = true,
		.tx_napi = true,
		.packets = 1000,
		.size_bytes = 64,
		.burst = 1,
		.seed = 1,
		.dst_mac = {2, 0, 0, 0, 0, 1},
	};
	argp_err_exit_status = 2;
	argp_parse(&argp, argc, argv, ARGP_LONG_ONLY, NULL, o);
	if (o->guests == 1 || o->guest_number > 0)
		number_names(o);
}
