# SPDX-License-Identifier: GPL-2.0
# awk -f bench-judge.awk -f bench-rows.awk -f bench-arm.awk ARM.TSV
# The table of arming and disarming of make bench, what is not as promised, and a last
# line "N passed, N failed, N skipped".

# per_thread(WHAT, WHO): the slope between the smallest and the largest machine
function per_thread(what, who)
{
	return (cost[what, who, threads[n]] - cost[what, who, threads[1]]) / (threads[n] - threads[1])
}

END {
	print_rows("instructions", "threads")
	ours = per_thread("toggle, on", "tracehook")
	printf "  for each thread: tracehook %.1f on and %.1f off, raw_syscalls %.1f and %.1f\n\n",
		ours, per_thread("toggle, off", "tracehook"),
		per_thread("BPF on exit, on", "raw_syscalls"),
		per_thread("BPF on exit, off", "raw_syscalls")
	# What Documentation/trace/tracehook.rst promises
	judge(n > 1 && ours > 0 && ours <= 11, "arming costs more than 11 for each thread")
	judge(cost["toggle, off", "tracehook", threads[n]] <= 1.25 * cost["toggle, off", "tracehook", threads[1]],
		"disarming is not constant in the number of threads")
	judge(cost["BPF on exit, off", "tracehook", threads[n]] < cost["BPF on exit, off", "raw_syscalls", threads[n]],
		"disarming " threads[n] " threads costs more than with raw_syscalls")
	conclude()
}
