// SPDX-License-Identifier: BSD-2-Clause
/* Knows which reader each kind of file has. Refuses to know what becomes of the report. */
#include "cmd/load.h"
#include "cmd/stop.h"
#include "cmd/usage.h"

#include "base/log.h"
#include "source/ftrace.h"
#include "source/input_kind.h"
#include "source/recfile_report.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

enum { KEY_CHURN_WINDOW = 0x400 };

#define CHURN_WINDOW_NS	    50000u
#define CHURN_WINDOW_MAX_US 1000000u

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "Analysis:", 5},
	{"churn-window", KEY_CHURN_WINDOW, "US", 0,
	 "a gap up to so many microseconds is churn (default 50); what a recording counted keeps its own",
	 5},
	{0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct load_options *load = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*load = (struct load_options){.churn_window_ns = CHURN_WINDOW_NS};
		return 0;
	case KEY_CHURN_WINDOW:
		load->churn_given = true;
		load->churn_window_ns =
			1000 * usage_number(arg, 0, CHURN_WINDOW_MAX_US, "--churn-window", state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp load_argp = {.options = options, .parser = parse};

static int read_text(struct input *input, const struct load_options *load,
		     const struct run_sink *runs, struct report **report, struct err *err)
{
	struct ftrace_options ftrace = {
		.churn_window_ns = load->churn_window_ns,
		.blocks = load->blocks,
		.correct_bias = load->correct_bias,
		.runs = runs,
	};

	return ftrace_read(input, &ftrace, report, err);
}

/* `text` is what was read of it to see what it is. */
static int read_recording(struct input *input, const struct load_options *load,
			  const struct run_sink *runs, const char *text, size_t len,
			  struct report **report, struct err *err)
{
	const struct recfile_options wanted = {.blocks = load->blocks, .sink = runs};
	struct recfile *file;
	int error;

	if (input->gzip)
		return err_set(
			err, EINVAL, EXIT_FAILED,
			"%s: a recording compressed once more: pipe it through `gzip -dc FILE | "
			"vhostprof report -`",
			input->name);
	if (load->churn_given && !runs)
		log_warn(
			"%s: --churn-window is not for recordings: churn was counted while it was made",
			input->name);
	error = recfile_open(&file, input->fd, input->name, text, len, err);
	if (error)
		return error;
	error = recfile_report(file, input->name, &wanted, report, err);
	if (!error && *recfile_damage(file))
		log_warn("%s: %s", input->name, recfile_damage(file));
	recfile_close(file);
	return error;
}

/* The switch point. */
static int read_kind(struct input *input, const struct load_options *load,
		     const struct run_sink *runs, struct report **report, struct err *err)
{
	const char *text;
	size_t len;
	int error = input_peek(input, &text, &len, err);

	if (error)
		return error;
	switch (source_kind_of(text, len)) {
	case SOURCE_EMPTY:
		return err_set(err, ENODATA, EXIT_FAILED, "%s: %s", input->name,
			       input->damage[0] ? input->damage : "is empty");
	case SOURCE_FOREIGN:
		return err_set(err, EINVAL, EXIT_FAILED, "%s: %s", input->name,
			       source_hint(text, len));
	case SOURCE_RECORDING:
		return read_recording(input, load, runs, text, len, report, err);
	case SOURCE_TEXT:
		break;
	}
	return read_text(input, load, runs, report, err);
}

int load_report(const char *path, const struct load_options *load, const struct run_sink *runs,
		struct report **report, struct err *err)
{
	struct input input;
	int error = input_open(&input, path, err);

	if (error)
		return error;
	stop_ends_input(input.fd);
	error = read_kind(&input, load, runs, report, err);
	if (!error && input.damage[0])
		log_warn("%s: %s; the report shows what could be read", input.name, input.damage);
	if (!error)
		log_info("%s: %" PRIu64 " bytes of text", input.name, input.bytes);
	stop_ends_input(-1);
	input_close(&input);
	return error;
}
