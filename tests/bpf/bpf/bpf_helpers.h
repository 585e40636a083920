/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for libbpf's header: the helpers are those of tests/bpf/sim.h. */
#ifndef STAND_IN_BPF_HELPERS_H
#define STAND_IN_BPF_HELPERS_H

#include "../sim.h"

#define SEC(name)
#define __uint(name, val)  int(*name)[val]
#define __type(name, val)  __typeof__(val) *name
#define __array(name, val) __typeof__(val) *name[]

#undef __always_inline
#define __always_inline	 inline __attribute__((always_inline))
#define __noinline	 __attribute__((noinline))
#define barrier()	 __asm__ volatile("" ::: "memory")
#define barrier_var(var) __asm__ volatile("" : "+r"(var))

#define bpf_ktime_get_ns()		       sim_clock()
#define bpf_get_current_pid_tgid()	       ((__u64)sim.tid | (__u64)sim.tid << 32)
#define bpf_get_smp_processor_id()	       (sim.cpu)
#define bpf_get_func_arg(ctx, n, value)	       ((void)(ctx), (void)(n), (void)(value))
#define bpf_get_func_ret(ctx, value)	       ((void)(ctx), (void)(value))
#define bpf_probe_read_user(into, size, src)   sim_read((into), (size), (src))
#define bpf_probe_read_kernel(into, size, src) sim_read((into), (size), (src))

#define bpf_map_lookup_elem(map, key)		    sim_lookup((map), (key))
#define bpf_map_update_elem(map, key, value, flags) sim_update((map), (key), (value), (flags))
#define bpf_map_delete_elem(map, key)		    sim_delete((map), (key))
#define bpf_map_push_elem(map, value, flags)	    sim_push((map), (value))
#define bpf_map_pop_elem(map, value)		    sim_pop((map), (value))
#define bpf_ringbuf_reserve(map, size, flags)	    sim_reserve((map), (size))
#define bpf_ringbuf_discard(record, flags)	    sim_discard((record))
#define bpf_get_stack(ctx, into, size, flags)	    ((void)(ctx), sim_stack((into), (size)))
#define bpf_ringbuf_submit(record, flags)	    sim_submit((record), (flags))
#define bpf_ringbuf_output(map, data, size, flags)  sim_output((map), (data), (size))
#define bpf_ringbuf_query(map, what)		    sim_waiting((map), (what))

#endif
