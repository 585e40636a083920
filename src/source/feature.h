/* SPDX-License-Identifier: BSD-2-Clause */
/* What this host must have before anything is loaded, each lack explained in one line. */
#ifndef SOURCE_FEATURE_H
#define SOURCE_FEATURE_H

#include "base/err.h"

/* Rights, vhost_net, BTF, in this order; 0 or -errno with `err` set. */
int feature_check(struct err *err);

#endif
