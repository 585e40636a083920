// SPDX-License-Identifier: BSD-2-Clause
/* Verdicts in sentences, the same for people and programs. Knows how to say it; refuses to judge. */
#include "render/verify.h"

#include "render/number.h"

#include <math.h>
#include <stdio.h>

#define say(...) snprintf(out, VERIFY_SENTENCE_LEN, __VA_ARGS__)

static void say_unknown(char *out, const struct verify_queue *row)
{
	switch (row->why) {
	case VERIFY_ONE_SIDE:
		say("Nothing to compare: the queue is only in the source %s.",
		    row->before ? "before" : "after");
		break;
	case VERIFY_NO_POLL_US:
		say("Nothing to compare: the source after does not say which poll-us it was measured "
		    "with. Say it with --poll-us-after N.");
		break;
	case VERIFY_NOT_MORE:
		if (row->poll_after == row->poll_before) {
			say("Nothing to compare: poll-us is %llu in both sources.",
			    (unsigned long long)row->poll_after);
			break;
		}
		say("Nothing to compare: the source after does not poll longer than the one before "
		    "(poll-us %llu), and gaps cannot tell what shorter polling loses. Swap the two.",
		    (unsigned long long)row->poll_after);
		break;
	case VERIFY_FEW_KICKS:
		say("Nothing to compare: fewer than %d kicks after a re-arm in the source before, or "
		    "their gaps were not measured.",
		    WHATIF_GAPS_MIN);
		break;
	default:
		say("Nothing to compare: no traffic in one of the sources, or chains were not counted.");
	}
}

static char *change(char out[NUMBER_LEN], double value)
{
	snprintf(out, NUMBER_LEN, "%+.0f %%", value * 100);
	return out;
}

static void say_why(char *out, size_t size, const struct verify_queue *row)
{
	char a[NUMBER_LEN];

	switch (row->why) {
	case VERIFY_OTHER_SIZE:
		snprintf(out, size,
			 "the guest cuts its data otherwise, so that kicks per chain are not "
			 "comparable: %s bytes in each.",
			 change(a, row->size_change));
		break;
	case VERIFY_INTERRUPTED:
		snprintf(out, size,
			 "other work of the worker cut the spin short: so ended %s of the runs.",
			 number_share(a, row->cut));
		break;
	case VERIFY_WAITS:
		snprintf(out, size,
			 "the guest waits for its packets to be done: for such a guest it was %s.",
			 number_share(a, row->point.absorbed_waiting));
		break;
	case VERIFY_OTHER_RATE:
		snprintf(out, size, "the traffic reacted, or is another: %s chains per second.",
			 change(a, row->rate_change));
		break;
	case VERIFY_OTHER_WAKE:
		snprintf(out, size,
			 "the machine is not as it was: waking the worker took %s times as long as "
			 "before.",
			 number_mean(a, row->wake_change));
		break;
	default:
		snprintf(out, size, "and nothing measured here says why. Measure twice.");
	}
}

static void say_known(char *out, const struct verify_queue *row)
{
	char predicted[NUMBER_LEN], measured[NUMBER_LEN], why[200] = "", rate[NUMBER_LEN];
	bool reacted = fabs(row->rate_change) > VERIFY_REACTED;

	say_why(why, sizeof(why), row);
	number_share(predicted, row->predicted.value);
	number_share(measured, fmax(0, row->measured.value));
	switch (row->verdict) {
	case VERIFY_AGREES:
		say("Agrees: of the kicks %s were to be absorbed, and %s were%s%s%s.", predicted,
		    measured, reacted ? "; the traffic is another, though: " : "",
		    reacted ? change(rate, row->rate_change) : "",
		    reacted ? " chains per second" : "");
		break;
	case VERIFY_UNSURE:
		say("Too unsteady, or too little, to tell: of the kicks %s were to be absorbed, and %s "
		    "were, but the intervals allow that both are the same.%s%s",
		    predicted, measured, row->why ? " If not, then because " : "",
		    row->why ? why : "");
		break;
	default:
		say("Differs: of the kicks %s were to be absorbed, and %s were%s %s", predicted,
		    measured, row->why ? ", because" : ",", why);
	}
}

char *verify_sentence(char out[VERIFY_SENTENCE_LEN], const struct verify_queue *row)
{
	if (row->verdict == VERIFY_UNKNOWN)
		say_unknown(out, row);
	else
		say_known(out, row);
	return out;
}
