#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Shows that check-log.awk judges right, with the logs of check-log.fixtures.
set -eu

cd "$(dirname "$0")"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cat >"$tmp/skip" <<end
b_test fix.variant.two # only here
c_test * # only here
d_test fix.* # only here
e_test who.*.bpf # only here
f_test fix.* ? # only here
end
printf 'WARNING: harmless\tonly here\n' >"$tmp/allow"
awk -v dir="$tmp" '/^#/ && !out { next }
	/^@ / { out = dir "/" substr($2, 1, length($2) - 1) ".log" }
	{ print >out }' check-log.fixtures

passed=0 failed=0
for log in "$tmp"/*.log; do
	head=$(sed -n '1s/^@ [^ ]* //p' "$log")
	want=${head#*want=}
	head=${head%% want=*}
	code=${head##*exit=}
	vars=()
	for v in ${head% exit=*}; do
		vars+=(-v "$v")
	done
	rc=0
	# the serial line ends with CR LF
	out=$(sed '1d; s/$/\r/' "$log" | awk -f check-log.awk -v limit=900 "${vars[@]}" \
		file=1 "$tmp/skip" file=2 "$tmp/allow" file=3 -) || rc=$?
	if [ "$rc" = "$code" ] && [[ $out == *"$want"* ]]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf 'FAIL: %s: wanted "%s", exit %s; got exit %s and\n%s\n' \
			"${log##*/}" "$want" "$code" "$rc" "$out"
	fi
done
echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" = 0 ]
