# SPDX-License-Identifier: GPL-2.0
# awk -f bench-judge.awk -f bench-rows.awk -f bench-latency.awk LATENCY.TSV
# The table of the longest stretches with interrupts or preemption off of make bench,
# what is not as promised, and a last line "N passed, N failed, N skipped".

END {
	print_rows("microseconds", "threads")
	print ""
	judge(n > 1 && cost["preemptoff, toggle, on", "tracehook", threads[n]] < \
		cost["preemptoff, BPF on exit, on", "raw_syscalls", threads[n]],
		"arming " threads[n] " threads keeps preemption off for longer than raw_syscalls")
	conclude()
}
