# The rows of build/bench.json as Markdown. --argjson words {loads, tools}, in the order to print.
. as $rows |
def cell($load; $tool; $unit): [$rows[] | select(.load == $load and .tool == $tool and .unit == $unit)][0];
def number: if . == null then "-" elif fabs >= 100 then round | tostring else (. * 100 | round) / 100 | tostring end;
def percent: if . == null then "-" else "\((. * 10 | round) / 10 + 0) %" end;
def line: "| " + join(" | ") + " |";
def has_rows($load; $unit): any($rows[]; .load == $load and .unit == $unit);

def time_table($load): $words.loads[$load],
	"",
	(["who looks", "packets/s", "lost", "worker ns/packet", "of it lost", "tool ns/packet", "records lost", "pairs"] | line),
	"|---|--:|--:|--:|--:|--:|--:|--:|",
	(("nothing", ($words.tools | keys_unsorted[])) as $tool | cell($load; $tool; "packets/s") | select(.) |
		cell($load; $tool; "worker ns/packet") as $worker | cell($load; $tool; "tool ns/packet") as $own |
		[$words.tools[$tool] // "nobody", (.median | number), (.loss_pct | percent), ($worker.median | number),
			($worker.loss_pct | percent), ($own.median | number), (.records_lost | number), .pairs] | map(tostring) | line),
	"";
def count_table: (["load", "who looks", "worker instructions/packet", "of it lost", "extra/packet", "extra/run", "pairs"] | line),
	"|---|---|--:|--:|--:|--:|--:|",
	(($words.loads | keys_unsorted[]) as $load | ($words.tools | keys_unsorted[]) as $tool |
		cell($load; $tool; "worker instructions/packet") | select(.) |
		[$load, $words.tools[$tool], (.median | number), (.loss_pct | percent),
			(cell($load; $tool; "extra instructions/packet").median | number),
			(cell($load; $tool; "extra instructions/run").median | number), .pairs] | map(tostring) | line),
	"";
# Those that are hit at least once in two packets.
def program_table: (["load", "who looks", "program", "hits/packet", "instructions/hit", "instructions/packet"] | line),
	"|---|---|---|--:|--:|--:|",
	($rows[] | select(.unit == "hits/packet" and .median >= 0.5) | .median as $hits | (.tool / ": ") as [$tool, $program] |
		cell(.load; .tool; "instructions/hit").median as $cost |
		[.load, $words.tools[$tool], "`\($program)`", ($hits | number), ($cost | number), ($hits * $cost | number)] | line),
	"";
def loss($load; $tool): cell($load; $tool; "packets/s").loss_pct;
# Of the worker's work: in instructions where they were counted, for those do not scatter; else in time.
def share($load; $tool): cell($load; $tool; "worker instructions/packet").loss_pct as $counted |
	if $counted != null then $counted else cell($load; $tool; "worker ns/packet").loss_pct end;
def verdict($seen; $limit): if $seen == null or $limit == null then "not measured"
	elif $seen <= $limit then "met" else "missed" end;
def half: if . == null then null else . / 2 end;
def cells($seen; $limit): ($seen | percent), ($limit | percent), verdict($seen; $limit);
def target($what; $load; $tool; lost_limit; work_limit): [$what,
	cells(loss($load; $tool); lost_limit), cells(share($load; $tool); work_limit)] | line;
def loss_targets: (["target", "packets lost", "limit", "", "worker's work lost", "limit", ""] | line), "|---|--:|--:|---|--:|--:|---|",
	target("`runs`, flood: 3 %"; "flood"; "runs"; 3; 3),
	(("one", "tcp", "loop") as $load | target("`runs`, \($load): 10 %"; $load; "runs"; 10; 10)),
	(($words.loads | keys_unsorted[]) as $load |
		target("`stages`, \($load): half of bpftrace"; $load; "stages";
			loss($load; "bpftrace") | half; share($load; "bpftrace") | half),
		target("`trace`, \($load): half of function_graph, same functions"; $load; "trace";
			loss($load; "function_graph_same") | half; share($load; "function_graph_same") | half)),
	"";
def other_targets: (["target", "seen", "limit", ""] | line), "|---|--:|--:|---|",
	(([$rows[] | select(.tool == ("runs", "stages", "trace")) | .records_lost] | max) as $lost |
		["records lost at the default buffer size", ($lost | number), "0", verdict($lost; 0)] | line),
	(cell("user programs"; "the virtual machine"; "times slower than its host").median as $slow |
		cell("flood"; "runs"; "s to attach").median as $s |
		(if $slow and $s then $s / $slow else null end) as $native |
		["`runs`: until it looks, as if not emulated, s", ($native | number), "1", verdict($native; 1)] | line),
	(cell("queues64"; "runs"; "MiB resident").median as $mib |
		["`runs`: memory with 64 queues, MiB", ($mib | number), "64", verdict($mib; 64)] | line),
	(cell("recording, level runs"; "decoding"; "records/s").median as $rate |
		["a recording is read, records/s", ($rate | number), "10000000 or more",
			verdict(if $rate then -$rate else null end; -1e7)] | line),
	"";
def others: (["what", "measured", "unit"] | line), "|---|--:|---|",
	($rows[] | select(.unit | IN("packets/s", "worker ns/packet", "vCPU ns/packet", "tool ns/packet", "s to attach",
		"MiB resident", "hits/packet") or test("instructions") | not) |
		["\(.tool): \(.load)", (.median | number), .unit] | line),
	(($words.tools | keys_unsorted[]) as $tool | cell("flood"; $tool; "s to attach") | select(.median) |
		["\($words.tools[$tool]): until it looks", (.median | number), "s, emulated"] | line),
	(($words.tools | keys_unsorted[]) as $tool |
		[$rows[] | select(.tool == $tool and .unit == "million instructions to attach") | .median] | select(length > 0) |
		["\($words.tools[$tool]): until it looks", (min | number), "million instructions"] | line),
	($rows[] | select(.unit == "MiB resident" and .median and .load == ("queues64", "flood")) |
		["\($words.tools[.tool] // .tool): memory, \(.load)", (.median | number), .unit] | line),
	"";

(($words.loads | keys_unsorted[]) as $load | select(has_rows($load; "packets/s")) | "### \($load)", "", time_table($load)),
(if any($rows[]; .unit == "worker instructions/packet") then "### In instructions", "", count_table else empty end),
(if any($rows[]; .unit == "hits/packet") then "### Per program", "", program_table else empty end),
"### Targets", "", loss_targets, other_targets,
"### Other speeds", "", others
