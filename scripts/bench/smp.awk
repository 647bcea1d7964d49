# SPDX-License-Identifier: GPL-2.0
# awk -f bench-rows.awk -f bench-smp.awk -v title=UNIT -v columns=WHAT TSV
# A table of make bench-smp; below calls in a second, of one call, their ratio.

END {
	print_rows(title, columns)
	if (("getppid" SUBSEP "tracehook") in seen) {
		printf "%-44s", "  ratio"
		for (i = 1; i <= n; i++)
			printf " %11.2f", cost["getppid", "tracehook", threads[i]] / \
				cost["getppid", "raw_syscalls", threads[i]]
		print ""
	}
}
