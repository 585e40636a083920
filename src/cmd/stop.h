/* SPDX-License-Identifier: BSD-2-Clause */
/* When a command that measures comes to its end: asked by a signal, or by the clock. */
#ifndef CMD_STOP_H
#define CMD_STOP_H

#include <signal.h>
#include <stdint.h>

extern volatile sig_atomic_t stop_asked;

/* SIGINT and SIGTERM ask to stop, the second SIGINT kills; a reader who leaves is an error, no signal. */
void stop_on_signals(void);

/*
 * From now on being asked to stop ends this input, too, even in the middle of a read: whoever reads it
 * finds its end. -1 = no input any more.
 */
void stop_ends_input(int fd);

/* CLOCK_MONOTONIC. */
uint64_t stop_now_ms(void);

#endif
