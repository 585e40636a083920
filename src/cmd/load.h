/* SPDX-License-Identifier: BSD-2-Clause */
/* From a path to a report, whatever kind of file it is: the one place commands read files through. */
#ifndef CMD_LOAD_H
#define CMD_LOAD_H

#include "base/err.h"
#include "model/report.h"
#include "model/run_trace.h"

#include <argp.h>

struct load_options {
	uint64_t churn_window_ns;
	bool churn_given;
	bool correct_bias;
	bool blocks; /* keep what was counted block by block, for judging differences */
};

/* A child parser for argp: --churn-window. Its input is a struct load_options, set to the defaults. */
extern const struct argp load_argp;

/*
 * "-" is standard input. `runs` gets every run on the way, and may end the reading early; NULL = nobody
 * wants them. 0 or -errno with `err` set.
 */
int load_report(const char *path, const struct load_options *options, const struct run_sink *runs,
		struct report **report, struct err *err);

#endif
