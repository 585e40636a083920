#!/usr/bin/env bats
# SPDX-License-Identifier: BSD-2-Clause
# `vhostprof advise --verify` on files: prediction and measurement agree, or why they cannot.

bats_require_minimum_version 1.5.0
load trace

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	VHOSTPROF=$(realpath "${VHOSTPROF:-./vhostprof}")
	TMP=$BATS_TEST_TMPDIR
}

# Gaps of 10 to 20 us before; then nearly every kick is absorbed, or none.
sources() {
	trace 2000 1 5000 10 >"$TMP/before"
	trace 100 2 5000 240 10 20 >"$TMP/absorbed"
	trace 2000 3 5000 10 >"$TMP/same"
	trace 1000 4 5000 100 >"$TMP/slower"
}

verify() {
	run --separate-stderr "$VHOSTPROF" advise --verify "$@"
}

holds() { # JQ-CONDITION ARGUMENT...
	"$VHOSTPROF" advise --verify --format json "${@:2}" >"$TMP/json"
	jq -e "$1" "$TMP/json" >/dev/null || {
		printf 'not so: %s\n' "$1"
		cat "$TMP/json"
		return 1
	}
}

@test "what was predicted is what was measured" {
	sources
	holds '.schema == "vhostprof.verify/1" and (.queues[0] | .verdict == "agrees" and .why == null and
		(.absorbed | .predicted.share > 0.99 and (.measured.share | . > 0.94 and . < 0.96) and
			.measured.low < .measured.share and .measured.share < .measured.high) and
		.after.poll_us == 25)' --poll-us-after 25 "$TMP/before" "$TMP/absorbed"
	verify --poll-us-after 25 "$TMP/before" "$TMP/absorbed"
	[[ $status == 0 && $output == *"Agrees: of the kicks"* && $output == *"CPU +, measured"* ]]
}

@test "nothing was absorbed: it differs, and says why if it knows" {
	sources
	holds '.queues[0] | .verdict == "differs" and .why == null and (.absorbed.measured.share | fabs < 0.001)' \
		--poll-us-after 25 "$TMP/before" "$TMP/same"
	holds '.queues[0] | .verdict == "differs" and .why == "rate_changed" and .rate_change < -0.5' \
		--poll-us-after 25 "$TMP/before" "$TMP/slower"
}

@test "a file that does not say its poll-us: the user must" {
	sources
	holds '.queues[0] | .verdict == "unknown" and .why == "no_poll_us" and .after.poll_us == null and
		.absorbed.predicted.share == null' "$TMP/before" "$TMP/same"
	verify "$TMP/before" "$TMP/same"
	[[ $status == 0 && $output == *"--poll-us-after N"* ]]
}

@test "too little before, or nothing after" {
	sources
	trace 50 1 5000 10 >"$TMP/short"
	holds '.queues[0] | .verdict == "unknown" and .why == "few_kicks"' --poll-us-after 25 "$TMP/short" "$TMP/same"
	sed 's/handle_tx/handle_rx/' "$TMP/same" >"$TMP/rx"
	holds '.queues[0] | .verdict == "unknown" and .why == "one_side"' --poll-us-after 25 "$TMP/before" "$TMP/rx"
	holds '.queues == []' --poll-us-after 25 "$TMP/rx" "$TMP/rx"
}

@test "80 columns, plain ASCII where the locale is" {
	sources
	(cd "$TMP" && LC_ALL=C "$VHOSTPROF" advise --verify --poll-us-after 25 before absorbed) >"$TMP/out"
	if grep -qP '[^\x20-\x7e]' "$TMP/out"; then return 1; fi
	if grep -qE '.{81}' "$TMP/out"; then return 1; fi
}

@test "JSON keeps to its schema" {
	sources
	sed 's/handle_tx/handle_rx/' "$TMP/same" >"$TMP/rx"
	tail -c +2 tests/fuzz/corpus/recfile/raw-whole >"$TMP/recording"
	for files in "before absorbed" "before same" "before rx" "rx before" "rx rx" "recording recording" "before recording"; do
		# shellcheck disable=SC2086
		(cd "$TMP" && "$VHOSTPROF" advise --verify --poll-us-after 25 --format json $files) >"$TMP/json"
		python3 -c 'import json, sys, jsonschema
schema, document = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.Draft202012Validator.check_schema(schema)
jsonschema.validate(document, schema)' docs/verify.schema.json "$TMP/json"
	done
}

@test "wrong command lines: usage" {
	sources
	for bad in "--verify before" "--verify" "--verify before same same" "--verify - -" "--poll-us-after 5 before" \
		"--verify --poll-us-after 0 before same" "--verify -p 1 before same" "--poll-us 0 before" "--per-kick x before" \
		"before same"; do
		# shellcheck disable=SC2086
		run --separate-stderr bash -c 'cd "$1" && shift && exec "$@"' . "$TMP" "$VHOSTPROF" advise $bad
		[[ $status == 2 && -z $output && ${#stderr_lines[@]} == 1 ]] || {
			echo "$bad: $status ${stderr_lines[*]}"
			return 1
		}
	done
}

@test "a file that cannot be read: one line, exit status 1" {
	sources
	verify "$TMP/before" "$TMP/none"
	[[ $status == 1 && -z $output && ${#stderr_lines[@]} == 1 ]]
	verify README.md "$TMP/before"
	[[ $status == 1 && -z $output && ${#stderr_lines[@]} == 1 ]]
}

@test "standard input is one of the two" {
	sources
	run --separate-stderr bash -c '"$1" advise --verify --poll-us-after 25 - "$2" <"$3"' . "$VHOSTPROF" "$TMP/absorbed" "$TMP/before"
	[[ $status == 0 && $output == *"Agrees"* ]]
}
