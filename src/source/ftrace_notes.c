// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows the wording of everything function_graph text leaves open or loses. Refuses to know how it
 * was found.
 */
#include "source/ftrace_notes.h"

#include <inttypes.h>

/* "1 call has", "3 calls have": `count` things, and the verb that goes with them. */
static const char *plural(uint64_t count, const char *one, const char *many)
{
	return count == 1 ? one : many;
}

/* What the numbers mean. */
static int note_meaning(struct report *report, const struct ftrace_tally *tally)
{
	int error = 0;

	if (!tally->runs)
		return report_note(report,
				   "no whole run of handle_tx or handle_rx: functions only");
	if (tally->first_ns == VP_UNKNOWN)
		error = report_note(report,
				    "no absolute time (funcgraph-abstime): gaps, churn and the "
				    "window are unknown");
	if (error)
		return error;
	return report_note(report, "text ties no wakeup to a queue: a gap is leave to the next "
				   "enter of the same worker's same direction; doorbells and "
				   "wake latency are unknown");
}

static int note_loss(struct report *report, const struct ftrace_tally *tally,
		     const struct reconstruct_loss *loss)
{
	int error = 0;

	if (loss->pieces)
		error = report_note(report,
				    "%" PRIu64 " %s only one end in the trace (at its edges, next "
				    "to lost events) and %s not counted",
				    loss->pieces, plural(loss->pieces, "call has", "calls have"),
				    plural(loss->pieces, "is", "are"));
	if (!error && tally->lost_unknown)
		error = report_note(report,
				    "%" PRIu64 " %s of lost events without their number: more "
				    "records are lost than the count says",
				    tally->lost_unknown,
				    plural(tally->lost_unknown, "line tells", "lines tell"));
	if (!error && loss->overruns)
		error = report_note(report,
				    "%" PRIu64 " %s not traced because the kernel's own stack was "
				    "full: self times around them are too large",
				    loss->overruns,
				    plural(loss->overruns, "call was", "calls were"));
	return error;
}

static int note_limits(struct report *report, const struct reconstruct_loss *loss,
		       uint64_t functions_overflowed)
{
	int error = 0;

	if (loss->too_deep)
		error = report_note(report, "%" PRIu64 " %s deeper than %d and not counted",
				    loss->too_deep, plural(loss->too_deep, "call is", "calls are"),
				    TASK_DEPTH_MAX);
	if (!error && loss->no_room)
		error = report_note(
			report, "%" PRIu64 " %s of more than %d tasks at once and not counted",
			loss->no_room, plural(loss->no_room, "line is", "lines are"), TASKS_MAX);
	if (!error && functions_overflowed)
		error = report_note(report,
				    "more than %d functions: all further ones share the row "
				    "(other)",
				    FUNCTIONS_MAX);
	return error;
}

static int note_text(struct report *report, const struct ftrace_tally *tally,
		     const struct input *input)
{
	int error = 0;

	if (input->damage[0])
		error = report_note(report, "%s: this is what could be read", input->damage);
	if (!error && input->lines_cut)
		error = report_note(report,
				    "%" PRIu64 " %s longer than %u bytes, their rest was "
				    "skipped",
				    input->lines_cut,
				    plural(input->lines_cut, "line is", "lines are"),
				    INPUT_BUFFER_BYTES);
	if (!error && tally->backwards)
		error = report_note(
			report, "time runs backwards at %" PRIu64 " %s: no gap is measured across",
			tally->backwards, plural(tally->backwards, "line", "lines"));
	if (!error && tally->without_cpu)
		error = report_note(report,
				    "%" PRIu64 " %s neither CPU nor task and %s taken to be of one "
				    "CPU",
				    tally->without_cpu,
				    plural(tally->without_cpu, "call names", "calls name"),
				    plural(tally->without_cpu, "is", "are"));
	return error;
}

int ftrace_notes(struct report *report, const struct ftrace_tally *tally,
		 const struct reconstruct_loss *loss, uint64_t functions_overflowed,
		 const struct input *input)
{
	int error = note_meaning(report, tally);

	error = error ? error : note_loss(report, tally, loss);
	error = error ? error : note_limits(report, loss, functions_overflowed);
	return error ? error : note_text(report, tally, input);
}
