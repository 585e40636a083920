// SPDX-License-Identifier: BSD-2-Clause
/*
 * Draws a fixed report with trees of calls: stacks_case CASE FORMAT [run|chain|time]. The case "diff"
 * compares two; the case of a number has names of random bytes.
 */
#include "../unit/stacks_report.h"

#include "render/diff.h"
#include "render/render.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t state;

static uint64_t random_below(uint64_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (state >> 33) % n;
}

/* Half of it what formats are made of, half of it anything. */
static char *random_name(char out[24])
{
	static const char special[] = "<>&;:\"' ()[]#->\n\t\x1b\\\xef\xbf\xbe\xc2\x85!/0";
	size_t len = random_below(20), i;

	for (i = 0; i < len; i++)
		out[i] = random_below(2) ? special[random_below(sizeof(special) - 1)]
					 : (char)(1 + random_below(255));
	out[len] = '\0';
	return out;
}

static struct calltree *random_tree(struct report *report)
{
	struct calltree *tree = calltree_new();
	char name[24], module[24];
	int i;

	for (i = 0; i < 12; i++) {
		uint32_t symbol =
			symbols_intern(&report->symbols, random_name(name), random_name(module));
		uint32_t parent = (uint32_t)random_below(tree->nodes.len);

		calltree_add(tree, calltree_child(tree, parent, symbol), random_below(3), 0,
			     random_below(5000));
	}
	return tree;
}

static struct report *random_report(const char *seed)
{
	struct report *report = make_report();
	char name[24], device[24];
	int i;

	state = strtoull(seed, NULL, 10);
	for (i = 0; i < 3; i++) {
		struct report_queue *queue =
			make_queue(report, random_name(name), random_name(device),
				   (uint32_t)random_below(3), VP_TX);

		report_string(&queue->worker_comm, random_name(name));
		queue->trees[random_below(VP_CAUSE_NR)] = random_tree(report);
	}
	report_string(&report->source.path, random_name(name));
	report_probe_missing(report, random_name(name));
	return report;
}

static struct report *build(const char *name)
{
	if (!strcmp(name, "plain"))
		return plain_report(1);
	if (!strcmp(name, "sampled"))
		return sampled_report();
	if (!strcmp(name, "nasty"))
		return nasty_report();
	return random_report(name);
}

static int compare(struct sink *sink, const char *format, const struct render_options *options,
		   struct err *err)
{
	struct report *before = plain_report(2), *after = plain_report(1);
	struct calltree *tree = after->queues.items[1].trees[VP_CAUSE_KICK];
	int error;

	/* Half of the runs, and one function slower. */
	before->queues.items[1].runs *= 2;
	calltree_add(tree, (uint32_t)tree->nodes.len - 8, 0, 700000, 700000);
	error = strcmp(format, "folded") ? diff_flamegraph(sink, before, after, options, err)
					 : diff_folded(sink, before, after, options, err);
	report_free(before);
	report_free(after);
	return error;
}

static int draw(struct sink *sink, const char *name, const char *format,
		const struct render_options *options, struct err *err)
{
	const struct renderer *renderer = renderer_find(format);
	struct report *report;
	int error;

	if (!renderer || !renderer->check)
		return err_set(err, 22, EXIT_USAGE, "usage: stacks_case CASE FORMAT [DIVISOR]");
	report = build(name);
	error = renderer->check(report, options, err);
	if (!error)
		renderer->report(sink, report, options);
	report_free(report);
	return error;
}

int main(int argc, char **argv)
{
	struct render_options options = {.width = 80};
	struct sink sink;
	struct err err;
	int error;

	if (argc < 3 || (argc > 3 && !normalize_find(argv[3], &options.normalize)))
		return 2;
	sink_open_fd(&sink, 1);
	if (!strcmp(argv[1], "diff"))
		error = compare(&sink, argv[2], &options, &err);
	else
		error = draw(&sink, argv[1], argv[2], &options, &err);
	if (error)
		fprintf(stderr, "%s\n", err.text);
	return sink_close(&sink) || error;
}
