# The numbers of one report about its transmit queues: sums and rates over all of them; of percentiles,
# each queue's own, and of those the median over the queues.
def median: map(select(. != null)) | sort | if length == 0 then null else .[(length - 1) / 2 | floor] end;
def total(f): map(f) | if any(. == null) then null else add end;
def ratio($a; $b): if $a == null or $b == null or $b == 0 then null else $a / $b end;

(.source.duration_ns) as $ns |
.loss as $loss |
[.queues[] | select((.queue | startswith("tx")) and .runs > 0)] |
total(.runs) as $runs |
{$source, queues: length, mbps: $mbps, runs: $runs, runs_per_s: ratio($runs; ratio($ns; 1e9)),
	causes: ([.[].causes] | {kick: total(.kick), net: total(.net), requeue: total(.requeue), unknown: total(.unknown)}),
	ended_by_weight: total(.ends.weight), rearmed: total(.ends.rearmed),
	chains_per_run: ratio(total(.chains); $runs),
	wake_ns: {p50: (map(.wake_ns.p50) | median), p99: (map(.wake_ns.p99) | median)},
	service_ns: {p50: (map(.service_ns.p50) | median), p99: (map(.service_ns.p99) | median)},
	requeues_per_s: ratio(total(.requeues); ratio($ns; 1e9)),
	churn_ratio: ratio(total(.churn.runs); $runs),
	gap_ns: {p50: (map(.gap_ns.p50) | median), p90: (map(.gap_ns.p90) | median)},
	lost: ($loss.records_lost + $loss.runs_broken)}
