// SPDX-License-Identifier: BSD-2-Clause
#include "source/kbtf.h"

#include "base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/btf.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const struct btf_header *header_of(const struct kbtf *btf)
{
	return (const struct btf_header *)btf->bytes;
}

/* What follows the common part of a type; -EPROTO for a kind that is not known. */
static int extra_bytes(const struct btf_type *type, size_t *bytes)
{
	static const struct {
		uint8_t fixed, each;
	} sizes[] = {
		[BTF_KIND_INT] = {4, 0},	[BTF_KIND_PTR] = {0, 0},
		[BTF_KIND_ARRAY] = {12, 0},	[BTF_KIND_STRUCT] = {0, 12},
		[BTF_KIND_UNION] = {0, 12},	[BTF_KIND_ENUM] = {0, 8},
		[BTF_KIND_FWD] = {0, 0},	[BTF_KIND_TYPEDEF] = {0, 0},
		[BTF_KIND_VOLATILE] = {0, 0},	[BTF_KIND_CONST] = {0, 0},
		[BTF_KIND_RESTRICT] = {0, 0},	[BTF_KIND_FUNC] = {0, 0},
		[BTF_KIND_FUNC_PROTO] = {0, 8}, [BTF_KIND_VAR] = {4, 0},
		[BTF_KIND_DATASEC] = {0, 12},	[BTF_KIND_FLOAT] = {0, 0},
		[BTF_KIND_DECL_TAG] = {4, 0},	[BTF_KIND_TYPE_TAG] = {0, 0},
		[BTF_KIND_ENUM64] = {0, 12},
	};
	unsigned kind = BTF_INFO_KIND(type->info);

	if (!kind || kind >= sizeof(sizes) / sizeof(sizes[0]))
		return -EPROTO;
	*bytes = sizes[kind].fixed + (size_t)sizes[kind].each * BTF_INFO_VLEN(type->info);
	return 0;
}

/* The type behind `type`; NULL behind the last one. */
static const struct btf_type *next_type(const struct kbtf *btf, const struct btf_type *type)
{
	const struct btf_header *header = header_of(btf);
	const char *end = btf->bytes + header->hdr_len + header->type_off + header->type_len;
	const char *next;
	size_t extra = 0;

	if (type && extra_bytes(type, &extra))
		return NULL;
	next = type ? (const char *)(type + 1) + extra
		    : btf->bytes + header->hdr_len + header->type_off;
	return next + sizeof(*type) <= end ? (const struct btf_type *)next : NULL;
}

static int check(const struct kbtf *btf)
{
	const struct btf_header *header = header_of(btf);

	if (btf->len < sizeof(*header) || header->magic != BTF_MAGIC)
		return -EPROTO;
	if ((uint64_t)header->hdr_len + header->type_off + header->type_len > btf->len ||
	    (uint64_t)header->hdr_len + header->str_off + header->str_len > btf->len ||
	    !header->str_len || header->hdr_len % 4 || header->type_off % 4 ||
	    btf->bytes[header->hdr_len + header->str_off + header->str_len - 1])
		return -EPROTO;
	return 0;
}

/* Counts the types; a kind that is not known hides all that follow. */
static int count(struct kbtf *btf)
{
	const struct btf_type *type, *last = NULL;
	size_t ignored;

	btf->ids = btf->first_id;
	for (type = next_type(btf, NULL); type; type = next_type(btf, type)) {
		btf->ids++;
		last = type;
	}
	return last ? extra_bytes(last, &ignored) : 0;
}

int kbtf_parse(struct kbtf *btf, char *bytes, size_t len, const struct kbtf *base)
{
	struct kbtf made = {
		.bytes = bytes,
		.len = len,
		.base = base,
		.first_id = base ? base->ids : 1,
		.first_string = base ? base->strings : 0,
	};
	int error = check(&made);

	if (!error)
		error = count(&made);
	if (error)
		return error;
	made.strings = made.first_string + header_of(&made)->str_len;
	*btf = made;
	return 0;
}

static int read_whole(int fd, char **bytes, size_t *len)
{
	cleanup_free char *buffer = NULL;
	struct stat stat;
	size_t used = 0;
	ssize_t n;

	if (fstat(fd, &stat))
		return -errno;
	buffer = malloc((size_t)stat.st_size + 1);
	if (!buffer)
		return -ENOMEM;
	while ((n = read(fd, buffer + used, (size_t)stat.st_size - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		return -errno;
	*bytes = buffer;
	*len = used;
	buffer = NULL;
	return 0;
}

int kbtf_read(struct kbtf *btf, const char *name, const struct kbtf *base)
{
	cleanup_fd int fd = -1;
	char path[96], *bytes = NULL;
	size_t len = 0;
	int error;

	snprintf(path, sizeof(path), "/sys/kernel/btf/%s", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	error = read_whole(fd, &bytes, &len);
	if (error)
		return error;
	error = kbtf_parse(btf, bytes, len, base);
	if (error)
		free(bytes);
	return error;
}

void kbtf_free(struct kbtf *btf)
{
	free(btf->bytes);
	*btf = (struct kbtf){0};
}

/* A module's names that the kernel proper has, too, stand there only. */
static const char *name_of(const struct kbtf *btf, const struct btf_type *type)
{
	const struct kbtf *owner = type->name_off < btf->first_string ? btf->base : btf;
	const struct btf_header *header = header_of(owner);
	uint32_t offset = type->name_off - owner->first_string;

	return offset < header->str_len ? owner->bytes + header->hdr_len + header->str_off + offset
					: "";
}

/* A function's prototype stands in the same BTF, before it or behind it. */
static unsigned nargs_of(const struct kbtf *btf, uint32_t id)
{
	const struct btf_type *type = next_type(btf, NULL);

	for (uint32_t at = btf->first_id; type && at < id; at++)
		type = next_type(btf, type);
	return type && id >= btf->first_id ? BTF_INFO_VLEN(type->info) : 0;
}

int kbtf_find(const struct kbtf *btf, const char *name, struct kbtf_function *found)
{
	const struct btf_type *type;
	uint32_t id = btf->first_id;

	for (type = next_type(btf, NULL); type; type = next_type(btf, type), id++) {
		if (BTF_INFO_KIND(type->info) != BTF_KIND_FUNC || strcmp(name_of(btf, type), name))
			continue;
		*found = (struct kbtf_function){.id = id, .nargs = nargs_of(btf, type->type)};
		return 0;
	}
	return -ENOENT;
}
