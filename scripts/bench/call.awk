# SPDX-License-Identifier: GPL-2.0
# awk -f judge.awk -f call.awk -v plot=FILE PROMISES OFF.TSV ON.TSV
# The table of make bench, and in FILE what is plotted: what each way to watch a call
# adds to it. Then what was promised and is not held, and a last line
# "N passed, N failed, N skipped".
BEGIN { FS = "\t" }
FNR == 1 { file++ }
/^(#|$)/ { next }
# call, what, the largest ratio to raw_syscalls
file == 1 { promise[$1, $2] = $3; next }
file == 2 && $2 == "idle" { off[$1] = $4; next }
file == 2 { next }
{
	if (!($1 in idle)) {
		calls[++nr_calls] = $1
		idle[$1] = $4
	}
	if (!($2 in seen)) {
		seen[$2] = 1
		what[++nr] = $2
	}
	cost[$1, $2, $3] = $4
}

function added(call, w, who,   k)
{
	k = call SUBSEP w SUBSEP who
	return k in cost ? sprintf("%+d", cost[k] - idle[call]) : "-"
}

# How long a path takes to look up is not the same to the digit
function same(call, a, b)
{
	return a == b || (call == "openat" && a / b < 1.01 && b / a < 1.01)
}

END {
	for (c = 1; c <= nr_calls; c++) {
		call = calls[c]
		printf "%s(): instructions, and added to idle\n", call
		printf "  %-34s %12d\n  %-34s %12d\n", "option off", off[call],
			"option on, idle", idle[call]
		printf "  %-34s %12s %12s  ratio\n", "", "raw_syscalls", "tracehook"
		for (i = 1; i <= nr; i++) {
			w = what[i]
			if (w ~ /^idle/)
				continue
			raw = added(call, w, "raw_syscalls")
			ours = added(call, w, "tracehook")
			if (ours == "-" && raw == "-") {
				printf "  %-34s %12s\n", w, added(call, w, "-")
				continue
			}
			printf "  %-34s %12s %12s", w, raw, ours
			if (raw == "-" || ours == "-") {
				print ""
				continue
			}
			ratio = ours / raw
			printf "  %.2f\n", ratio
			printf "\"%s\"\t\"%s\"\t%d\t%d\n", call, w, raw, ours > plot
			if ((call, w) in promise) {
				limit = promise[call, w]
				bad[++nr_judged] = sprintf("%d %s, %s: ratio %.3f, promised %s",
					ratio <= limit + 0.005, call, w, ratio, limit)
			}
		}
		print ""
	}
	for (c = 1; c <= nr_calls; c++) {
		call = calls[c]
		judge(same(call, off[call], idle[call]), call ": idle " idle[call] ", option off " off[call])
		judge(same(call, cost[call, "idle, afterwards", "-"], idle[call]),
			call ": idle " idle[call] ", afterwards " cost[call, "idle, afterwards", "-"])
	}
	for (i = 1; i <= nr_judged; i++)
		judge(substr(bad[i], 1, 1) == 1, substr(bad[i], 3))
	for (p in promise)
		nr_promises++
	judge(nr_judged > 0 && nr_judged == nr_promises, "not all that is promised was measured")
	conclude()
}
