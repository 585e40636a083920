#!/usr/bin/env bats
# The doctor on whatever host this is: it never fails to answer, and its three answers are one.

bats_require_minimum_version 1.5.0

setup() {
	VHOSTPROF=./vhostprof
	TMP=$BATS_TEST_TMPDIR
}

@test "text, JSON and exit code agree" {
	local code=0 worst
	"$VHOSTPROF" doctor --format json >"$TMP/json" || code=$?
	python3 -m jsonschema -i "$TMP/json" docs/doctor.schema.json
	jq -e ".exit_code == $code" "$TMP/json"
	worst=$(jq -r '[.checks[].verdict] | any(. == "lack")' "$TMP/json")
	[[ $worst == "$( ((code)) && echo true || echo false)" ]]
	run -$code "$VHOSTPROF" doctor
	[[ ${lines[-1]} == "This host can"* && -z $(awk 'length($0) > 80' <<<"$output") ]]
	[[ $(jq '.checks | length' "$TMP/json") == $(grep -cE '^(ok|note|unknown|lack) ' <<<"$output") ]]
}

@test "without rights it names what it lacks first" {
	local as_nobody=()
	((EUID)) || as_nobody=(setpriv --reuid=65534 --clear-groups)
	run "${as_nobody[@]}" "$VHOSTPROF" doctor
	[[ $status == 3 && $output == *'missing CAP_SYS_ADMIN'*'cannot be profiled yet'* ]]
}

@test "a full stdout is an error" {
	run --separate-stderr bash -c "$VHOSTPROF doctor >/dev/full"
	[[ $status == 1 && $stderr == *'No space left on device'* ]]
}

@test "formats and arguments it does not have" {
	run -2 "$VHOSTPROF" doctor --format folded
	run -2 "$VHOSTPROF" doctor now
}
