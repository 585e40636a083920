// SPDX-License-Identifier: BSD-2-Clause
#include "source/kcode.h"

#include "base/cleanup.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#define PART_MOST_BYTES (1u << 20)

static int read_at(int fd, void *to, size_t bytes, uint64_t at)
{
	ssize_t n = pread(fd, to, bytes, (off_t)at);

	if (n < 0)
		return -errno;
	return (size_t)n == bytes ? 0 : -EIO;
}

/* Where in the file the memory at [address, address + bytes) is. */
static int locate(int fd, uint64_t address, size_t bytes, uint64_t *offset)
{
	Elf64_Ehdr header;
	Elf64_Phdr segment;
	int error = read_at(fd, &header, sizeof(header), 0);

	if (error)
		return error;
	if (memcmp(header.e_ident, ELFMAG, SELFMAG) || header.e_ident[EI_CLASS] != ELFCLASS64)
		return -EPROTO;
	for (unsigned i = 0; i < header.e_phnum; i++) {
		error = read_at(fd, &segment, sizeof(segment),
				header.e_phoff + i * sizeof(segment));
		if (error)
			return error;
		if (segment.p_type != PT_LOAD || address < segment.p_vaddr ||
		    address - segment.p_vaddr + bytes > segment.p_memsz)
			continue;
		*offset = segment.p_offset + (address - segment.p_vaddr);
		return 0;
	}
	return -EFAULT;
}

static int read_part(int fd, const struct ktext *text, struct kcode_part *part)
{
	size_t bytes = text->end - text->start;
	uint64_t offset;
	int error;

	if (!text->start || bytes > PART_MOST_BYTES)
		return -ENOTSUP;
	error = locate(fd, text->start, bytes, &offset);
	if (error)
		return error;
	part->code = malloc(bytes);
	if (!part->code)
		return -ENOMEM;
	part->address = text->start;
	part->bytes = bytes;
	return read_at(fd, part->code, bytes, offset);
}

int kcode_read(struct kcode *kcode, const struct ksyms *ksyms)
{
	cleanup_fd int fd = -1;
	int error = 0;

	*kcode = (struct kcode){0};
#ifndef __x86_64__
	return -ENOTSUP;
#endif
	fd = open("/proc/kcore", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	for (unsigned i = 0; !error && i < KTEXT_NR; i++)
		error = read_part(fd, &ksyms->text[i], &kcode->parts[i]);
	if (error)
		kcode_free(kcode);
	return error;
}

void kcode_free(struct kcode *kcode)
{
	for (unsigned i = 0; i < KTEXT_NR; i++)
		free(kcode->parts[i].code);
	*kcode = (struct kcode){0};
}

/* The four bytes at `at` are the distance of a call or a jump, as far as what is before them says. */
static bool is_distance(const unsigned char *code, size_t at)
{
	if (code[at - 1] == 0xe8 || code[at - 1] == 0xe9) /* call, jmp */
		return true;
	return at > 1 && code[at - 2] == 0x0f && (code[at - 1] & 0xf0) == 0x80; /* jcc */
}

/*
 * The distance counts from its own end. Every byte is taken for the start of an instruction, so that none
 * has to be told from the next: that something else looks like a call of just this function is a matter
 * of one in a million, and would only leave a probe attached that never fires.
 */
static bool part_calls(const struct kcode_part *part, uint64_t address)
{
	for (size_t at = 1; at + 4 <= part->bytes; at++) {
		int32_t distance;

		if (!is_distance(part->code, at))
			continue;
		memcpy(&distance, part->code + at, sizeof(distance));
		if (part->address + at + 4 + (uint64_t)(int64_t)distance == address)
			return true;
	}
	return false;
}

bool kcode_calls(const struct kcode *kcode, uint64_t address)
{
	for (unsigned i = 0; i < KTEXT_NR; i++)
		if (part_calls(&kcode->parts[i], address))
			return true;
	return false;
}
