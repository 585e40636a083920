// SPDX-License-Identifier: BSD-2-Clause
/* What /proc says, on texts as kernels print them. Not part of the library: compiled in from its source. */
#include "unit.h"

#include "source/procfs.c"
#include "source/sched.c"

#define FIELDS_4_TO_38 \
	"S 2 0 0 0 -1 2129984 0 0 0 0 0 5 0 0 20 0 1 0 1234 0 0 18446744073709551615 0 0 0 0 0 0 0 2147483647 0 1 0 0 17"

static void the_cpu(void **unused)
{
	(void)unused;
	assert_int_equal(sched_parse_cpu("4711 (vhost-4700) " FIELDS_4_TO_38 " 3 0 0 0 0 0"), 3);
	/* A comm may hold what it likes. */
	assert_int_equal(sched_parse_cpu("1 (a) b (c) ) " FIELDS_4_TO_38 " 11 0 0"), 11);
	assert_int_equal(sched_parse_cpu("1 (CPU 0/KVM) S 2 0"), -1);
	assert_int_equal(sched_parse_cpu("1 (never closed"), -1);
	assert_int_equal(sched_parse_cpu(""), -1);
}

static void the_times(void **unused)
{
	struct sched_times times;

	(void)unused;
	assert_true(sched_parse_times("1055931 4077 12\n", &times));
	assert_int_equal(times.run_ns, 1055931);
	assert_int_equal(times.wait_ns, 4077);
	assert_int_equal(times.slices, 12);
	assert_false(sched_parse_times("1055931 4077", &times));
	assert_false(sched_parse_times("", &times));
}

static void vcpus(void **unused)
{
	(void)unused;
	assert_true(sched_is_vcpu("CPU 0/KVM"));
	assert_true(sched_is_vcpu("CPU 127/KVM"));
	assert_false(sched_is_vcpu("CPU 0/TCG"));
	assert_false(sched_is_vcpu("CPU 0/KV"));
	assert_false(sched_is_vcpu("vhost-4700"));
	assert_false(sched_is_vcpu("IO mon_iothread"));
	assert_false(sched_is_vcpu(""));
}

/* A report's worker that is this very process: it has run, on some CPU, and has no vCPU. */
static void this_process(void **unused)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);
	struct sched sched;

	(void)unused;
	queue->worker_tid = queue->vm_pid = (uint32_t)getpid();
	assert_int_equal(sched_begin(&sched, report), 0);
	sched_look(&sched);
	sched_end(&sched);
	sched_fill(&sched, report);
	assert_int_equal(queue->sched.samples, VP_UNKNOWN); /* nothing to compare with */
	sched_free(&sched);
	report_free(report);
}

/* One that is gone is unknown, not zero. */
static void nobody(void **unused)
{
	struct report *report = report_new();
	struct report_queue *queue = report_add_queue(report);
	struct sched sched;

	(void)unused;
	queue->worker_tid = queue->vm_pid = INT32_MAX;
	assert_int_equal(sched_begin(&sched, report), 0);
	sched_look(&sched);
	sched_end(&sched);
	sched_fill(&sched, report);
	assert_int_equal(queue->sched.wait_ns, VP_UNKNOWN);
	assert_int_equal(queue->sched.samples, VP_UNKNOWN);
	sched_free(&sched);
	report_free(report);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_cpu), cmocka_unit_test(the_times),
		cmocka_unit_test(vcpus),   cmocka_unit_test(this_process),
		cmocka_unit_test(nobody),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
