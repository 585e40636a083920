/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that say what to profile and how, shared by all commands that profile. */
#ifndef CMD_TARGET_H
#define CMD_TARGET_H

#include "source/live.h"

#include <argp.h>

/* A child parser for argp: -p, --vm, --queue, --churn-window, … Its input is a struct live_options. */
extern const struct argp target_argp;
/* The same without --queue and --churn-window, for commands that have them already. */
extern const struct argp target_core_argp;

/* Releases what the parser allocated. */
void target_free(struct live_options *options);

#endif
