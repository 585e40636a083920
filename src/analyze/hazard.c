// SPDX-License-Identifier: BSD-2-Clause
#include "analyze/hazard.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

struct release {
	unsigned major, minor, patch;
};

static unsigned series_of(const struct release *release)
{
	return release->major * 1000 + release->minor;
}

/* "6.12.117+deb13-amd64" is 6.12.117; "7.2-rc3" is 7.2.0. */
static bool parse(const char *text, struct release *out)
{
	*out = (struct release){0};
	return text && sscanf(text, "%3u.%3u.%5u", &out->major, &out->minor, &out->patch) >= 2;
}

/* Stable releases that were looked at and carry the fix; later ones of the series do, too. */
struct fixed {
	unsigned major, minor, patch;
};

static bool is_fixed(const struct release *release, const struct fixed *fixed, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (fixed[i].major == release->major && fixed[i].minor == release->minor)
			return release->patch >= fixed[i].patch;
	return false;
}

/* Both fixes are in these; what came between them and the broken ones below was not looked at. */
static const struct fixed both[] = {{6, 1, 192}, {6, 12, 111}};
#define FIXED_MAINLINE_SERIES 7002

enum hazard hazard_of_busy_poll(const char *text)
{
	struct release release;

	if (!parse(text, &release))
		return HAZARD_UNKNOWN;
	if (series_of(&release) < 4006)
		return HAZARD_ABSENT;
	if (series_of(&release) >= FIXED_MAINLINE_SERIES ||
	    is_fixed(&release, both, sizeof(both) / sizeof(both[0])))
		return HAZARD_NONE;
	/* Looked at and broken: 5.10.223 and 6.18.15; older than the fix was made: up to 5.10. */
	if (series_of(&release) < 5010 || (series_of(&release) == 5010 && release.patch <= 223) ||
	    (series_of(&release) == 6018 && release.patch <= 15))
		return HAZARD_KNOWN;
	return HAZARD_UNKNOWN;
}

enum hazard hazard_of_rx_livelock(const char *text)
{
	struct release release;

	if (!parse(text, &release))
		return HAZARD_UNKNOWN;
	if (series_of(&release) < 5018 || series_of(&release) >= FIXED_MAINLINE_SERIES ||
	    is_fixed(&release, both, sizeof(both) / sizeof(both[0])))
		return HAZARD_NONE;
	if (series_of(&release) == 6018 && release.patch <= 15)
		return HAZARD_KNOWN;
	return HAZARD_UNKNOWN;
}
