/* SPDX-License-Identifier: BSD-2-Clause */
/* What this host must have before anything is loaded, each lack explained in one line. */
#ifndef SOURCE_FEATURE_H
#define SOURCE_FEATURE_H

#include "base/err.h"

/* Rights, vhost_net, BTF, in this order; 0 or -errno with `err` set. */
int feature_check(struct err *err);

/* Each alone. */
int feature_rights(struct err *err);
int feature_vhost_net(struct err *err);
int feature_btf(struct err *err);

/* "CAP_SYS_ADMIN, CAP_BPF, …": those this process has of the ones that matter here. */
void feature_capabilities(char *out, size_t size);

#endif
