# SPDX-License-Identifier: GPL-2.0
# Read before the tables of make bench: says what is not as promised, and counts.

function judge(good, text)
{
	if (good)
		passed++
	else {
		failed++
		print "FAIL " text
	}
}

function conclude()
{
	printf "%d passed, %d failed, 0 skipped\n", passed, failed
	exit failed > 0
}
