# SPDX-License-Identifier: GPL-2.0
# Read before the tables of make bench that have a column for each number of threads.
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
