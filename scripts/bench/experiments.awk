# SPDX-License-Identifier: GPL-2.0
# awk -f experiments.awk SERIES.tsv NAME.tsv...
# What each way to watch a call adds to it, with the series and with what might have
# been done instead, which has a tracer of its own or is tracehook, changed.
BEGIN { FS = "\t" }
FNR == 1 {
	name[++files] = FILENAME
	gsub(/.*\/|\.tsv$/, "", name[files])
}
$2 == "idle" { idle[files, $1] = $4; if (files == 1) calls[++nr_calls] = $1; next }
$2 ~ /^idle/ || $3 == "-" { next }
files == 1 && !($2 in seen) { seen[$2] = 1; what[++nr] = $2 }
{ cost[files, $1, $2, $3] = $4 - idle[files, $1]; own[files] = own[files] || $3 == "audit_call" }

function added(file, call, what, who)
{
	return (file, call, what, who) in cost ? sprintf("%+d", cost[file, call, what, who]) : "-"
}

END {
	for (c = 1; c <= nr_calls; c++) {
		printf "%-24s %14s", calls[c] "(), added to idle", "raw_syscalls"
		for (f = 1; f <= files; f++)
			printf " %14s", name[f]
		print ""
		for (i = 1; i <= nr; i++) {
			printf "  %-22s %14s", what[i], added(1, calls[c], what[i], "raw_syscalls")
			for (f = 1; f <= files; f++)
				printf " %14s", added(f, calls[c], what[i],
						      own[f] ? "audit_call" : "tracehook")
			print ""
		}
		printf "  %-22s %14s", "idle", ""
		for (f = 1; f <= files; f++)
			printf " %14d", idle[f, calls[c]]
		print ""
	}
}
