// SPDX-License-Identifier: BSD-2-Clause
/* See tap.h. */
#define _GNU_SOURCE
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/ethtool.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

static int complain(const char *name, const char *what)
{
	int err = -errno;

	fprintf(stderr, "vguest: tap %s: %s: %s\n", name, what, strerror(errno));
	return err;
}

static int configure_queue(int fd, const struct tap_spec *spec)
{
	struct ifreq ifr = {.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR};
	unsigned int offloads = spec->offloads ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 : 0;
	int hdr_bytes = VNET_HDR_BYTES;

	if (spec->queues > 1)
		ifr.ifr_flags |= IFF_MULTI_QUEUE;
	memcpy(ifr.ifr_name, spec->name, strlen(spec->name));
	if (ioctl(fd, TUNSETIFF, &ifr))
		return complain(spec->name, "TUNSETIFF");
	if (ioctl(fd, TUNSETVNETHDRSZ, &hdr_bytes))
		return complain(spec->name, "TUNSETVNETHDRSZ");
	if (ioctl(fd, TUNSETOFFLOAD, (unsigned long)offloads))
		return complain(spec->name, "TUNSETOFFLOAD");
	return 0;
}

static int open_queue(const struct tap_spec *spec, int *fd)
{
	int opened = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	int err;

	if (opened < 0)
		return complain(spec->name, "/dev/net/tun");
	err = configure_queue(opened, spec);
	if (err)
		close(opened);
	else
		*fd = opened;
	return err;
}

/* Neighbour discovery and multicast listener reports would reach the rings unasked for. */
static void silence_ipv6(const char *name)
{
	char path[96];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/ipv6/conf/%s/disable_ipv6", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return; /* a kernel without IPv6 */
	if (write(fd, "1", 1) != 1)
		complain(name, path);
	close(fd);
}

static int bring_up(const char *name)
{
	int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct ethtool_value link = {.cmd = ETHTOOL_GLINK};
	struct ifreq ifr = {0};
	int err = 0;

	if (sock < 0)
		return complain(name, "socket");
	memcpy(ifr.ifr_name, name, strlen(name));
	if (ioctl(sock, SIOCGIFFLAGS, &ifr))
		err = complain(name, "SIOCGIFFLAGS");
	ifr.ifr_flags |= IFF_UP;
	if (!err && ioctl(sock, SIOCSIFFLAGS, &ifr))
		err = complain(name, "SIOCSIFFLAGS");
	/* Carrier changes are worked off later; asking for the link state does it now, so that no
	 * frame is lost to the noop qdisc. */
	ifr.ifr_data = (void *)&link;
	if (!err && ioctl(sock, SIOCETHTOOL, &ifr))
		err = complain(name, "ETHTOOL_GLINK");
	close(sock);
	return err;
}

static int open_here(const struct tap_spec *spec, int *fds)
{
	unsigned int n = 0;
	int err = 0;

	for (; n < spec->queues && !err; n++)
		err = open_queue(spec, &fds[n]);
	if (!err) {
		silence_ipv6(spec->name);
		err = bring_up(spec->name);
	} else {
		n--;
	}
	while (err && n > 0)
		close(fds[--n]);
	return err;
}

static int open_in_netns(const struct tap_spec *spec, int *fds)
{
	char path[280];
	int home = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
	int there, err;

	snprintf(path, sizeof(path), "/run/netns/%s", spec->netns);
	there = open(path, O_RDONLY | O_CLOEXEC);
	if (home < 0 || there < 0 || setns(there, CLONE_NEWNET)) {
		err = complain(spec->name, path);
	} else {
		err = open_here(spec, fds);
		if (setns(home, CLONE_NEWNET))
			err = complain(spec->name, "setns back");
	}
	if (home >= 0)
		close(home);
	if (there >= 0)
		close(there);
	return err;
}

int tap_open(const struct tap_spec *spec, int *fds)
{
	if (strlen(spec->name) >= IFNAMSIZ) {
		errno = ENAMETOOLONG;
		return complain(spec->name, "name");
	}
	return spec->netns ? open_in_netns(spec, fds) : open_here(spec, fds);
}

static int read_counter(const char *name, const char *counter, uint64_t *value)
{
	char path[128];
	FILE *file;
	int fields;

	snprintf(path, sizeof(path), "/sys/class/net/%s/statistics/%s", name, counter);
	file = fopen(path, "re");
	if (!file)
		return complain(name, counter);
	fields = fscanf(file, "%" SCNu64, value);
	fclose(file);
	return fields == 1 ? 0 : -EIO;
}

int tap_read_counters(const char *name, struct tap_counters *counters)
{
	struct tap_counters c;
	int err = read_counter(name, "rx_packets", &c.rx_packets);

	if (!err)
		err = read_counter(name, "rx_bytes", &c.rx_bytes);
	if (!err)
		err = read_counter(name, "rx_dropped", &c.rx_dropped);
	if (!err)
		err = read_counter(name, "tx_packets", &c.tx_packets);
	if (!err)
		err = read_counter(name, "tx_bytes", &c.tx_bytes);
	if (!err)
		err = read_counter(name, "tx_dropped", &c.tx_dropped);
	if (!err)
		*counters = c;
	return err;
}
