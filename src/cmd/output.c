// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/output.h"
#include "cmd/usage.h"

#include "base/err.h"
#include "base/log.h"
#include "render/loss_text.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { KEY_FORMAT = 0x100, KEY_COLOR, KEY_WIDTH, KEY_NORMALIZE, KEY_METRIC };

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "Output:", 8},
	{"format", KEY_FORMAT, "FORMAT", 0,
	 "text (default) or json; a row per queue: csv; of what was measured at level stages: "
	 "flamegraph (SVG), folded, perf-script; run by run: trace-event (Perfetto), heatmap, "
	 "heatmap-data, csv-runs. A command refuses those it has no use for",
	 8},
	{"metric", KEY_METRIC, "WHICH", 0, "time of heat maps: service (default), wake or gap", 8},
	{"color", KEY_COLOR, "WHEN", 0, "auto (default), always or never; NO_COLOR is respected",
	 8},
	{"width", KEY_WIDTH, "COLUMNS", 0, "columns to use, 80 to 500; default: the terminal's", 8},
	{"normalize", KEY_NORMALIZE, "PER", 0,
	 "times of flamegraph, folded and perf-script per run, per chain or per second (time); default: "
	 "as measured",
	 8},
	{"verbose", 'v', NULL, 0, "say more on stderr; twice: libbpf's messages, too", 8},
	{0},
};

static unsigned terminal_width(void)
{
	struct winsize size;

	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_col)
		return size.ws_col < 80 ? 80 : size.ws_col;
	return 80;
}

static bool wants_color(const char *when)
{
	const char *no_color = getenv("NO_COLOR");

	if (!strcmp(when, "always"))
		return true;
	if (!strcmp(when, "never") || (no_color && *no_color))
		return false;
	return isatty(STDOUT_FILENO);
}

static void settle(struct output *output)
{
	output->options = (struct render_options){
		.width = output->width ? output->width : terminal_width(),
		.color = wants_color(output->color),
		.unicode = !strcmp(nl_langinfo(CODESET), "UTF-8"),
		.normalize = output->normalize,
	};
}

static void set_width(struct output *output, const char *arg, struct argp_state *state)
{
	char *end;
	unsigned long width = strtoul(arg, &end, 10);

	if (*end || width < 80 || width > 500)
		usage_error(state, "--width takes 80 to 500 columns, not '%s'", arg);
	output->width = (unsigned)width;
}

static void set_format(struct output *output, const char *arg, struct argp_state *state)
{
	const struct renderer *renderer = renderer_find(arg);

	output->formatted = true;
	output->stream = renderer ? NULL : run_stream_find(stream_formats, arg);
	if (!renderer && !output->stream)
		usage_error(state, "unknown --format '%s'", arg);
	output->renderer = renderer ? renderer : renderer_find("text");
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct output *output = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*output = (struct output){.renderer = renderer_find("text"), .color = "auto"};
		return 0;
	case KEY_FORMAT:
		set_format(output, arg, state);
		return 0;
	case KEY_METRIC:
		if (!run_metric_find(arg, &output->metric))
			usage_error(state, "--metric takes service, wake or gap, not '%s'", arg);
		return 0;
	case KEY_COLOR:
		if (strcmp(arg, "auto") && strcmp(arg, "always") && strcmp(arg, "never"))
			usage_error(state, "--color takes auto, always or never, not '%s'", arg);
		output->color = arg;
		return 0;
	case KEY_NORMALIZE:
		if (!normalize_find(arg, &output->normalize))
			usage_error(state, "--normalize takes run, chain or time, not '%s'", arg);
		return 0;
	case KEY_WIDTH:
		set_width(output, arg, state);
		return 0;
	case 'v':
		log_set_verbose(log_verbose() + 1);
		return 0;
	case ARGP_KEY_END:
		if (output->normalize && !output->renderer->check)
			usage_error(state, "--format %s has nothing to --normalize",
				    output->stream ? output->stream->name : output->renderer->name);
		settle(output);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp output_argp = {.options = options, .parser = parse};

void output_only(const struct output *output, const char *const *formats,
		 const struct argp_state *state)
{
	for (; !output->stream && *formats; formats++)
		if (!strcmp(output->renderer->name, *formats))
			return;
	usage_error(state, "this command has no --format %s",
		    output->stream ? output->stream->name : output->renderer->name);
}

void output_warn_loss(const char *source, const struct report_loss *loss)
{
	struct sink text;

	if (!loss_any(loss))
		return;
	sink_open_memory(&text);
	loss_text(&text, loss);
	if (source)
		log_warn("%s: %s", source, sink_text(&text));
	else
		log_warn("%s", sink_text(&text));
	sink_close(&text);
}

void output_loss(const struct output *output, const struct report *report)
{
	if (output->renderer->loss_outside)
		output_warn_loss(report->source.path, &report->loss);
}

int output_end(struct sink *sink)
{
	int error = sink_close(sink);

	if (!error)
		return EXIT_OK;
	if (error != -EPIPE)
		log_error("cannot write the report: %s", strerror(-error));
	return EXIT_FAILED;
}

int output_report(const struct output *output, const struct report *report)
{
	const struct renderer *renderer = output->renderer;
	struct sink sink;
	struct err err;

	if (renderer->check && renderer->check(report, &output->options, &err)) {
		log_error("%s", err.text);
		return (int)err.exit_code;
	}
	output_loss(output, report);
	sink_open_fd(&sink, STDOUT_FILENO);
	renderer->report(&sink, report, &output->options);
	return output_end(&sink);
}
