// SPDX-License-Identifier: BSD-2-Clause
#include "source/sample_stack.h"

#include "model/role.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define NAME_LEN	  512 /* KSYM_NAME_LEN */
#define BPF_TAG_LEN	  16  /* hexadecimal digits in front of a program's name */
#define PREFIX_PROGRAM	  "bpf_prog_"
#define PREFIX_TRAMPOLINE "bpf_trampoline_"

enum kind { KIND_FUNCTION, KIND_HANDLER, KIND_TRAMPOLINE, KIND_BPF };

void sample_names_free(struct sample_names *names)
{
	kaddrs_free(&names->kaddrs);
	symbols_free(&names->symbols);
	vec_free(&names->kinds);
}

static bool begins(const char *name, const char *prefix)
{
	return !strncmp(name, prefix, strlen(prefix));
}

static enum kind kind_of(const char *name)
{
	enum vp_dir ignored;
	enum role role = role_of(name, strlen(name), &ignored);

	if (role == ROLE_KICK_HANDLER || role == ROLE_NET_HANDLER || role == ROLE_HANDLER)
		return KIND_HANDLER;
	if (!strcmp(name, "bpf_trampoline"))
		return KIND_TRAMPOLINE;
	return begins(name, PREFIX_PROGRAM) || begins(name, "__bpf_") ? KIND_BPF : KIND_FUNCTION;
}

/* "bpf_prog_6deef7357e7b4530_f_enter_call": the tag changes with the program and says nothing. */
static const char *without_tag(const char *name)
{
	size_t digits = strspn(name, "0123456789abcdef");

	return digits == BPF_TAG_LEN && name[digits] == '_' ? name + digits + 1 : name;
}

static void shorten(char out[NAME_LEN], const char *name)
{
	if (begins(name, PREFIX_TRAMPOLINE))
		snprintf(out, NAME_LEN, "bpf_trampoline");
	else if (begins(name, PREFIX_PROGRAM))
		snprintf(out, NAME_LEN, PREFIX_PROGRAM "%s",
			 without_tag(name + strlen(PREFIX_PROGRAM)));
	else
		snprintf(out, NAME_LEN, "%.*s", (int)strcspn(name + 1, ".") + 1, name);
}

static uint32_t intern(struct sample_names *names, const char *name, const char *module)
{
	uint32_t symbol = symbols_intern(&names->symbols, name, module);
	uint8_t *kind;

	if (symbol == SYMBOL_NONE || symbol < names->kinds.len)
		return symbol;
	kind = vec_add(&names->kinds);
	if (!kind)
		return SYMBOL_NONE;
	*kind = (uint8_t)kind_of(name);
	return symbol;
}

/* The function's symbol is looked for once: then its table entry has it, plus one. */
static uint32_t symbol_of(struct sample_names *names, uint64_t address)
{
	struct kaddr *kaddr = kaddrs_find(&names->kaddrs, address);
	char name[NAME_LEN];
	uint32_t symbol;

	if (!kaddr) {
		snprintf(name, sizeof(name), "0x%" PRIx64, address);
		return intern(names, name, NULL);
	}
	if (kaddr->tag)
		return kaddr->tag - 1;
	shorten(name, kaddr->name);
	symbol = intern(names, name, kaddr->module);
	kaddr->tag = symbol + 1; /* of SYMBOL_NONE: 0 */
	return symbol;
}

/* The outermost first. What a function returns to may lie behind the end of its caller, not before. */
static bool name_frames(struct sample_names *names, const struct vp_sample *sample, uint32_t *stack)
{
	for (uint32_t i = 0; i < sample->len; i++) {
		uint32_t frame = sample->len - 1 - i;

		stack[i] = symbol_of(names, sample->frames[frame] - (frame ? 1 : 0));
		if (stack[i] == SYMBOL_NONE)
			return false;
	}
	return true;
}

/* Whether the trampoline in frame `i` was left for the function it was put in front of. */
static bool is_passed(const struct sample_names *names, const uint32_t *stack, uint32_t len,
		      uint32_t i)
{
	return names->kinds.items[stack[i]] == KIND_TRAMPOLINE && i + 1 < len &&
	       names->kinds.items[stack[i + 1]] != KIND_BPF;
}

/* How many frames are left of them. */
static uint32_t tidy(const struct sample_names *names, uint32_t *stack, uint32_t len)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < len; i++) {
		if (is_passed(names, stack, len, i)) {
			/* The trampoline is called by the function, and calls the rest of it. */
			if (kept && stack[i + 1] == stack[kept - 1])
				i++;
			continue;
		}
		stack[kept++] = stack[i];
	}
	return kept;
}

/* The frames above the first handler's; all of them if there is none. */
static uint32_t above_handler(const struct sample_names *names, const uint32_t *stack, uint32_t len)
{
	uint32_t i = 0;

	while (i < len && names->kinds.items[stack[i]] != KIND_HANDLER)
		i++;
	return i;
}

static int place(struct calltree *tree, const uint32_t *stack, uint32_t len, uint64_t period_ns)
{
	uint32_t node = CALLTREE_ROOT;

	for (uint32_t i = 0; i < len; i++) {
		node = calltree_child(tree, node, stack[i]);
		if (node == CALLTREE_NONE)
			return -ENOMEM;
		calltree_add(tree, node, 0, period_ns, 0);
	}
	calltree_add(tree, node, 1, 0, period_ns);
	return 0;
}

int sample_add(struct sample_names *names, struct calltree *tree, const struct vp_sample *sample,
	       uint64_t period_ns)
{
	uint32_t stack[VP_SAMPLE_FRAMES], len, above;
	int error;

	if (!sample->len || sample->len > VP_SAMPLE_FRAMES || !name_frames(names, sample, stack))
		return -ENOMEM;
	len = tidy(names, stack, sample->len);
	above = above_handler(names, stack, len);
	if (above == len)
		return place(tree, stack, len, period_ns) ? -ENOMEM : 1;
	error = place(tree, stack + above, len - above, period_ns);
	return error;
}
