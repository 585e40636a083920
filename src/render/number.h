/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The numbers of a report as text cells. Knows that unknown reads "-". Refuses to know where on the
 * line a number goes.
 */
#ifndef RENDER_NUMBER_H
#define RENDER_NUMBER_H

#include <stdint.h>

#define NUMBER_LEN 32

/* All digits: 1234567. */
char *number_exact(char out[NUMBER_LEN], uint64_t value);
/* The same with commas: 1,234,567. */
char *number_grouped(char out[NUMBER_LEN], uint64_t value);
/* 97 %, 2.2 %, <0.1 %; 0 % and 100 % only when it is exactly that. Negative reads "-". */
char *number_share(char out[NUMBER_LEN], double ratio);
/* An average: 1.02, 14.2, 256. Negative reads "-". */
char *number_mean(char out[NUMBER_LEN], double mean);
/* Events per second with "/s". */
char *number_rate(char out[NUMBER_LEN], uint64_t count, uint64_t duration_ns);
/* Bytes per second: 4.21 KiB/s. */
char *number_byte_rate(char out[NUMBER_LEN], uint64_t bytes, uint64_t duration_ns);
/* part ÷ whole; negative when either is unknown or the whole is 0. */
double number_ratio(uint64_t part, uint64_t whole);

/* Rounded; what only a damaged file can hold is cut to 2^63, so that the conversion is defined. */
uint64_t number_whole(double value);

#endif
