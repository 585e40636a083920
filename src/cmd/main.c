// SPDX-License-Identifier: BSD-2-Clause
/* Finds the command and runs it. */
#include "cmd/cmd.h"

#include "base/log.h"

#include <argp.h>
#include <locale.h>
#include <string.h>

const char *argp_program_version = "vhostprof " VHOSTPROF_VERSION;

const struct command commands[] = {
	{"live", "profile a running kernel (the default)", cmd_live},
	{"list", "VMs, devices, queues and workers; --probes: how each probe attaches", cmd_list},
	{"doctor", "whether this host can be profiled, and what is missing", cmd_doctor},
	{"record", "measure now, look later: write every run to a file", cmd_record},
	{"report", "read a recording or function_graph text", cmd_report},
	{"trace", "runs one by one, as trees of functions: live, or of a file", cmd_trace},
	{"diff", "compare two sources: what moved, and what is noise", cmd_diff},
	{"advise", "what could be done: busy polling, more queues, another CPU", cmd_advise},
	{NULL, NULL, NULL},
};

int cmd_fail(const struct err *err)
{
	log_error("%s", err->text);
	return err->exit_code;
}

int main(int argc, char **argv)
{
	const struct command *command;
	static char name[64];

	setlocale(LC_CTYPE, "");
	argp_err_exit_status = EXIT_USAGE;
	for (command = commands; argc > 1 && command->name; command++) {
		if (strcmp(argv[1], command->name))
			continue;
		strcat(strcpy(name, "vhostprof "), command->name);
		argv[1] = name;
		return command->run(argc - 1, argv + 1);
	}
	return commands[0].run(argc, argv);
}
