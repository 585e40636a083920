/* SPDX-License-Identifier: BSD-2-Clause */
/* Options that say which runs to show. */
#ifndef CMD_FILTER_H
#define CMD_FILTER_H

#include "analyze/run_filter.h"

#include <argp.h>

/* A child parser for argp. Its input is a struct run_filter_options; the churn window is not set. */
extern const struct argp filter_argp;

#endif
