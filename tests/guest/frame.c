// SPDX-License-Identifier: BSD-2-Clause
/* See frame.h. */
#include "frame.h"

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/ip.h>
#include <linux/udp.h>
#include <string.h>

enum { DISCARD_PORT = 9, TTL = 64 };

static uint16_t ip_checksum(const struct iphdr *ip)
{
	uint16_t words[sizeof(*ip) / 2];
	uint32_t sum = 0;

	memcpy(words, ip, sizeof(words));
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		sum += words[i];
	sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t) ~(sum + (sum >> 16));
}

void frame_build(uint8_t *to, size_t bytes, const struct frame_spec *spec)
{
	struct ethhdr eth = {.h_proto = htons(ETH_P_IP)};
	struct iphdr ip = {
		.version = 4,
		.ihl = 5,
		.tot_len = htons((uint16_t)(bytes - sizeof(eth))),
		.ttl = TTL,
		.protocol = IPPROTO_UDP,
		.saddr = htonl(spec->src_ip),
		.daddr = htonl(spec->dst_ip),
	};
	struct udphdr udp = {
		.source = htons(DISCARD_PORT),
		.dest = htons(DISCARD_PORT),
		.len = htons((uint16_t)(bytes - sizeof(eth) - sizeof(ip))),
	};

	memcpy(eth.h_source, spec->src_mac, sizeof(eth.h_source));
	memcpy(eth.h_dest, spec->dst_mac, sizeof(eth.h_dest));
	ip.check = ip_checksum(&ip);
	memset(to, 0, bytes);
	memcpy(to, &eth, sizeof(eth));
	memcpy(to + sizeof(eth), &ip, sizeof(ip));
	memcpy(to + sizeof(eth) + sizeof(ip), &udp, sizeof(udp));
}
