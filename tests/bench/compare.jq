# Rows beside those of an earlier result, by ratio: jq -r --slurpfile before OLD -f compare.jq NEW
def key: "\(.load)\u0000\(.tool)\u0000\(.unit)";
($before[0] | map({(key): .}) | add // {}) as $old |
.[] | . as $new | $old[key] | select(.median and $new.median and .median != 0) |
"\($new.load), \($new.tool): \($new.median) \($new.unit), \(($new.median / .median * 100 | round) / 100) x the last result" +
	(if $new.loss_pct and .loss_pct then " (lost \($new.loss_pct) %, was \(.loss_pct) %)" else "" end)
