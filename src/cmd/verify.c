// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/verify.h"
#include "cmd/cmd.h"

#include "base/log.h"
#include "render/verify.h"

#include <string.h>
#include <unistd.h>

static int print(const struct verify *verify, const struct output *output)
{
	struct sink sink;

	sink_open_fd(&sink, STDOUT_FILENO);
	if (!strcmp(output->renderer->name, "json"))
		verify_json(&sink, verify);
	else
		verify_text(&sink, verify, &output->options);
	return output_end(&sink);
}

static int compare(const struct report *before, const struct report *after, uint64_t poll_after,
		   const struct output *output)
{
	struct verify *verify;
	int code;

	if (verify_make(before, after, poll_after, &verify)) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	code = print(verify, output);
	verify_free(verify);
	return code;
}

int verify_files(char *const paths[2], uint64_t poll_after, const struct load_options *load,
		 const struct output *output)
{
	struct report *reports[2] = {NULL, NULL};
	struct err err;
	int i, code = EXIT_OK;

	for (i = 0; !code && i < 2; i++)
		if (load_report(paths[i], load, NULL, &reports[i], &err))
			code = cmd_fail(&err);
	if (!code)
		code = compare(reports[0], reports[1], poll_after, output);
	report_free(reports[0]);
	report_free(reports[1]);
	return code;
}
