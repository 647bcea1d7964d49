# SPDX-License-Identifier: GPL-2.0
# awk -f judge.awk -f threads.awk -v table=TABLE TSV
# What the guest measured with more and more threads, or processors: a column for each
# number of them. TABLE is arm: instructions to arm and disarm; latency: the longest
# stretches with interrupts or preemption off; or calls, forks: of make bench-smp. Then
# what is not as Documentation/trace/tracehook.rst promises, and, where something is
# promised, a last line "N passed, N failed, N skipped".
BEGIN { FS = "\t" }
!($1 in known) { known[$1] = 1; threads[++n] = $1 }
{
	row = $2 SUBSEP $3
	if (!(row in seen)) {
		seen[row] = 1
		rows[++nr] = row
	}
	cost[row, $1] = $4
}

function print_rows(title, columns,   i, r, part)
{
	printf "%-44s", title ", with " columns ":"
	for (i = 1; i <= n; i++)
		printf " %11d", threads[i]
	print ""
	for (r = 1; r <= nr; r++) {
		split(rows[r], part, SUBSEP)
		printf "  %-42s", part[1] (part[2] == "-" ? "" : ", " part[2])
		for (i = 1; i <= n; i++)
			printf " %11d", cost[rows[r], threads[i]]
		print ""
	}
}

# most(WHAT, WHO), least(WHAT, WHO): on the largest machine, and on the smallest
function most(what, who) { return cost[what, who, threads[n]] }
function least(what, who) { return cost[what, who, threads[1]] }

# The slope between the two
function per_thread(what, who)
{
	return (most(what, who) - least(what, who)) / (threads[n] - threads[1])
}

function arm(   ours)
{
	print_rows("instructions", "threads")
	ours = per_thread("toggle, on", "tracehook")
	printf "  for each thread: tracehook %.1f on and %.1f off, raw_syscalls %.1f and %.1f\n\n",
		ours, per_thread("toggle, off", "tracehook"),
		per_thread("BPF on exit, on", "raw_syscalls"),
		per_thread("BPF on exit, off", "raw_syscalls")
	judge(n > 1 && ours > 0 && ours <= 11, "arming costs more than 11 for each thread")
	judge(most("toggle, off", "tracehook") <= 1.25 * least("toggle, off", "tracehook"),
		"disarming is not constant in the number of threads")
	judge(most("BPF on exit, off", "tracehook") < most("BPF on exit, off", "raw_syscalls"),
		"disarming " threads[n] " threads costs more than with raw_syscalls")
	conclude()
}

function latency()
{
	print_rows("microseconds", "threads")
	print ""
	judge(n > 1 && most("preemptoff, toggle, on", "tracehook") < \
		most("preemptoff, BPF on exit, on", "raw_syscalls"),
		"arming " threads[n] " threads keeps preemption off for longer than raw_syscalls")
	conclude()
}

# Times, so nothing is judged
function calls(   i)
{
	print_rows("calls in a second", "processors")
	printf "%-44s", "  ratio"
	for (i = 1; i <= n; i++)
		printf " %11.2f", cost["getppid", "tracehook", threads[i]] / \
			cost["getppid", "raw_syscalls", threads[i]]
	print ""
}

END {
	if (table == "arm")
		arm()
	else if (table == "latency")
		latency()
	else if (table == "calls")
		calls()
	else
		print_rows("microseconds of the worst fork", "threads")
}
