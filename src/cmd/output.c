// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/output.h"
#include "cmd/usage.h"

#include "base/err.h"
#include "base/log.h"

#include <errno.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { KEY_FORMAT = 0x100, KEY_COLOR, KEY_WIDTH };

static const struct argp_option options[] = {
	{NULL, 0, NULL, 0, "Output:", 8},
	{"format", KEY_FORMAT, "FORMAT", 0, "text (default) or json", 8},
	{"color", KEY_COLOR, "WHEN", 0, "auto (default), always or never; NO_COLOR is respected",
	 8},
	{"width", KEY_WIDTH, "COLUMNS", 0, "columns to use, 80 to 500; default: the terminal's", 8},
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

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct output *output = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		*output = (struct output){.renderer = renderer_find("text"), .color = "auto"};
		return 0;
	case KEY_FORMAT:
		output->renderer = renderer_find(arg);
		if (!output->renderer)
			usage_error(state, "unknown --format '%s'", arg);
		return 0;
	case KEY_COLOR:
		if (strcmp(arg, "auto") && strcmp(arg, "always") && strcmp(arg, "never"))
			usage_error(state, "--color takes auto, always or never, not '%s'", arg);
		output->color = arg;
		return 0;
	case KEY_WIDTH:
		set_width(output, arg, state);
		return 0;
	case 'v':
		log_set_verbose(log_verbose() + 1);
		return 0;
	case ARGP_KEY_END:
		settle(output);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

const struct argp output_argp = {.options = options, .parser = parse};

int output_report(const struct output *output, const struct report *report)
{
	struct sink sink;
	int error;

	sink_open_fd(&sink, STDOUT_FILENO);
	output->renderer->report(&sink, report, &output->options);
	error = sink_close(&sink);
	if (!error)
		return EXIT_OK;
	if (error != -EPIPE)
		log_error("cannot write the report: %s", strerror(-error));
	return EXIT_FAILED;
}
