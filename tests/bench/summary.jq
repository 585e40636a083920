# Windows, one object each and in the order they were measured, become rows of build/bench.json:
# {load, tool, unit, median, loss_pct, records_lost, pairs}. A loss is the median over the pairs of what
# the tool's window lost against the window right before it, in which nobody looked.
def median: map(select(. != null)) | sort | length as $n |
	if $n == 0 then null elif $n % 2 == 1 then .[$n / 2 | floor] else (.[$n / 2 - 1] + .[$n / 2]) / 2 end;
def rounded: if . == null then null elif fabs < 100 then (. * 1000 | round) / 1000 else round end;
def per_packet(f): if .packets > 0 then f / .packets else null end;
def rate: .packets / .ns * 1e9;
def both: .worker_ns + .vcpu_ns;

# [{nothing, tool}, …]: each tool's window with the one before it.
def pairs: [foreach .[] as $w ({}; if $w.tool == "nothing" then {nothing: $w} else .tool = $w end;
	select(.tool))];

def row($unit; value; loss):
	{load: .[0].tool.load, tool: .[0].tool.tool, $unit, median: (map(.tool | value) | median | rounded),
		loss_pct: (map(loss) | median | rounded), records_lost: (map(.tool.records_lost) | max), pairs: length};
def costs($unit; value): row($unit; value; ((.nothing | value) as $n | (.tool | value) as $t |
	if $t == null or $n == null or $t == 0 then null else 100 * (1 - $n / $t) end));

def time_rows: row("packets/s"; rate; 100 * (1 - (.tool | rate) / (.nothing | rate))),
	costs("worker ns/packet"; per_packet(.worker_ns)), costs("vCPU ns/packet"; per_packet(.vcpu_ns)),
	row("tool ns/packet"; per_packet(.tool_ns); null), row("s to attach"; .attach_us / 1e6; null),
	row("MiB resident"; (.tool_rss_kib | if . then . / 1024 else null end); null);
def extra: (.tool | per_packet(both)) - (.nothing | per_packet(both));
def count_rows($batch): costs("worker instructions/packet"; per_packet(.worker_ns)),
	(row("extra instructions/packet"; null; null) + {median: (map(extra) | median | rounded)}),
	(row("extra instructions/run"; null; null) +
		{median: (if $batch then map(extra * $batch) | median | rounded else null end)}),
	row("million instructions to attach"; .attach_us / 1e3; null);

def nothing_row: map(select(.tool == "nothing")) |
	{load: .[0].load, tool: "nothing", unit: "packets/s", median: (map(rate) | median | rounded),
		loss_pct: 0, records_lost: null, pairs: length},
	{load: .[0].load, tool: "nothing", unit: "worker ns/packet", median: (map(per_packet(.worker_ns)) | median | rounded),
		loss_pct: 0, records_lost: null, pairs: length};

[(map(select(.clock == "time")) | group_by(.load)[] |
	nothing_row, (pairs | group_by(.tool.tool)[] | time_rows)),
 (map(select(.clock == "instructions")) | group_by(.load)[] |
	(map(.chains_per_run) | median) as $batch | pairs | group_by(.tool.tool)[] | count_rows($batch)),
 (.[] | select(.unit))]
