// SPDX-License-Identifier: BSD-2-Clause
/*
 * Knows magic numbers. Refuses to know how any of these files is read.
 */
#include "source/input_kind.h"

#include "source/recfile.h"

#include <string.h>

static const struct {
	const char *magic;
	size_t len;
	const char *hint;
} foreign[] = {
	{"\xfd"
	 "7zXZ",
	 5, "xz-compressed: pipe it through `xz -dc FILE | vhostprof report -`"},
	{"\x28\xb5\x2f\xfd", 4,
	 "zstd-compressed: pipe it through `zstd -dc FILE | vhostprof report -`"},
	{"BZh", 3, "bzip2-compressed: pipe it through `bzip2 -dc FILE | vhostprof report -`"},
	{"PK\x03\x04", 4, "a zip archive: unpack it first"},
	{"\x17\x08\x44tracing", 10,
	 "a trace-cmd recording: pipe it through `trace-cmd report -i FILE | vhostprof report -`"},
	{"PERFILE2", 8, "a perf recording, not function_graph text"},
	{"\x7f"
	 "ELF",
	 4, "an ELF file, not function_graph text"},
	{"\xff\xfe", 2, "UTF-16 text: convert it with `iconv -f UTF-16 -t UTF-8`"},
	{"\xfe\xff", 2, "UTF-16 text: convert it with `iconv -f UTF-16 -t UTF-8`"},
};

const char *source_hint(const char *text, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (len >= foreign[i].len && !memcmp(text, foreign[i].magic, foreign[i].len))
			return foreign[i].hint;
	return NULL;
}

enum source_kind source_kind_of(const char *text, size_t len)
{
	if (!len)
		return SOURCE_EMPTY;
	if (len >= RECFILE_MAGIC_LEN && !memcmp(text, RECFILE_MAGIC, RECFILE_MAGIC_LEN))
		return SOURCE_RECORDING;
	return source_hint(text, len) ? SOURCE_FOREIGN : SOURCE_TEXT;
}
