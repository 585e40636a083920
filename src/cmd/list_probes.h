/* SPDX-License-Identifier: BSD-2-Clause */
/* `vhostprof list --probes`: how each row of probes.def attached on this kernel, and what is missed. */
#ifndef CMD_LIST_PROBES_H
#define CMD_LIST_PROBES_H

#include "render/render.h"
#include "source/attach.h"

/* Rows above `level` are left out. */
void list_probes_text(struct sink *sink, const struct attachment *attachment, enum vp_level level,
		      const struct render_options *options);
/* Schema vhostprof.probes/1, docs/probes.schema.json. */
void list_probes_json(struct sink *sink, const struct attachment *attachment, enum vp_level level);

#endif
