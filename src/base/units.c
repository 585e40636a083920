// SPDX-License-Identifier: BSD-2-Clause
#include "base/units.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

struct step {
	double factor; /* of the unit, in base units */
	const char *unit;
};

static char *unknown(char out[UNITS_LEN])
{
	memcpy(out, "-", 2);
	return out;
}

/* Three significant digits in the largest unit that keeps the number at 1 or above. */
static char *scaled(char out[UNITS_LEN], double value, const struct step *steps, size_t n)
{
	size_t i = 0;
	double shown;

	while (i + 1 < n && value >= steps[i + 1].factor * 0.9995)
		i++;
	shown = value / steps[i].factor;
	snprintf(out, UNITS_LEN, "%.*f%s",
		 shown < 9.995	 ? 2
		 : shown < 99.95 ? 1
				 : 0,
		 shown, steps[i].unit);
	return out;
}

/* Whole numbers below the first step lose their decimals: 940 ns, not 940.00 ns. */
static char *scaled_whole(char out[UNITS_LEN], uint64_t value, const struct step *steps, size_t n)
{
	if (value == UINT64_MAX)
		return unknown(out);
	if ((double)value < steps[1].factor) {
		snprintf(out, UNITS_LEN, "%u%s", (unsigned)value, steps[0].unit);
		return out;
	}
	return scaled(out, (double)value, steps, n);
}

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

char *units_duration(char out[UNITS_LEN], uint64_t ns)
{
	static const struct step steps[] = {{1, " ns"}, {1e3, " us"}, {1e6, " ms"}, {1e9, " s"}};

	return scaled_whole(out, ns, steps, COUNT_OF(steps));
}

char *units_count(char out[UNITS_LEN], uint64_t count)
{
	static const struct step steps[] = {{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}};

	if (count >= 10000)
		return scaled_whole(out, count, steps, COUNT_OF(steps));
	snprintf(out, UNITS_LEN, "%u", (unsigned)count);
	return out;
}

char *units_rate(char out[UNITS_LEN], double per_second)
{
	static const struct step steps[] = {{1, ""}, {1e3, "k"}, {1e6, "M"}, {1e9, "G"}};

	if (!(per_second >= 0))
		return unknown(out);
	return scaled(out, per_second, steps, COUNT_OF(steps));
}

char *units_bytes(char out[UNITS_LEN], uint64_t bytes)
{
	static const struct step steps[] = {
		{1, " B"}, {0x1p10, " KiB"}, {0x1p20, " MiB"}, {0x1p30, " GiB"}, {0x1p40, " TiB"}};

	return scaled_whole(out, bytes, steps, COUNT_OF(steps));
}
