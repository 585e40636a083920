// SPDX-License-Identifier: BSD-2-Clause
/* Knows which function a row of the recording is. Refuses to know how events become calls. */
#include "source/recfile_trace.h"

#include "model/role.h"
#include "source/recfile_events.h"
#include "source/recfile_runs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct recfile_trace *trace_new(void)
{
	struct recfile_trace *trace = calloc(1, sizeof(*trace));

	if (!trace)
		return NULL;
	trace->calls = run_calls_new();
	if (trace->calls)
		return trace;
	free(trace);
	return NULL;
}

void trace_free(struct recfile_trace *trace)
{
	if (trace)
		run_calls_free(trace->calls);
	free(trace);
}

static bool is_run(const char *symbol)
{
	enum vp_dir dir;
	enum role role = role_of(symbol, strlen(symbol), &dir);

	return role == ROLE_KICK_HANDLER || role == ROLE_NET_HANDLER;
}

/* Of several clones the first, without what the compiler appended to its name: as trees are told. */
static uint32_t intern(struct symbols *symbols, const struct recfile_probe *probe)
{
	char *name = strndup(probe->symbol, strcspn(probe->symbol, ". "));
	uint32_t symbol = name ? symbols_intern(symbols, name, probe->module) : SYMBOL_NONE;

	free(name);
	return symbol;
}

int trace_rows(struct recfile_trace *trace, const struct recfile_meta *meta,
	       struct symbols *symbols)
{
	uint32_t row = 0;

	if (trace->has_rows) /* they do not change, whatever a further block says */
		return 0;
	trace->has_rows = true;
	vec_foreach (probe, &meta->probes) {
		if (probe->symbol && *probe->symbol) {
			uint32_t symbol = intern(symbols, probe);

			if (symbol == SYMBOL_NONE)
				return -ENOMEM;
			run_calls_row(trace->calls, row, symbol, is_run(probe->symbol));
		}
		row++;
	}
	return 0;
}

int trace_events(struct recfile_trace *trace, struct bytes in)
{
	struct vp_events head;
	int more, error = 0;

	trace->has_calls = true;
	while (!error && (more = events_unpack(&in, &head, trace->items)) != 0)
		error = more < 0 ? more : run_calls_events(trace->calls, &head, trace->items);
	if (error)
		run_calls_hole(trace->calls);
	return error;
}

int trace_stages(struct recfile_trace *trace, struct bytes in, uint32_t runs)
{
	int got = stages_unpack(&in, trace->stages, runs);

	trace->has_stages = got > 0;
	return got < 0 ? got : 0;
}
