# build/experiments/experiments.json as Markdown: the settings, the numbers, and what they say.
def line: map(tostring) | "| " + join(" | ") + " |";
def number: if . == null then "-" elif fabs >= 100 then round | tostring else (. * 100 | round) / 100 | tostring end;
def us: if . == null then "-" else . / 1000 | number end;
def percent: if . == null then "-" else "\(100 * . | round) %" end;
def pair($a; $b): "\($a | us) / \($b | us)";
def share($n): if . == null or $n == null or $n == 0 then null else . / $n end;
def causes: .runs as $n | .causes | "\(.kick | share($n) | percent) / \(.net | share($n) | percent) / \(.requeue | share($n) | percent)";

{runs: "`runs`", stages: "`stages`", graph: "function_graph", original: "hardware, the notes' trace"} as $sources |
def setting: "\(.guests) x \(.protocol | ascii_upcase) \(.bytes) B" + (if .threads > 1 then ", \(.threads) threads" else "" end);

# What a source shows, in the terms of the notes.
def pattern: if .runs == null or .runs == 0 then "no runs"
	else . as $seen | [
		(if .ended_by_weight / .runs >= 0.2 then "\(.ended_by_weight / .runs | percent) of runs ended by the weight and put back" else empty end),
		(if .chains_per_run != null and .chains_per_run < 2 then "one chain a run" else empty end),
		(if .churn_ratio != null and .churn_ratio >= 0.5 then "re-arm, and a kick within the window (\(.churn_ratio | percent))" else empty end)
	] | if length == 0 then "neither churn nor weight; \($seen.chains_per_run | number) chains a run" else join("; ") end end;
def alike($protocol): if $protocol == "udp" then .ended_by_weight != null and .ended_by_weight / .runs >= 0.2
	else .churn_ratio != null and .churn_ratio >= 0.5 end;

# The repetitions of a row as one: the median of each number.
def median: map(select(. != null)) | sort | if length == 0 then null else .[(length - 1) / 2 | floor] end;
def merged: . as $all | reduce ([.[] | paths(type == "number" or . == null)] | unique[]) as $path
	(.[0]; setpath($path; [$all[] | getpath($path)] | median));
def row_source($source): map(.sources[$source] | select(.)) | if length == 0 then null else merged end;
# In the order they were measured, which group_by would lose.
def by_row: reduce .[] as $r ([]; if length > 0 and .[-1][0].row == $r.row then .[-1] += [$r] else . + [[$r]] end);

by_row |
(["row", "load", "seen by", "Mbit/s", "runs/s", "kick / net / requeue", "chains/run", "wake p50 / p99 us",
	"service p50 / p99 us", "requeues/s", "churn", "gap p50 / p90 us", "lost"] | line),
"|---|---|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
(.[] | . as $all | .[0] as $row | ($sources | keys_unsorted[]) as $source | $all | row_source($source) | select(.) |
	[$row.row, ($row | setting), $sources[$source], (.mbps | number), (.runs_per_s | number), causes,
		(.chains_per_run | number), pair(.wake_ns.p50; .wake_ns.p99), pair(.service_ns.p50; .service_ns.p99),
		(.requeues_per_s | number), (.churn_ratio | percent), pair(.gap_ns.p50; .gap_ns.p90), (.lost | number)] | line),
"",
"| row | the notes saw on hardware | their trace, read now | `runs`, emulated | |",
"|---|---|---|---|---|",
(.[] | . as $all | .[0] as $row | row_source("runs") // {} | [$row.row, $row.observed, ($all | row_source("original") // {} | pattern | if . == "no runs" then "-" else . end),
	pattern, (if $row.observed == "-" or (.runs // 0) == 0 then "-" elif alike($row.protocol) then "alike" else "differs under emulation" end)] | line)
