// SPDX-License-Identifier: BSD-2-Clause
/* `vhostprof diff BEFORE AFTER`: what moved, and what only seems to have. */
#include "cmd/cmd.h"
#include "cmd/load.h"
#include "cmd/output.h"
#include "cmd/usage.h"

#include "base/log.h"
#include "render/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_FAIL_OVER = 0x500, KEY_ALL };

struct settings {
	struct load_options load;
	struct output output;
	struct diff_options diff;
	double fail_over; /* share; NaN: never */
	char *paths[2];
	int n;
};

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "Verdict:", 2},
	{"fail-over", KEY_FAIL_OVER, "PCT", 0,
	 "exit with 1 if a time or the churn ratio rose by more than PCT percent and that is no noise, or "
	 "if there is too little to judge",
	 2},
	{"all", KEY_ALL, NULL, 0, "also show the functions in which nothing changed", 2},
	{0},
};

static double percent(const char *arg, struct argp_state *state)
{
	char *end;
	double value = strtod(arg, &end);

	if (end == arg || *end || !(value >= 0) || value > 1e6)
		usage_error(state, "--fail-over takes a percentage from 0, not '%s'", arg);
	return value / 100;
}

static void add_path(struct settings *settings, char *path, struct argp_state *state)
{
	if (settings->n == 2)
		usage_error(state, "two files are compared, '%s' is one too many", path);
	settings->paths[settings->n++] = path;
}

static const char *const formats[] = {"text", "json", "folded", "flamegraph", NULL};

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct settings *settings = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &settings->load;
		state->child_inputs[1] = &settings->output;
		return 0;
	case KEY_FAIL_OVER:
		settings->fail_over = percent(arg, state);
		return 0;
	case KEY_ALL:
		settings->diff.all = true;
		return 0;
	case ARGP_KEY_ARG:
		add_path(settings, arg, state);
		return 0;
	case ARGP_KEY_END:
		output_only(&settings->output, formats, state);
		if (settings->n != 2)
			usage_error(state, "name two files, before and after");
		if (!strcmp(settings->paths[0], "-") && !strcmp(settings->paths[1], "-"))
			usage_error(state, "standard input can be one of the two, not both");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp_child children[] = {
	{&load_argp, 0, NULL, 0}, {&output_argp, 0, NULL, 0}, {0}};

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.children = children,
	.args_doc = "BEFORE AFTER",
	.doc = "Compares two recordings or function_graph texts, queue by queue and function by function, "
	       "and says which differences are noise.",
};

/* A gate that could not look does not let pass. */
static int gate(const struct settings *settings, const struct diff *diff)
{
	double worst = diff_worst(diff);

	if (isnan(settings->fail_over))
		return EXIT_OK;
	if (!diff_could_judge(diff)) {
		log_error("--fail-over: too short to judge");
		return EXIT_FAILED;
	}
	if (worst <= settings->fail_over)
		return EXIT_OK;
	if (isinf(worst))
		log_error("--fail-over: a cost appeared that was not there before");
	else
		log_error("--fail-over: the worst cost rose by %.1f %%, more than %g %%",
			  worst * 100, settings->fail_over * 100);
	return EXIT_FAILED;
}

static int print(const struct settings *settings, const struct diff *diff)
{
	struct sink sink;

	sink_open_fd(&sink, STDOUT_FILENO);
	if (!strcmp(settings->output.renderer->name, "json"))
		diff_json(&sink, diff);
	else
		diff_text(&sink, diff, &settings->output.options, &settings->diff);
	return output_end(&sink);
}

/* Sources of different length can only be compared per something: per run unless asked otherwise. */
static int draw(const struct settings *settings, const struct report *before,
		const struct report *after)
{
	struct render_options drawn = settings->output.options;
	struct sink sink;
	struct err err;
	int error;

	if (!drawn.normalize)
		drawn.normalize = NORMALIZE_RUN;
	sink_open_fd(&sink, STDOUT_FILENO);
	error = strcmp(settings->output.renderer->name, "folded")
			? diff_flamegraph(&sink, before, after, &drawn, &err)
			: diff_folded(&sink, before, after, &drawn, &err);
	if (error) {
		sink_close(&sink);
		return cmd_fail(&err);
	}
	output_loss(&settings->output, before);
	output_loss(&settings->output, after);
	return output_end(&sink);
}

static int compare(const struct settings *settings, struct report *before, struct report *after)
{
	struct diff *diff;
	int code;

	if (diff_make(before, after, &diff)) {
		log_error("out of memory");
		return EXIT_FAILED;
	}
	if (settings->output.renderer->check)
		code = draw(settings, before, after);
	else
		code = print(settings, diff);
	if (!code)
		code = gate(settings, diff);
	diff_free(diff);
	return code;
}

int cmd_diff(int argc, char **argv)
{
	struct settings settings = {.fail_over = NAN};
	struct report *reports[2] = {NULL, NULL};
	struct err err;
	int i, code = EXIT_OK;

	if (argp_parse(&argp, argc, argv, 0, NULL, &settings))
		return EXIT_USAGE;
	settings.load.blocks = true;
	for (i = 0; !code && i < 2; i++)
		if (load_report(settings.paths[i], &settings.load, NULL, &reports[i], &err))
			code = cmd_fail(&err);
	if (!code)
		code = compare(&settings, reports[0], reports[1]);
	report_free(reports[0]);
	report_free(reports[1]);
	return code;
}
