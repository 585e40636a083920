// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the names. Refuses to know what follows from one function having run: that is runs.c.
 */
#include "model/role.h"

#include <stdbool.h>
#include <string.h>

static const struct {
	const char *name;
	enum role role;
	enum vp_dir dir;
} names[] = {
	{"handle_tx_kick", ROLE_KICK_HANDLER, VP_TX},
	{"handle_rx_kick", ROLE_KICK_HANDLER, VP_RX},
	{"handle_tx_net", ROLE_NET_HANDLER, VP_TX},
	{"handle_rx_net", ROLE_NET_HANDLER, VP_RX},
	{"handle_tx", ROLE_HANDLER, VP_TX},
	{"handle_rx", ROLE_HANDLER, VP_RX},
	{"vhost_get_vq_desc", ROLE_TAKE, VP_RX},
	{"vhost_get_vq_desc_n", ROLE_TAKE, VP_RX},
	{"translate_desc", ROLE_DESC, VP_RX},
	{"vhost_net_buf_peek", ROLE_PEEK, VP_RX},
	{"vhost_add_used", ROLE_GIVE, VP_RX},
	{"vhost_add_used_n", ROLE_GIVE, VP_RX},
	{"vhost_add_used_and_signal", ROLE_GIVE, VP_RX},
	{"vhost_add_used_and_signal_n", ROLE_GIVE, VP_RX},
	{"vhost_zerocopy_signal_used", ROLE_GIVE, VP_RX},
	{"vhost_vq_avail_empty", ROLE_GIVE, VP_RX},
	{"vhost_tx_batch", ROLE_GIVE, VP_RX},
	{"tun_sendmsg", ROLE_GIVE, VP_RX},
	{"tun_recvmsg", ROLE_GIVE, VP_RX},
	{"tap_sendmsg", ROLE_GIVE, VP_RX},
	{"tap_recvmsg", ROLE_GIVE, VP_RX},
	{"vhost_discard_vq_desc", ROLE_DISCARD, VP_RX},
	{"vhost_enable_notify", ROLE_ENABLE, VP_RX},
	{"vhost_disable_notify", ROLE_DISABLE, VP_RX},
	{"vhost_poll_wakeup", ROLE_WAKEUP, VP_RX},
	{"vhost_work_queue", ROLE_QUEUE, VP_RX},
	{"vhost_vq_work_queue", ROLE_QUEUE, VP_RX},
	{"vhost_worker_queue", ROLE_QUEUE, VP_RX},
	{"vhost_poll_queue", ROLE_POLL_QUEUE, VP_RX},
	{"vhost_exceeds_weight", ROLE_EXCEEDS, VP_RX},
	{"vhost_poll_start", ROLE_POLL_START, VP_RX},
	{"vhost_net_enable_vq", ROLE_POLL_START, VP_RX},
	{"vhost_zerocopy_callback", ROLE_COMPLETION, VP_RX},
	{"vhost_zerocopy_complete", ROLE_COMPLETION, VP_RX},
	{"vhost_net_busy_poll", ROLE_BUSY_POLL, VP_RX},
	{"eventfd_signal", ROLE_SIGNAL, VP_RX},
	{"eventfd_signal_mask", ROLE_SIGNAL, VP_RX},
};

enum role role_of(const char *name, size_t len, enum vp_dir *dir)
{
	const char *suffix = memchr(name, '.', len);
	size_t i;

	if (suffix)
		len = (size_t)(suffix - name);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == len && !memcmp(names[i].name, name, len)) {
			*dir = names[i].dir;
			return names[i].role;
		}
	return ROLE_NONE;
}
