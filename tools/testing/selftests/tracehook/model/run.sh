#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# run.sh [NAME...]: have spin exhaust the models of the protocol, and find what is wrong
# with each mutation, or those named; one line a run, a count at the end. See README.
# Traces go to $OUT, JOBS run at a time.
set -eu
src=$(cd "$(dirname "$0")" && pwd)
out=$(realpath -m "${OUT:-$src/out}")

# entries: the table without comments, with the parameters of its model put in
# the place of a mutation's: kind, name, model, file, parameters
entries()
{
	awk '/^[a-z]/ {
		if ($1 == "model") {
			name = $2
			file[name] = $3
			$1 = $2 = $3 = ""
			flags[name] = $0
			print "model", name, name, file[name], $0
		} else if (!($3 in file)) {
			print FILENAME ": no model " $3 > "/dev/stderr"
			exit 1
		} else
			print $1, $2, $3, file[$3], flags[$3], $2
	}' "$src/runs"
}

# run_one KIND NAME MODEL FILE PARAMETER...: prints the line; 1 if it failed
run_one()
{
	local kind=$1 name=$2 model=$3 file=$4.pml dir=$out/$3-$2 log broken n opt=-O2

	shift 4
	rm -rf "$dir"
	mkdir -p "$dir"
	cd "$dir"
	cp "$src"/*.pml .
	log=pan.log
	# What soon ends in an error takes longer to compile than to run
	case $kind in mutation|limit) opt=-O0 ;; esac
	if ! spin -a "${@/#/-D}" "$file" > spin.log 2>&1 ||
	   ! gcc $opt -w -DSAFETY -DCOLLAPSE -DMEMLIM=4000 pan.c -o pan > gcc.log 2>&1; then
		echo "FAIL $name ($model): does not build, see $out/$model-$name"
		return 1
	fi
	nice ./pan -m5000000 -w24 > $log 2>&1 || :

	broken=$(sed -n 's/^pan:[0-9]*: assertion violated (\([a-z_]*\)||.*/\1/p;
		s/^pan:[0-9]*: invalid end state.*/deadlock/p' $log)
	n=$(sed -n 's/^ *\([0-9]*\) states, stored.*/\1/p' $log)
	rm -f pan.? pan.pre pan
	case $kind in
	model|spare)
		if grep -q 'errors: 0$' $log && [ -n "$n" ] &&
		   ! grep -q 'not completed\|too small\|out of memory' $log; then
			[ "$kind" = model ] || name="$name ($model, breaks nothing)"
			awk -v n="$n" -v name="$name" '
				/depth reached/ { sub(",", "", $6); depth = $6 }
				/total actual memory/ { mem = $1 }
				/elapsed time/ { t = $4 }
				END {
					printf "ok   %s: exhausted, %d states, depth %d, ",
						name, n, depth
					printf "%d MB, %d s\n", mem, t
				}' $log
			return 0
		fi
		[ -z "$broken" ] ||
			spin -k "$file.trail" -p -g "${@/#/-D}" "$file" > trail 2>&1 || :
		echo "FAIL $name: ${broken:-not exhausted}, see $out/$model-$name"
		return 1 ;;
	mutation|limit)
		case $broken in
		""|deadlock)
			echo "FAIL $name ($model): ${broken:-nothing found}, see $out/$model-$name"
			return 1 ;;
		esac
		[ "$kind" = mutation ] || broken="$broken, a known limit"
		echo "ok   $name ($model): $broken" ;;
	esac
}

if [ "${1-}" = --one ]; then
	shift
	# shellcheck disable=SC2086,SC2048 # a line of the table, in words
	run_one $*
	exit
fi

die()
{
	echo "model: $*" >&2
	exit 1
}

for tool in spin gcc; do
	command -v $tool >/dev/null || die "$tool is missing: install the package $tool"
done
mkdir -p "$out"
exec 9>"$out/.lock"
flock -n 9 || { echo "model: waiting for another run" >&2; flock 9; }
entries > "$out/list"
if [ $# = 0 ]; then
	grep -v ^spare "$out/list" > "$out/todo"
else
	for name; do
		awk -v n="$name" '$2 == n { print; hit = 1 } END { exit !hit }' "$out/list" ||
			die "no run named $name in $src/runs"
	done > "$out/todo"
fi

# The script runs itself, a line of the list each, as many at a time as allowed
xargs -P "${JOBS:-$(nproc)}" -d '\n' -n 1 "$0" --one < "$out/todo" |
	tee "$out/results" || :
total=$(wc -l < "$out/todo")
passed=$(grep -c ^ok "$out/results" || :)
echo "$passed passed, $((total - passed)) failed, 0 skipped"
[ "$passed" = "$total" ]
