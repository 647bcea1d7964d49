#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# config.sh merge  SOURCE OBJECTS FRAGMENT...   allnoconfig and the fragments
# config.sh verify SOURCE OBJECTS FRAGMENT...   every line of them has survived
#
# A later fragment overrides an earlier one. The make variables ARCH and
# CROSS_COMPILE come from the environment.
set -eu

# ARCH= on the command line of make is another name.
unset MAKEFLAGS MFLAGS MAKEOVERRIDES

action=$1 src=$2 obj=$3
shift 3

# Exact lines that must be there; "is not set" holds also if nothing is said.
verify()
{
	awk 'FILENAME == ARGV[1] {
		if ($0 ~ /^CONFIG_/)
			has[$0] = 1
		split($0, kv, "=")
		if ($0 ~ /^CONFIG_/)
			value[kv[1]] = kv[2]
		next
	}
	/^CONFIG_[A-Za-z0-9_]+=/ {
		split($0, kv, "=")
		want[kv[1]] = substr($0, length(kv[1]) + 2)
	}
	/^# CONFIG_[A-Za-z0-9_]+ is not set$/ { want[$2] = "" }
	END {
		for (c in want) {
			if (want[c] == "" ? !(c in value) : (c "=" want[c]) in has)
				continue
			printf "config: wanted %s=%s, have %s\n", c,
				want[c] == "" ? "n" : want[c],
				c in value ? value[c] : "nothing of that name, or n" | "sort >&2"
			bad = 1
		}
		exit bad
	}' "$obj/.config" "$@"
}

case $action in
merge)
	mkdir -p "$obj"
	rm -f "$obj/.config"
	# It leaves temporary files where it runs: not in the source tree.
	set -- "${@/#/$PWD/}"
	src=$(cd "$src" && pwd)
	obj=$(cd "$obj" && pwd)
	log=$obj/merge_config.log
	{
		make -C "$src" O="$obj" outputmakefile &&
		cd "$obj" &&
		"$src/scripts/kconfig/merge_config.sh" -n "$@"
	} >"$log" 2>&1 || { cat "$log" >&2; exit 1; }
	verify "$@" || { mv "$obj/.config" "$obj/.config.rejected"; exit 1; }
	;;
verify)
	verify "$@"
	;;
*)
	echo "usage: config.sh merge|verify SOURCE OBJECTS FRAGMENT..." >&2
	exit 2
	;;
esac
