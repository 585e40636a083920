/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers as people read them: at most UNITS_LEN bytes with the terminator, three significant digits. */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stdint.h>

#define UNITS_LEN 16

/* 940 ns, 12.4 us, 1.05 ms, 68.7 s; "-" for UINT64_MAX (unknown). Returns `out`. */
char *units_duration(char out[UNITS_LEN], uint64_t ns);
/* 940, 9999, 12.4k, 1.05M, 2.30G; "-" for unknown. */
char *units_count(char out[UNITS_LEN], uint64_t count);
/* A rate per second with the same digits: 0.20, 14.2, 5.41k. Negative or NaN reads "-". */
char *units_rate(char out[UNITS_LEN], double per_second);
/* 512 B, 12.4 KiB, 1.05 GiB; "-" for unknown. */
char *units_bytes(char out[UNITS_LEN], uint64_t bytes);

#endif
