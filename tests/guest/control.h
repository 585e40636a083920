/* SPDX-License-Identifier: BSD-2-Clause */
/* The line-based conversation with the script that drives us.
 *
 * Knows: commands in, one answer a line out. Refuses to know: what the commands do. */
#ifndef GUEST_CONTROL_H
#define GUEST_CONTROL_H

#include "options.h"

#include <json-c/json.h>
#include <stddef.h>

enum command { CMD_NONE, CMD_GO, CMD_STAT, CMD_QUIT, CMD_END };

struct control {
	int fd;
	char text[256];
	size_t bytes;
};

/* Blocks SIGINT and SIGTERM for this and later threads; they arrive at *signal_fd. */
int control_catch_signals(int *signal_fd);
int control_open(struct control *control, const struct options *options);
/* Reads what is there. CMD_END: the other side has gone; nothing will come any more. */
int control_read(struct control *control);
/* The next complete command read; CMD_NONE when there is none. */
enum command control_next(struct control *control);

/* Prints "WORD JSON" (or JSON alone when word is empty), and takes the JSON over. */
void control_say(const char *word, struct json_object *json, const char *also_to_file);

#endif
