/* SPDX-License-Identifier: BSD-2-Clause */
/* Text in XML 1.0. Knows which characters must not stand there; refuses to know what a document is. */
#ifndef RENDER_XML_H
#define RENDER_XML_H

#include "base/sink.h"

/*
 * Markup escaped; control characters, line ends included, and bytes that are not UTF-8 as \xNN, so that
 * they are seen. For character data and for attributes in either kind of quotes.
 */
void xml_text(struct sink *sink, const char *text);

#endif
