// SPDX-License-Identifier: BSD-2-Clause
/*
 * Keeps what measuring takes under what the user allows: when a look finds more, the level goes down by
 * one, inner probes first. Never silently: a line on stderr when it happens, a note in every report.
 */
#include "source/live_state.h"

#include "base/log.h"
#include "source/cost.h"

#include <errno.h>

static bool is_too_much(const struct live *live)
{
	return live->options.max_overhead_percent &&
	       cost_percent(&live->cost.last) > live->options.max_overhead_percent;
}

/* A step down takes effect with the next run of each worker; probes go when those have begun. */
static void step_down(struct live *live, uint64_t now_ns)
{
	volatile struct vp_control *control = live_control(live);
	enum vp_level from = (enum vp_level)control->level;
	struct shed *shed = vec_add(&live->shed);

	if (from == VP_LEVEL_RUNS || !shed)
		return;
	control->level = from - 1;
	*shed = (struct shed){.after_ns = now_ns - live->total.start_ns,
			      .percent = cost_percent(&live->cost.last),
			      .from = from};
	live->shed_pending = from == VP_LEVEL_STAGES;
	log_warn(
		"the probes take %.1f %% of the workers' time, more than --max-overhead %.3g: going on at "
		"level %s",
		shed->percent, live->options.max_overhead_percent, probe_level_name(from - 1));
}

static void nothing_left(struct live *live)
{
	if (live->over_budget)
		return;
	live->over_budget = true;
	log_warn("the probes take %.1f %% of the workers' time, more than --max-overhead %.3g, and "
		 "nothing is left to give up",
		 cost_percent(&live->cost.last), live->options.max_overhead_percent);
}

void live_cost_tick(struct live *live, uint64_t now_ns)
{
	if (live->shed_pending) {
		live->shed_pending = false;
		attach_shed(&live->attachment, (enum vp_level)live_control(live)->level);
	}
	if (!cost_tick(&live->cost, &live->attachment, &live->queues, now_ns) || !is_too_much(live))
		return;
	if (live_control(live)->level == VP_LEVEL_RUNS)
		nothing_left(live);
	else
		step_down(live, now_ns);
}

static int note_shed(const struct live *live, struct report *report, const struct shed *shed)
{
	return report_note(report,
			   "after %.1f s the probes took %.1f %% of the workers' time, more than "
			   "--max-overhead %.3g: level %s was given up, and what only it measures "
			   "covers the time before that",
			   (double)shed->after_ns / 1e9, shed->percent,
			   live->options.max_overhead_percent, probe_level_name(shed->from));
}

int live_cost_report(const struct live *live, struct report *report)
{
	int error = 0;

	report->cost = live->cost.total;
	vec_foreach (shed, &live->shed)
		if (!error)
			error = note_shed(live, report, shed);
	if (!error && live->over_budget)
		error = report_note(report,
				    "the probes took more of the workers' time than --max-overhead "
				    "%.3g allows, at level runs, too",
				    live->options.max_overhead_percent);
	return error;
}
