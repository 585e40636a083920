// SPDX-License-Identifier: BSD-2-Clause
/* Histograms against the sorted array of everything they counted. */
#include "oracle.h"

#include "model/hist.h"

#include <string.h>

#define ROUNDS	   3000
#define VALUES_MAX 300
#define BITS	   36 /* beyond, the last bucket gives up on the error by design */

static struct vp_hist hist, left, right;
static uint64_t values[VALUES_MAX];
static size_t len;

static int ascending(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Some rounds crowd around one value, as latencies do, others spread over everything. */
static void record(void)
{
	uint64_t center = oracle_magnitude(BITS - 1), spread = center / (1 + oracle_below(20)) + 1;
	int crowded = oracle_below(2) == 0;
	size_t i;

	memset(&hist, 0, sizeof(hist));
	memset(&left, 0, sizeof(left));
	memset(&right, 0, sizeof(right));
	len = 1 + oracle_below(VALUES_MAX);
	for (i = 0; i < len; i++) {
		values[i] = crowded ? center + oracle_below(spread) : oracle_magnitude(BITS);
		hist_add(&hist, values[i]);
		hist_add(oracle_below(2) ? &left : &right, values[i]);
	}
	qsort(values, len, sizeof(values[0]), ascending);
}

static void check_exact_numbers(void)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < len; i++)
		sum += values[i];
	oracle_check(hist.count == len, "%llu of %zu", (unsigned long long)hist.count, len);
	oracle_check(hist.sum == sum, "%llu", (unsigned long long)hist.sum);
	oracle_check(hist.min == values[0], "%llu", (unsigned long long)hist.min);
	oracle_check(hist.max == values[len - 1], "%llu", (unsigned long long)hist.max);
	oracle_check(hist_mean(&hist) == sum / len, "%llu", (unsigned long long)hist_mean(&hist));
}

/* permille / 1000 in integers: the rank is beyond doubt. */
static uint64_t nearest_rank(unsigned permille)
{
	size_t rank = (permille * len + 999) / 1000;

	return values[rank ? rank - 1 : 0];
}

static void check_percentile(unsigned permille)
{
	uint64_t answer = hist_percentile(&hist, permille / 1000.0);
	uint64_t truth = nearest_rank(permille);
	uint64_t apart = answer > truth ? answer - truth : truth - answer;

	oracle_check((double)apart <= (double)truth * VP_HIST_RELATIVE_ERROR,
		     "p%u of %zu values is %llu, not %llu", permille, len,
		     (unsigned long long)truth, (unsigned long long)answer);
	oracle_check(answer >= values[0] && answer <= values[len - 1], "p%u is %llu", permille,
		     (unsigned long long)answer);
}

static uint64_t count_upto(uint64_t value)
{
	uint64_t n = 0;

	while (n < len && values[n] <= value)
		n++;
	return n;
}

static void check_count_upto(uint64_t value)
{
	uint32_t bucket = vp_bucket_of(value);
	uint64_t edge = vp_bucket_low(bucket) + vp_bucket_width(bucket) - 1;
	uint64_t answer = hist_count_upto(&hist, value);

	oracle_check(hist_count_upto(&hist, edge) == count_upto(edge), "up to edge %llu",
		     (unsigned long long)edge);
	oracle_check(answer >= count_upto(value) && answer <= count_upto(edge), "up to %llu: %llu",
		     (unsigned long long)value, (unsigned long long)answer);
}

static void check_merge(void)
{
	struct vp_hist *into = oracle_below(2) ? &left : &right;

	hist_merge(into, into == &left ? &right : &left);
	oracle_check(!memcmp(into, &hist, sizeof(hist)), "the halves make another histogram");
}

int main(int argc, char **argv)
{
	unsigned long round;
	int i;

	oracle_begin(argc, argv);
	for (round = 0; round < ROUNDS; round++) {
		record();
		check_exact_numbers();
		for (i = 0; i < 20; i++)
			check_percentile((unsigned)oracle_below(1001));
		for (i = 0; i < 20; i++)
			check_count_upto(i % 2 ? values[oracle_below(len)]
					       : oracle_magnitude(BITS));
		check_merge();
	}
	return oracle_end("hist", ROUNDS);
}
