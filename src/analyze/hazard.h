/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is known of a kernel release that somebody about to turn on busy polling must know. Knows release
 * numbers and commits. A release that is in no list is not called safe. Pure.
 */
#ifndef ANALYZE_HAZARD_H
#define ANALYZE_HAZARD_H

enum hazard {
	HAZARD_NONE = 0, /* known to carry the fix */
	HAZARD_UNKNOWN,	 /* no release, or not one that is known to carry it */
	HAZARD_KNOWN,	 /* known to be broken */
	HAZARD_ABSENT,	 /* before busy polling (4.6) */
};

/*
 * The loop sleeps with preemption disabled when the device has an IOTLB; e08a9fac5cf8 spins with
 * migration disabled instead. `release` as uname prints it; NULL: unknown.
 */
enum hazard hazard_of_busy_poll(const char *release);

/* Whether handle_rx may loop without receiving (d3bb267bbdcb of 5.18, fixed by 09861858a683). */
enum hazard hazard_of_rx_livelock(const char *release);

#endif
