// SPDX-License-Identifier: BSD-2-Clause
/* What the order of a run's functions proves, kernel by kernel; and the neighbours of runs. */
#include "unit.h"

#include "model/runs.h"
#include "model/worker.h"

#include <string.h>

static struct run_builder run;
static struct runs_traced traced;

static int set_up(void **state)
{
	(void)state;
	memset(&traced, 0, sizeof(traced));
	runs_open(&run, ROLE_KICK_HANDLER, VP_TX, 0);
	return 0;
}

static void in(enum role role)
{
	runs_enter(&run, role, &traced);
}

static void out(enum role role)
{
	runs_leave(&run, role, &traced);
}

static void call(enum role role)
{
	in(role);
	out(role);
}

static void call_in(enum role outer, enum role inner)
{
	in(outer);
	call(inner);
	out(outer);
}

static void names(void **state)
{
	enum vp_dir dir = VP_RX;

	(void)state;
	assert_int_equal(role_of("handle_tx_kick", 14, &dir), ROLE_KICK_HANDLER);
	assert_int_equal(dir, VP_TX);
	assert_int_equal(role_of("handle_rx", 9, &dir), ROLE_HANDLER);
	assert_int_equal(dir, VP_RX);
	assert_int_equal(role_of("handle_rx.isra.0", 16, &dir), ROLE_HANDLER);
	assert_int_equal(role_of("handle_tx_copy", 14, &dir), ROLE_NONE);
	assert_int_equal(role_of("handle_", 7, &dir), ROLE_NONE);
}

static void chains(void **state)
{
	(void)state;
	call_in(ROLE_TAKE, ROLE_DESC);
	in(ROLE_TAKE);
	call(ROLE_DESC);
	call(ROLE_DESC); /* one chain of two descriptors */
	out(ROLE_TAKE);
	call(ROLE_TAKE);
	assert_int_equal(run.chains, 2);
	assert_true(traced.desc);
	call(ROLE_DISCARD);
	assert_true(run.chains_unsure);
}

static void rearmed(void **state)
{
	(void)state;
	call(ROLE_ENABLE);
	assert_int_equal(runs_end(&run), VP_END_REARMED);
	assert_int_equal(run.rearms, 1);
	assert_int_equal(run.races, 0);
	call(ROLE_GIVE); /* the batch is flushed after re-arming */
	assert_int_equal(runs_end(&run), VP_END_REARMED);
}

static void raced(void **state)
{
	(void)state;
	call(ROLE_ENABLE);
	call(ROLE_DISABLE);
	assert_int_equal(run.races, 1);
	assert_int_equal(run.rearms, 0);
	assert_int_equal(runs_end(&run), VP_END_UNKNOWN);
	call(ROLE_ENABLE);
	call(ROLE_TAKE); /* vhost_disable_notify was not traced */
	assert_int_equal(run.races, 2);
}

/* A busy poll toggles the other queue's notifications, and queues the other queue's work. */
static void busy_poll_is_about_the_sibling(void **state)
{
	(void)state;
	call_in(ROLE_BUSY_POLL, ROLE_ENABLE);
	call_in(ROLE_BUSY_POLL, ROLE_POLL_QUEUE);
	assert_int_equal(run.rearms, 0);
	assert_int_equal(runs_requeues(&run), 0);
	call(ROLE_ENABLE);
	call_in(ROLE_BUSY_POLL, ROLE_DISABLE);
	assert_int_equal(runs_end(&run), VP_END_REARMED);
}

static void weight(void **state)
{
	(void)state;
	in(ROLE_EXCEEDS);
	call_in(ROLE_QUEUE, ROLE_QUEUE); /* vhost_vq_work_queue → vhost_worker_queue: one requeue */
	out(ROLE_EXCEEDS);
	assert_int_equal(run.requeues[VP_REQUEUE_WEIGHT], 1);
	assert_int_equal(runs_requeues(&run), 1);
	assert_int_equal(runs_end(&run), VP_END_WEIGHT);
	call(ROLE_EXCEEDS); /* not exceeded: queues nothing */
	assert_int_equal(runs_requeues(&run), 1);
}

/* Up to 5.1: vhost_poll_queue after a packet was done. */
static void weight_of_old_kernels(void **state)
{
	(void)state;
	call_in(ROLE_TAKE, ROLE_DESC);
	call(ROLE_GIVE);
	call_in(ROLE_POLL_QUEUE, ROLE_QUEUE);
	assert_int_equal(run.requeues[VP_REQUEUE_WEIGHT], 1);
	assert_int_equal(runs_requeues(&run), 1);
}

static void busy(void **state)
{
	(void)state;
	call_in(ROLE_TAKE, ROLE_DESC);
	call(ROLE_TAKE); /* empty */
	call(ROLE_POLL_QUEUE);
	assert_int_equal(run.requeues[VP_REQUEUE_BUSY], 1);
}

static void cannot_be_told(void **state)
{
	(void)state;
	call(ROLE_POLL_QUEUE);
	assert_int_equal(run.requeues[VP_REQUEUE_UNKNOWN], 1);
	assert_int_equal(runs_end(&run), VP_END_UNKNOWN);
}

static void completion(void **state)
{
	(void)state;
	in(ROLE_COMPLETION);
	call_in(ROLE_POLL_QUEUE, ROLE_QUEUE);
	out(ROLE_COMPLETION);
	assert_int_equal(run.requeues[VP_REQUEUE_COMPLETION], 1);
	assert_int_equal(runs_requeues(&run), 1);
	assert_int_equal(runs_end(&run), VP_END_COMPLETION);
	call(ROLE_ENABLE);
	assert_int_equal(runs_end(&run), VP_END_REARMED);
	runs_open(&run, ROLE_NET_HANDLER, VP_RX, 0);
	call_in(ROLE_COMPLETION, ROLE_POLL_QUEUE); /* of somebody's tx queue */
	assert_int_equal(runs_requeues(&run), 0);
}

static void socket_end(void **state)
{
	(void)state;
	call(ROLE_POLL_START);
	assert_int_equal(runs_end(&run), VP_END_WAIT);
	call_in(ROLE_POLL_START, ROLE_QUEUE);
	assert_int_equal(runs_end(&run), VP_END_SOCKET);
}

/* A packet sent to another guest wakes that guest's worker from inside this run. */
static void wakeups_are_for_others(void **state)
{
	(void)state;
	call_in(ROLE_WAKEUP, ROLE_QUEUE);
	call_in(ROLE_WAKEUP, ROLE_POLL_QUEUE);
	assert_int_equal(runs_requeues(&run), 0);
}

static void interrupts(void **state)
{
	(void)state;
	call(ROLE_SIGNAL);
	call_in(ROLE_SIGNAL, ROLE_SIGNAL); /* eventfd_signal → eventfd_signal_mask */
	assert_int_equal(run.calls, 2);
}

static void causes(void **state)
{
	(void)state;
	assert_int_equal(runs_cause(ROLE_NET_HANDLER, VP_END_REARMED, false), VP_CAUSE_NET);
	assert_int_equal(runs_cause(ROLE_KICK_HANDLER, VP_END_REARMED, false), VP_CAUSE_KICK);
	assert_int_equal(runs_cause(ROLE_HANDLER, VP_END_WEIGHT, true), VP_CAUSE_REQUEUE);
	assert_int_equal(runs_cause(ROLE_KICK_HANDLER, VP_END_UNKNOWN, true), VP_CAUSE_REQUEUE);
	assert_int_equal(runs_cause(ROLE_KICK_HANDLER, VP_END_UNKNOWN, false), VP_CAUSE_UNKNOWN);
	assert_int_equal(runs_cause(ROLE_HANDLER, VP_END_WAIT, false), VP_CAUSE_UNKNOWN);
}

static struct done_run rearmed_run(uint64_t enter_ns)
{
	static const uint32_t none[VP_REQUEUE_NR];

	return (struct done_run){.worker = task_key(7, 0),
				 .comm = "vhost-123456\0\0\0",
				 .dir = VP_TX,
				 .handler = ROLE_KICK_HANDLER,
				 .enter_ns = enter_ns,
				 .leave_ns = enter_ns == VP_UNKNOWN ? enter_ns : enter_ns + 5000,
				 .duration_ns = 5123,
				 .requeues = none,
				 .run.end = VP_END_REARMED};
}

static void add(struct workers *workers, uint64_t enter_ns)
{
	struct done_run done = rearmed_run(enter_ns);

	workers_add_run(workers, &done, &traced);
}

/* Gaps lie between printed times; nothing lies across what is lost, broken, named or backwards. */
static void gaps(void **state)
{
	struct workers workers = {.churn_window_ns = 50000};
	const struct vp_counters *counters;

	(void)state;
	add(&workers, 0);
	counters = &workers.queues.items[0]->counters;
	add(&workers, 15000);
	assert_int_equal(counters->gap.count, 1);
	assert_int_equal(counters->gap.sum, 10000);
	assert_int_equal(counters->service.sum, 2 * 5123);
	workers_lost(&workers);
	add(&workers, 30000);
	workers_broken(&workers, task_key(7, 0), VP_TX);
	add(&workers, 45000);
	add(&workers, 44000);
	assert_int_equal(counters->gap.count, 1);
	add(&workers, VP_UNKNOWN);
	add(&workers, 99000);
	assert_int_equal(counters->gap.count, 1);
	assert_int_equal(counters->churn_runs, 1);
	workers_free(&workers);
}

static void named(void **state)
{
	struct functions functions;
	struct workers workers = {.churn_window_ns = 50000, .functions = &functions};
	struct done_run done = rearmed_run(0);
	struct report *report = report_new();

	(void)state;
	assert_int_equal(functions_init(&functions), 0);
	done.worker = task_key_nameless(3);
	done.comm = "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	workers_add_run(&workers, &done, &traced);
	workers_named(&workers, done.worker, task_key(7, 0), "vhost-123456\0\0\0");
	add(&workers, 15000);
	assert_int_equal(workers.queues.len, 1);
	assert_int_equal(workers.queues.items[0]->counters.runs, 2);
	assert_int_equal(workers.queues.items[0]->counters.gap.count, 0);
	assert_int_equal(workers_report(&workers, &traced, report), 0);
	assert_int_equal(report->queues.items[0].vm_pid, 123456);
	assert_int_equal(report->queues.items[0].worker_tid, 7);
	/* Nothing was traced that would prove these. */
	assert_true(report->queues.items[0].chains == VP_UNKNOWN);
	assert_true(report->queues.items[0].calls == VP_UNKNOWN);
	assert_true(report->queues.items[0].rearms == VP_UNKNOWN);
	report_free(report);
	workers_free(&workers);
	functions_free(&functions);
}

#define TEST(name) cmocka_unit_test_setup(name, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names),	  TEST(chains),
		TEST(rearmed),	  TEST(raced),
		TEST(weight),	  TEST(weight_of_old_kernels),
		TEST(busy),	  TEST(cannot_be_told),
		TEST(completion), TEST(socket_end),
		TEST(interrupts), TEST(wakeups_are_for_others),
		TEST(causes),	  TEST(busy_poll_is_about_the_sibling),
		TEST(gaps),	  TEST(named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
