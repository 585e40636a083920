// SPDX-License-Identifier: BSD-2-Clause
#include "render/number.h"

#include "base/units.h"

#include <stdio.h>
#include <string.h>
#include <vhostprof/wire.h>

static char *unknown(char out[NUMBER_LEN])
{
	snprintf(out, NUMBER_LEN, "-");
	return out;
}

double number_ratio(uint64_t part, uint64_t whole)
{
	if (part == VP_UNKNOWN || whole == VP_UNKNOWN || !whole)
		return -1;
	return (double)part / (double)whole;
}

char *number_exact(char out[NUMBER_LEN], uint64_t value)
{
	if (value == VP_UNKNOWN)
		return unknown(out);
	snprintf(out, NUMBER_LEN, "%llu", (unsigned long long)value);
	return out;
}

char *number_grouped(char out[NUMBER_LEN], uint64_t value)
{
	char digits[NUMBER_LEN];
	size_t len = strlen(number_exact(digits, value)), i, used = 0;

	for (i = 0; i < len; i++) {
		if (i && (len - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
	return out;
}

/* Rounding must not turn "nearly none" into none nor "nearly all" into all. */
char *number_share(char out[NUMBER_LEN], double ratio)
{
	double percent = ratio * 100;

	if (!(ratio >= 0))
		return unknown(out);
	if (ratio == 0 || ratio == 1)
		snprintf(out, NUMBER_LEN, "%.0f %%", percent);
	else if (percent < 0.05)
		snprintf(out, NUMBER_LEN, "<0.1 %%");
	else if (ratio < 1 && percent >= 99.95)
		snprintf(out, NUMBER_LEN, ">99.9 %%");
	else
		snprintf(out, NUMBER_LEN, "%.*f %%",
			 percent < 9.95 || (percent >= 99 && ratio < 1) ? 1 : 0, percent);
	return out;
}

char *number_mean(char out[NUMBER_LEN], double mean)
{
	int decimals = mean == 0 ? 0 : mean < 9.995 ? 2 : mean < 99.95 ? 1 : 0;

	if (!(mean >= 0))
		return unknown(out);
	snprintf(out, NUMBER_LEN, "%.*f", decimals, mean);
	return out;
}

char *number_rate(char out[NUMBER_LEN], uint64_t count, uint64_t duration_ns)
{
	double per_second = number_ratio(count, duration_ns) * 1e9;
	char rate[UNITS_LEN];

	if (per_second < 0)
		return unknown(out);
	snprintf(out, NUMBER_LEN, "%s/s", per_second > 0 ? units_rate(rate, per_second) : "0");
	return out;
}

char *number_byte_rate(char out[NUMBER_LEN], uint64_t bytes, uint64_t duration_ns)
{
	double per_second = number_ratio(bytes, duration_ns) * 1e9;
	char rate[UNITS_LEN];

	if (per_second < 0)
		return unknown(out);
	snprintf(out, NUMBER_LEN, "%s/s", units_bytes(rate, number_whole(per_second)));
	return out;
}

uint64_t number_whole(double value)
{
	if (!(value > 0))
		return 0;
	return value < 0x1p63 ? (uint64_t)(value + 0.5) : 1ull << 63;
}
