// SPDX-License-Identifier: BSD-2-Clause
#include "source/live_report.h"

#include "model/report_calls.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

static bool is_attached(const struct attachment *attachment, enum probe_id id)
{
	return attachment->probes[id].rung != RUNG_NONE;
}

/* What a probe would have counted is not known without it. */
static void forget_unmeasured(struct report_queue *queue, const struct attachment *attachment)
{
	if (!is_attached(attachment, PROBE_call))
		queue->calls = VP_UNKNOWN;
	if (!is_attached(attachment, PROBE_enable_notify))
		queue->rearms = queue->races = queue->churn_runs = VP_UNKNOWN;
	if (is_attached(attachment, PROBE_work_queue) && is_attached(attachment, PROBE_poll_queue))
		return;
	queue->requeues = VP_UNKNOWN;
	for (int reason = 0; reason < VP_REQUEUE_NR; reason++)
		queue->requeue_reasons[reason] = VP_UNKNOWN;
}

/* Doorbells the eventfd itself counted: known only if it was the same eventfd at both ends. */
static void count_eventfd(struct report_queue *queue, const struct kick_mark *start,
			  const struct kick_mark *end)
{
	queue->eventfd_min = queue->eventfd_max = VP_UNKNOWN;
	if (!start->ctx || start->ctx != end->ctx || end->low < start->low)
		return;
	queue->eventfd_min = end->low > start->high ? end->low - start->high : 0;
	queue->eventfd_max = end->high - start->low;
}

static bool shares_device(const live_queue_vec *queues, const struct live_queue *queue)
{
	vec_foreach (other, queues)
		if (other != queue && (other->slot & 1) == (queue->slot & 1) &&
		    other->identity.ifindex == queue->identity.ifindex &&
		    other->identity.netns == queue->identity.netns && !other->gone && !queue->gone)
			return true;
	return false;
}

static uint64_t bytes_between(uint64_t start, uint64_t end)
{
	return start == VP_UNKNOWN || end == VP_UNKNOWN || end < start ? VP_UNKNOWN : end - start;
}

static int describe(struct report_queue *out, const struct live_queue *queue)
{
	const struct vp_identity *identity = &queue->identity;

	out->vm_pid = identity->owner_pid;
	out->worker_tid = identity->worker_tid;
	out->dir = queue->slot & 1 ? VP_TX : VP_RX;
	out->features = identity->features;
	out->poll_us = identity->busyloop_timeout;
	out->queue_pair = identity->ifindex ? identity->queue_pair : VP_NO_PAIR;
	if (report_string(&out->vm_name, queue->vm_name) ||
	    report_string(&out->device, identity->ifindex ? identity->ifname : NULL) ||
	    report_string(&out->worker_comm, identity->worker_tid ? identity->worker_comm : NULL))
		return -ENOMEM;
	return 0;
}

/* What the row's function is called here, without what the compiler appends to a clone's name. */
void live_name_functions(struct function_names *names, const struct attachment *attachment)
{
	enum probe_id id;

	for (id = 0; id < PROBE_NR; id++) {
		const struct probe_state *state = &attachment->probes[id];

		names->module[id] = NULL;
		names->name[id] = NULL;
		if (!is_attached(attachment, id) || probes[id].stage == VP_STAGE_NONE)
			continue;
		snprintf(names->text[id], sizeof(names->text[id]), "%.*s",
			 (int)strcspn(state->symbol, ". "), state->symbol);
		names->name[id] = names->text[id];
	}
}

static void add_loss(struct report_loss *loss, const struct vp_counters *counters)
{
	loss->runs_broken += counters->broken;
	loss->records_lost += counters->records_lost;
	loss->calls_broken += counters->calls_broken;
	loss->calls_too_deep += counters->calls_too_deep;
	loss->calls_unplaced += counters->calls_unplaced;
	loss->events_lost += counters->events_lost;
}

static int add_queue(struct report *report, const live_queue_vec *queues,
		     const struct live_queue *queue, const struct live_options *options,
		     const struct attachment *attachment, bool total)
{
	const struct counted *counted = total ? &queue->total : &queue->window;
	struct report_queue *out = report_add_queue(report);

	if (!out)
		return -ENOMEM;
	report_queue_counters(out, counted->counters, options->churn_window_ns);
	add_loss(&report->loss, counted->counters);
	forget_unmeasured(out, attachment);
	count_eventfd(out, &counted->kicks, &queue->kicks);
	out->bytes = shares_device(queues, queue) ? VP_UNKNOWN
						  : bytes_between(counted->bytes, queue->bytes);
	return describe(out, queue);
}

static bool is_shown(const struct live_queue *queue, const struct live_options *options, bool total)
{
	if (!total && queue->reported)
		return false;
	if (options->queue_pair == VP_NO_PAIR)
		return true;
	return queue->identity.ifindex && queue->identity.queue_pair == options->queue_pair;
}

static int describe_source(struct report *report, const struct live_options *options,
			   const struct live_span *span)
{
	struct report_source *source = &report->source;
	struct utsname name;

	uname(&name);
	source->start_ns = span->start_ns;
	source->duration_ns = span->duration_ns;
	if (report_string(&source->kind, "live") ||
	    report_string(&source->level, probe_level_name(options->level)) ||
	    report_string(&source->kernel, name.release) ||
	    report_string(&source->machine, name.machine))
		return -ENOMEM;
	return 0;
}

/* After the queues are all there: adding one moves the others. */
static int add_functions(struct report *report, const live_queue_vec *queues,
			 const struct live_options *options, const struct attachment *attachment,
			 const struct live_span *span, const struct vp_node *nodes)
{
	struct function_names names;
	size_t at = 0;
	int error = 0;

	live_name_functions(&names, attachment);
	vec_foreach (queue, queues) {
		const struct counted *counted = span->total ? &queue->total : &queue->window;

		if (error || !is_shown(queue, options, span->total))
			continue;
		error = live_functions_report(&counted->functions, nodes, &names, report,
					      &report->queues.items[at++]);
	}
	return error ? error : report_sum_functions(report);
}

static int add_samples(struct report *report, const live_queue_vec *queues,
		       const struct live_options *options, const struct live_span *span,
		       const struct sampler *sampler)
{
	int error = 0;
	size_t at = 0;

	vec_foreach (queue, queues)
		if (!error && is_shown(queue, options, span->total))
			error = sampler_report_queue(sampler, queue, span->total, report,
						     &report->queues.items[at++]);
	return error ? error : sampler_report(sampler, span->total, report);
}

static int fill(struct report *report, const live_queue_vec *queues,
		const struct live_options *options, const struct attachment *attachment,
		const struct live_span *span, const struct vp_node *nodes,
		const struct sampler *sampler)
{
	int error = describe_source(report, options, span);
	enum probe_id id;

	for (id = 0; !error && id < PROBE_NR; id++)
		if (probes[id].level <= options->level && attach_is_missing(attachment, id))
			error = report_probe_missing(report, probes[id].name);
	vec_foreach (queue, queues)
		if (!error && is_shown(queue, options, span->total))
			error = add_queue(report, queues, queue, options, attachment, span->total);
	if (!error && options->level >= VP_LEVEL_STAGES)
		error = add_functions(report, queues, options, attachment, span, nodes);
	if (!error && sampler)
		error = add_samples(report, queues, options, span, sampler);
	report_sort(report);
	return error;
}

int live_report(struct report **report, const live_queue_vec *queues,
		const struct live_options *options, const struct attachment *attachment,
		const struct live_span *span, const struct vp_node *nodes, uint64_t misses,
		uint64_t unplaced, const struct sampler *sampler, struct err *err)
{
	struct report *made = report_new();
	int error = made ? fill(made, queues, options, attachment, span, nodes, sampler) : -ENOMEM;

	if (error) {
		report_free(made);
		return err_set(err, -error, EXIT_FAILED, "out of memory");
	}
	made->loss.probe_misses = misses;
	made->loss.queues_unplaced = unplaced;
	*report = made;
	return 0;
}
