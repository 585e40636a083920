/* SPDX-License-Identifier: BSD-2-Clause */
/* The frames of the open-loop modes: Ethernet, IPv4, UDP to the discard port, zeroes.
 *
 * Knows: that layout. Refuses to know: who sends it and how. */
#ifndef GUEST_FRAME_H
#define GUEST_FRAME_H

#include <stddef.h>
#include <stdint.h>

struct frame_spec {
	uint8_t src_mac[6], dst_mac[6];
	uint32_t src_ip, dst_ip; /* host byte order */
};

/* Fills exactly `bytes` (42 at least) from the Ethernet header on. */
void frame_build(uint8_t *to, size_t bytes, const struct frame_spec *spec);

#endif
