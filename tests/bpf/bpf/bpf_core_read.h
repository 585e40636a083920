/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for libbpf's header: a kernel without BTF, where no structure is known by name. */
#ifndef STAND_IN_BPF_CORE_READ_H
#define STAND_IN_BPF_CORE_READ_H

#include <bpf/bpf_helpers.h>

#define bpf_core_type_exists(type)		0
#define bpf_core_field_exists(field)		0
#define bpf_core_field_offset(type, field)	0
#define bpf_core_enum_value_exists(type, value) 0

/* The pointer may be NULL, as in the kernel: the read fails and leaves zeroes. */
#define sim_member(src, field)                                                                   \
	({                                                                                       \
		__typeof__((src)->field) member_;                                                \
		bpf_probe_read_kernel(                                                           \
			&member_, sizeof(member_),                                               \
			(void *)((__u64)(src) + __builtin_offsetof(__typeof__(*(src)), field))); \
		member_;                                                                         \
	})
#define sim_member_of_member(src, first, second)                            \
	({                                                                  \
		__typeof__((src)->first) between_ = sim_member(src, first); \
		sim_member(between_, second);                               \
	})
#define sim_read_pick(a, b, c, macro, ...) macro
#define BPF_CORE_READ(...) \
	sim_read_pick(__VA_ARGS__, sim_member_of_member, sim_member, )(__VA_ARGS__)
#define BPF_CORE_READ_INTO(into, src, field) \
	bpf_probe_read_kernel(               \
		(into), sizeof(*(into)),     \
		(void *)((__u64)(src) + __builtin_offsetof(__typeof__(*(src)), field)))

#endif
