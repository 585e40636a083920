/* SPDX-License-Identifier: GPL-2.0 OR BSD-2-Clause */
/*
 * Value to log-linear bucket and back: the only arithmetic both sides share.
 *
 *   index   0 … 31    one bucket per value, exact
 *   index  32 … 1023  every power of two from 2^5 to 2^36 cut into 32 equal buckets
 *
 * A bucket is never wider than 1/32 of the smallest value in it, so a percentile read from the
 * histogram is off by at most VP_HIST_RELATIVE_ERROR. Values of 2^36 (68.7 s in ns) and more all
 * land in the last bucket; count, sum, min and max stay exact.
 */
#ifndef VHOSTPROF_BUCKET_H
#define VHOSTPROF_BUCKET_H

#include <vhostprof/types.h>

#define VP_HIST_SUB_BITS       5
#define VP_HIST_SUB	       (1u << VP_HIST_SUB_BITS)
#define VP_HIST_BUCKETS	       1024u
#define VP_HIST_RELATIVE_ERROR (1.0 / VP_HIST_SUB)

/*
 * Floor of log2; of 0 it is 0. BPF has no count-leading-zeros instruction, and branches would each double
 * what the verifier has to follow: all bits below the highest are set, which makes one of 64 numbers, and
 * a de Bruijn sequence times that has another six bits on top for each.
 */
static inline __u32 vp_log2(__u64 value)
{
	static const __u8 position[64] = {
		0,  47, 1,  56, 48, 27, 2,  60, 57, 49, 41, 37, 28, 16, 3,  61,
		54, 58, 35, 52, 50, 42, 21, 44, 38, 32, 29, 23, 17, 11, 4,  62,
		46, 55, 26, 59, 40, 36, 15, 53, 34, 51, 20, 43, 31, 22, 10, 45,
		25, 39, 14, 33, 19, 30, 9,  24, 13, 18, 8,  12, 7,  6,	5,  63,
	};

	value |= value >> 1;
	value |= value >> 2;
	value |= value >> 4;
	value |= value >> 8;
	value |= value >> 16;
	value |= value >> 32;
	return position[(value * 0x03f79d71b4cb0a89ull) >> 58];
}

/* The bucket that counts `value`: always below VP_HIST_BUCKETS. */
static inline __u32 vp_bucket_of(__u64 value)
{
	__u32 shift, index;

	if (value < VP_HIST_SUB)
		return (__u32)value;
	shift = vp_log2(value) - VP_HIST_SUB_BITS;
	index = ((shift + 1) << VP_HIST_SUB_BITS) + ((__u32)(value >> shift) & (VP_HIST_SUB - 1));
	return index < VP_HIST_BUCKETS ? index : VP_HIST_BUCKETS - 1;
}

/* The smallest value the bucket counts. */
static inline __u64 vp_bucket_low(__u32 index)
{
	__u32 shift;

	if (index < VP_HIST_SUB)
		return index;
	shift = (index >> VP_HIST_SUB_BITS) - 1;
	return ((__u64)(VP_HIST_SUB + (index & (VP_HIST_SUB - 1)))) << shift;
}

/* The number of integer values the bucket counts (the last bucket is open: its nominal width). */
static inline __u64 vp_bucket_width(__u32 index)
{
	return index < VP_HIST_SUB ? 1 : 1ull << ((index >> VP_HIST_SUB_BITS) - 1);
}

#endif
