/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Text by the word: what makes reading a line cheap is that nothing in here branches on how long
 * the next column, number or name happens to be, which is what a processor cannot predict.
 *
 * Reads up to 64 bytes from where it is pointed at, whatever they hold. Little-endian only: others
 * must not come here.
 */
#ifndef SOURCE_FTRACE_WORD_H
#define SOURCE_FTRACE_WORD_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define WORD_IS_FIT	(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__)
#define WORD_OF(byte)	(0x0101010101010101ull * (unsigned char)(byte))
#define WORD_TOPS	0x8080808080808080ull
#define WORD_MASK_BYTES 64

static inline uint64_t word_load(const char *at)
{
	uint64_t word;

	memcpy(&word, at, sizeof(word));
	return word;
}

/* `bytes` low bytes set, 0 … 8 of them. */
static inline uint64_t word_low(unsigned bytes)
{
	return bytes < 8 ? (1ull << (8 * bytes)) - 1 : UINT64_MAX;
}

/* Where the first `byte` is in `word`; 8 if it is in none. */
static inline unsigned word_find(uint64_t word, char byte)
{
	uint64_t other = word ^ WORD_OF(byte);
	uint64_t found = (other - WORD_OF(1)) & ~other & WORD_TOPS;

	return found ? (unsigned)__builtin_ctzll(found) >> 3 : 8;
}

/* Digits as values, 0 … 9, in every byte? */
static inline bool word_is_digits(uint64_t values)
{
	return !(((values + WORD_OF(0x76)) | values) & WORD_TOPS);
}

/* The number whose digits, as values, are the bytes of `values`, first one first. */
static inline uint64_t word_number(uint64_t values)
{
	values = values * 10 + (values >> 8);
	return ((values & 0x000000ff000000ffull) * 0x000f424000000064ull +
		((values >> 16) & 0x000000ff000000ffull) * 0x0000271000000001ull) >>
	       32;
}

#ifdef __SSE2__

static inline __m128i word_sixteen(const char *at)
{
	return _mm_loadu_si128((const __m128i *)(const void *)at);
}

/* Bit i is set where a[i] is b[i], of sixteen. */
static inline uint64_t word_quarter(__m128i a, __m128i b)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(a, b));
}

/* Bit i is set where at[i] is `byte`. */
static inline uint64_t word_mask(const char *at, char byte)
{
	__m128i bytes = _mm_set1_epi8(byte);

	return word_quarter(word_sixteen(at), bytes) |
	       word_quarter(word_sixteen(at + 16), bytes) << 16 |
	       word_quarter(word_sixteen(at + 32), bytes) << 32 |
	       word_quarter(word_sixteen(at + 48), bytes) << 48;
}

/* Bit i is set where a[i] is b[i]. */
static inline uint64_t word_same(const char *a, const char *b)
{
	return word_quarter(word_sixteen(a), word_sixteen(b)) |
	       word_quarter(word_sixteen(a + 16), word_sixteen(b + 16)) << 16 |
	       word_quarter(word_sixteen(a + 32), word_sixteen(b + 32)) << 32 |
	       word_quarter(word_sixteen(a + 48), word_sixteen(b + 48)) << 48;
}

/* How many of the next sixteen bytes are `byte`, from the first on. */
static inline unsigned word_run(const char *at, char byte)
{
	return (unsigned)__builtin_ctzll(~word_quarter(word_sixteen(at), _mm_set1_epi8(byte)));
}

#else

/* A bit for every byte that is 0. */
static inline uint64_t word_zeros(uint64_t word)
{
	uint64_t tops = ~(((word & ~WORD_TOPS) + ~WORD_TOPS) | word) & WORD_TOPS;

	return ((tops >> 7) * 0x0102040810204080ull) >> 56;
}

static inline uint64_t word_mask(const char *at, char byte)
{
	uint64_t mask = 0;
	unsigned i;

	for (i = 0; i < 8; i++)
		mask |= word_zeros(word_load(at + 8 * i) ^ WORD_OF(byte)) << (8 * i);
	return mask;
}

static inline uint64_t word_same(const char *a, const char *b)
{
	uint64_t mask = 0;
	unsigned i;

	for (i = 0; i < 8; i++)
		mask |= word_zeros(word_load(a + 8 * i) ^ word_load(b + 8 * i)) << (8 * i);
	return mask;
}

static inline unsigned word_run(const char *at, char byte)
{
	uint64_t mask = word_zeros(word_load(at) ^ WORD_OF(byte)) |
			word_zeros(word_load(at + 8) ^ WORD_OF(byte)) << 8;

	return (unsigned)__builtin_ctzll(~mask);
}

#endif
#endif
