// SPDX-License-Identifier: BSD-2-Clause
#include "source/ksyms.h"

#include "base/cleanup.h"
#include "model/probe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MOST_BYTES 65536 /* behind the last function, if nothing else follows it */

static const char *const ours[] = {"vhost", "vhost_net", "tun", "tap", ""};
static const char *const text_of[KTEXT_NR] = {"vhost", "vhost_net"};

typedef VEC(uint64_t) address_vec;

/* What is remembered while reading: symbols of modules come in no order of address. */
struct reading {
	struct ksyms *ksyms;
	bool begins[256][256]; /* the first two characters of names in the table */
	address_vec others;    /* symbols of modules that are not code of vhost or vhost_net */
	VEC(struct ksym) exports;
};

struct line {
	uint64_t address;
	char type;
	const char *name;
	const char *module;
};

static void note_beginnings(struct reading *reading)
{
	char symbol[KSYM_LEN];

	for (enum probe_id id = 0; id < PROBE_NR; id++)
		for (unsigned i = 0; probe_symbol(&probes[id], i, symbol, sizeof(symbol)); i++)
			reading->begins[(unsigned char)symbol[0]][(unsigned char)symbol[1]] = true;
}

/* "ffffffffc0332cc0 t handle_rx_kick\t[vhost_net]\n", cut up in place. */
static bool parse_line(char *text, struct line *line)
{
	char *end, *name, *module;

	line->address = strtoull(text, &end, 16);
	if (end == text || end[0] != ' ' || !end[1] || end[2] != ' ')
		return false;
	line->type = end[1];
	name = end + 3;
	module = strchr(name, '\t');
	name[strcspn(name, "\t\n")] = '\0';
	line->name = name;
	line->module = "";
	if (module && module[1] == '[') {
		line->module = module + 2;
		module[2 + strcspn(line->module, "]")] = '\0';
	}
	return *name;
}

static int ours_rank(const char *module)
{
	for (unsigned i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (!strcmp(module, ours[i]))
			return (int)i;
	return -1;
}

static bool is_code(char type)
{
	return strchr("tTwW", type);
}

/* Widens the module's text, or remembers what may be the first thing behind it. */
static void note_module(struct reading *reading, const struct line *line)
{
	uint64_t *other;

	for (unsigned i = 0; i < KTEXT_NR; i++) {
		struct ktext *text = &reading->ksyms->text[i];

		if (!is_code(line->type) || strcmp(line->module, text_of[i]))
			continue;
		if (!text->start || line->address < text->start)
			text->start = line->address;
		if (line->address > text->end)
			text->end = line->address;
		return;
	}
	other = vec_add(&reading->others);
	if (other)
		*other = line->address;
}

static int add(struct reading *reading, const struct line *line)
{
	struct ksym *ksym = vec_add(&reading->ksyms->functions);

	if (!ksym)
		return -ENOMEM;
	ksym->address = line->address;
	ksym->exported = line->type == 'T';
	snprintf(ksym->name, sizeof(ksym->name), "%s", line->name);
	snprintf(ksym->module, sizeof(ksym->module), "%s", line->module);
	return 0;
}

static bool is_wanted(const struct reading *reading, const struct line *line)
{
	const unsigned char *name = (const unsigned char *)line->name;

	return reading->begins[name[0]][name[1]] && is_code(line->type) &&
	       strlen(line->name) < KSYM_LEN && strlen(line->module) < KMODULE_LEN &&
	       !strstr(line->name, ".cold") && ours_rank(line->module) >= 0 &&
	       probe_of_symbol(line->name) != PROBE_NONE;
}

/* Kernels before 6.2 say of no function in a module that it is exported, but show the table of exports. */
static int note_export(struct reading *reading, const struct line *line)
{
	static const char prefix[] = "__ksymtab_";
	struct ksym *ksym;

	if (strncmp(line->name, prefix, sizeof(prefix) - 1) || ours_rank(line->module) < 0)
		return 0;
	ksym = vec_add(&reading->exports);
	if (!ksym)
		return -ENOMEM;
	snprintf(ksym->name, sizeof(ksym->name), "%s", line->name + sizeof(prefix) - 1);
	return 0;
}

static int read_line(struct reading *reading, char *text)
{
	struct line line;
	int error = 0;

	if (!parse_line(text, &line))
		return -EPROTO;
	if (*line.module) {
		note_module(reading, &line);
		error = note_export(reading, &line);
	}
	if (!error && is_wanted(reading, &line))
		error = add(reading, &line);
	return error;
}

/* The end of a module's code is where something else begins. */
static void end_text(struct reading *reading, struct ktext *text)
{
	uint64_t last = text->end;

	if (!text->start)
		return;
	text->end = last + TEXT_MOST_BYTES;
	vec_foreach (other, &reading->others)
		if (*other > last && *other < text->end)
			text->end = *other;
}

static void finish(struct reading *reading)
{
	for (unsigned i = 0; i < KTEXT_NR; i++)
		end_text(reading, &reading->ksyms->text[i]);
	vec_foreach (export, &reading->exports)
		vec_foreach (function, &reading->ksyms->functions)
			if (!strcmp(export->name, function->name))
				function->exported = true;
	vec_free(&reading->others);
	vec_free(&reading->exports);
}

int ksyms_parse(struct ksyms *ksyms, FILE *file)
{
	struct reading reading = {.ksyms = ksyms};
	cleanup_free char *text = NULL;
	size_t cap = 0;
	int error = 0;

	*ksyms = (struct ksyms){0};
	note_beginnings(&reading);
	while (!error && getline(&text, &cap, file) > 0)
		error = read_line(&reading, text);
	if (!error && ferror(file))
		error = -EIO;
	finish(&reading);
	if (!error && !ksyms->functions.len)
		error = -ENODATA;
	if (error)
		ksyms_free(ksyms);
	return error;
}

int ksyms_read(struct ksyms *ksyms)
{
	cleanup_file FILE *file = fopen("/proc/kallsyms", "re");

	*ksyms = (struct ksyms){0};
	return file ? ksyms_parse(ksyms, file) : -errno;
}

void ksyms_free(struct ksyms *ksyms)
{
	vec_free(&ksyms->functions);
}

/* A name like that of the table, or of something the compiler made of it. */
static bool is_made_of(const struct ksym *ksym, const char *symbol)
{
	size_t len = strlen(symbol);

	return !strncmp(ksym->name, symbol, len) && (!ksym->name[len] || ksym->name[len] == '.');
}

static bool is_part(const struct ksym *ksym)
{
	return strstr(ksym->name, ".part.");
}

static unsigned collect(const struct ksyms *ksyms, const char *symbol, bool parts, char *out,
			size_t size)
{
	unsigned count = 0;
	size_t used = 0;

	vec_foreach (ksym, &ksyms->functions) {
		size_t len = strlen(ksym->name);

		if (!is_made_of(ksym, symbol) || is_part(ksym) != parts || used + len + 2 > size)
			continue;
		used += (size_t)snprintf(out + used, size - used, "%s%s", used ? " " : "",
					 ksym->name);
		count++;
	}
	return count;
}

unsigned ksyms_clones(const struct ksyms *ksyms, const char *symbol, char *out, size_t size)
{
	unsigned count = collect(ksyms, symbol, false, out, size);

	return count ? count : collect(ksyms, symbol, true, out, size);
}

const struct ksym *ksyms_find(const struct ksyms *ksyms, const char *name)
{
	vec_foreach (ksym, &ksyms->functions)
		if (!strcmp(ksym->name, name))
			return ksym;
	return NULL;
}
