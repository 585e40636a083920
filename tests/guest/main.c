// SPDX-License-Identifier: BSD-2-Clause
/* vguest: plays a KVM guest without a VM. See --help. */
#include "herd.h"
#include "openloop.h"
#include "options.h"
#include "session.h"

#include <stdio.h>

static int feed_only(const struct options *options)
{
	uint64_t sent, refused;
	int err = openloop_feed_tap(options, &sent, &refused);

	if (!err)
		printf("{\"source_sent\":%llu,\"source_refused\":%llu}\n", (unsigned long long)sent,
		       (unsigned long long)refused);
	return err;
}

int main(int argc, char **argv)
{
	struct options options;
	int err;

	options_parse(&options, argc, argv);
	if (options.mode == MODE_RX_SOURCE)
		err = feed_only(&options);
	else if (options.guests > 1)
		err = herd_run(&options, argc, argv);
	else
		err = session_run(&options);
	return err ? 1 : 0;
}
