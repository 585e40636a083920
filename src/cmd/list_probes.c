// SPDX-License-Identifier: BSD-2-Clause
#include "cmd/list_probes.h"

#include "render/json_writer.h"
#include "render/pen.h"

#include <stdio.h>
#include <sys/utsname.h>

enum { AT_LEVEL = 22, AT_HOW = 29, AT_FUNCTION = 46, AT_NOTE = 76, NOTE_FROM_WIDTH = 120 };

static bool is_attached(const struct probe_state *state)
{
	return state->rung != RUNG_NONE;
}

/* What the report loses; "" where it loses nothing. A row's time is not lost while another holds it. */
static void cost_of(const struct attachment *attachment, enum probe_id id, char *out, size_t size)
{
	const struct probe *probe = &probes[id];
	enum probe_id carrier = attach_carrier(attachment, id);

	out[0] = '\0';
	if (is_attached(&attachment->probes[id]))
		return;
	if (probe->hooks != HOOKS_SPAN)
		snprintf(out, size, "the report has no %s", probe->meaning);
	else if (carrier == PROBE_NONE)
		snprintf(out, size, "the report has no %s", probe->meaning);
	else
		snprintf(out, size, "its time is in %s (%s)", probes[carrier].name,
			 attachment->probes[carrier].symbol);
}

static void note_of(const struct attachment *attachment, enum probe_id id, char *out, size_t size)
{
	const struct probe_state *state = &attachment->probes[id];
	char cost[256];

	cost_of(attachment, id, cost, sizeof(cost));
	if (is_attached(state))
		snprintf(out, size, "%s%s", state->why[0] ? "no fentry: " : "", state->why);
	else
		snprintf(out, size, "%s: %s", state->why, cost);
}

static enum style style_of(const struct probe_state *state, enum probe_id id)
{
	if (is_attached(state))
		return state->why[0] ? STYLE_WARN : STYLE_PLAIN;
	return probes[id].required ? STYLE_BAD : STYLE_WARN;
}

static void print_note(struct pen *pen, const struct attachment *attachment, enum probe_id id)
{
	bool beside = pen->width >= NOTE_FROM_WIDTH;
	char note[512];

	note_of(attachment, id, note, sizeof(note));
	if (!note[0] || !beside)
		pen_newline(pen);
	if (note[0])
		pen_paragraph(pen, STYLE_LABEL, beside ? AT_NOTE : 4, note);
}

static void print_row(struct pen *pen, const struct attachment *attachment, enum probe_id id)
{
	const struct probe_state *state = &attachment->probes[id];
	const char *symbol = state->symbol[0] ? state->symbol : "-";

	pen_text(pen, probes[id].required ? STYLE_TITLE : STYLE_PLAIN, probes[id].name);
	pen_to(pen, AT_LEVEL);
	pen_text(pen, STYLE_PLAIN, probe_level_name(probes[id].level));
	pen_to(pen, AT_HOW);
	pen_text(pen, style_of(state, id), attach_how(attachment, id));
	pen_to(pen, AT_FUNCTION);
	pen_text(pen, STYLE_PLAIN, symbol);
	print_note(pen, attachment, id);
}

static void print_titles(struct pen *pen)
{
	pen_text(pen, STYLE_LABEL, "PROBE");
	pen_to(pen, AT_LEVEL);
	pen_text(pen, STYLE_LABEL, "LEVEL");
	pen_to(pen, AT_HOW);
	pen_text(pen, STYLE_LABEL, "ATTACHED");
	pen_to(pen, AT_FUNCTION);
	pen_text(pen, STYLE_LABEL, "FUNCTION");
	if (pen->width >= NOTE_FROM_WIDTH) {
		pen_to(pen, AT_NOTE);
		pen_text(pen, STYLE_LABEL, "WHY NOT, AND WHAT THAT COSTS THE REPORT");
	}
	pen_newline(pen);
}

void list_probes_text(struct sink *sink, const struct attachment *attachment, enum vp_level level,
		      const struct render_options *options)
{
	struct pen pen;

	pen_open(&pen, sink, options, 200);
	print_titles(&pen);
	for (enum probe_id id = 0; id < PROBE_NR; id++)
		if (probes[id].level <= level)
			print_row(&pen, attachment, id);
}

static void write_functions(struct json_writer *json, const struct probe_state *state)
{
	const char *list = state->symbol;
	char name[64];

	json_open_array(json, "functions");
	while (attach_next_function(&list, name, sizeof(name)))
		json_string(json, NULL, name);
	json_close_array(json);
}

static void write_row(struct json_writer *json, const struct attachment *attachment,
		      enum probe_id id)
{
	const struct probe_state *state = &attachment->probes[id];
	enum probe_id carrier = is_attached(state) ? PROBE_NONE : attach_carrier(attachment, id);
	char cost[256];

	cost_of(attachment, id, cost, sizeof(cost));
	json_open_object(json, NULL);
	json_string(json, "probe", probes[id].name);
	json_string(json, "level", probe_level_name(probes[id].level));
	json_string(json, "need", probes[id].required ? "required" : "optional");
	json_string(json, "attached", is_attached(state) ? attach_how(attachment, id) : NULL);
	write_functions(json, state);
	json_string(json, "why_not", state->why[0] ? state->why : NULL);
	json_string(json, "carrier", carrier == PROBE_NONE ? NULL : probes[carrier].name);
	json_string(json, "cost", cost[0] ? cost : NULL);
	json_string(json, "meaning", probes[id].meaning);
	json_close_object(json);
}

void list_probes_json(struct sink *sink, const struct attachment *attachment, enum vp_level level)
{
	struct json_writer json;
	struct utsname name;

	uname(&name);
	json_begin(&json, sink);
	json_open_object(&json, NULL);
	json_string(&json, "schema", "vhostprof.probes/1");
	json_string(&json, "kernel", name.release);
	json_string(&json, "machine", name.machine);
	json_open_array(&json, "probes");
	for (enum probe_id id = 0; id < PROBE_NR; id++)
		if (probes[id].level <= level)
			write_row(&json, attachment, id);
	json_close_array(&json);
	json_close_object(&json);
	json_end(&json);
}
