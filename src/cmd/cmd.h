/* SPDX-License-Identifier: BSD-2-Clause */
/* The subcommands. Each takes its own argument vector, argv[0] being the name to show in messages. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/err.h"

struct command {
	const char *name;
	const char *help;
	int (*run)(int argc, char **argv); /* returns an exit code */
};

/* All subcommands, ended by one without a name. The first is what runs when none is named. */
extern const struct command commands[];

int cmd_live(int argc, char **argv);
int cmd_record(int argc, char **argv);
int cmd_list(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_trace(int argc, char **argv);
int cmd_diff(int argc, char **argv);
int cmd_advise(int argc, char **argv);

/* Prints the failure and returns its exit code. */
int cmd_fail(const struct err *err);

#endif
