/* SPDX-License-Identifier: BSD-2-Clause */
/* The small messages of a recording (struct recfile_meta, _queue, _mark) as bytes and back. Pure. */
#ifndef SOURCE_RECFILE_MESSAGE_H
#define SOURCE_RECFILE_MESSAGE_H

#include "base/sink.h"
#include "source/recfile.h"
#include "source/recfile_field.h"

/* Tags of the lists inside messages. */
enum { TAG_PROBE = 16, TAG_QUEUE = 1 };

void meta_write(struct sink *out, const struct recfile_meta *meta);
void queue_write(struct sink *out, const struct recfile_queue *queue); /* with TAG_QUEUE */
void mark_write(struct sink *out, const struct recfile_mark *mark);

/*
 * 0, -ENOMEM or -EBADMSG. What was read before a failure is filled in; the caller frees it either
 * way. The thing to fill in must be initialised.
 */
int meta_read(struct bytes in, struct recfile_meta *meta);
int queue_read(struct bytes in, struct recfile_queue *queue); /* the value of a TAG_QUEUE field */
int mark_read(struct bytes in, struct recfile_mark *mark);

#endif
