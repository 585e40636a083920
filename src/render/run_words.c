// SPDX-License-Identifier: BSD-2-Clause
#include "render/run_words.h"

#include <assert.h>

static const char *const causes[] = {
	[VP_CAUSE_KICK] = "kick",
	[VP_CAUSE_NET] = "net",
	[VP_CAUSE_REQUEUE] = "requeue",
	[VP_CAUSE_UNKNOWN] = "unknown",
};
static_assert(sizeof(causes) / sizeof(causes[0]) == VP_CAUSE_NR, "one word per cause");

static const char *const ends[] = {
	[VP_END_REARMED] = "rearmed",	    [VP_END_WEIGHT] = "weight",	  [VP_END_BUSY] = "busy",
	[VP_END_COMPLETION] = "completion", [VP_END_SOCKET] = "socket",	  [VP_END_WAIT] = "wait",
	[VP_END_NO_BACKEND] = "no_backend", [VP_END_UNKNOWN] = "unknown",
};
static_assert(sizeof(ends) / sizeof(ends[0]) == VP_END_NR, "one word per end");

const char *run_word_cause(const struct vp_run *run)
{
	return causes[run->cause < VP_CAUSE_NR ? run->cause : VP_CAUSE_UNKNOWN];
}

const char *run_word_end(const struct vp_run *run)
{
	return ends[run->end < VP_END_NR ? run->end : VP_END_UNKNOWN];
}
