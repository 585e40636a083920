/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every oracle needs: numbers that look random and are the same for the same seed, and a
 * failure that says the seed.
 */
#ifndef ORACLE_H
#define ORACLE_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static uint64_t oracle_state;
static unsigned long long oracle_seed;

static inline void oracle_begin(int argc, char **argv)
{
	oracle_seed = argc > 1 ? strtoull(argv[1], NULL, 0) : 20190816;
	oracle_state = oracle_seed;
}

/* splitmix64 */
static inline uint64_t oracle_random(void)
{
	uint64_t z = oracle_state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static inline uint64_t oracle_below(uint64_t n)
{
	return oracle_random() % n;
}

/* Values of every magnitude up to 2^bits, and now and then the edges of buckets. */
static inline uint64_t oracle_magnitude(unsigned bits)
{
	uint64_t edge = 1ull << oracle_below(bits);

	switch (oracle_below(8)) {
	case 0:
		return edge;
	case 1:
		return edge - 1;
	default:
		return oracle_random() >> (64 - bits + oracle_below(bits));
	}
}

#define oracle_check(condition, ...)                                                 \
	do {                                                                         \
		if (!(condition)) {                                                  \
			printf("not ok - seed %llu: %s: ", oracle_seed, #condition); \
			printf(__VA_ARGS__);                                         \
			printf("\n");                                                \
			exit(1);                                                     \
		}                                                                    \
	} while (0)

static inline int oracle_end(const char *what, unsigned long rounds)
{
	printf("ok - %s: %lu rounds, seed %llu\n", what, rounds, oracle_seed);
	return 0;
}

#endif
