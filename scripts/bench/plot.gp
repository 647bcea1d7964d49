# SPDX-License-Identifier: GPL-2.0
# gnuplot -e "dir='DIR'" bench.gp: what each way to watch a call adds to it, from
# DIR/plot.dat, to a plot for each call
set terminal svg size 900,420 background "white"
set style data histogram
set style histogram clustered gap 1
set style fill solid 0.8 border -1
set datafile separator "\t"
set ylabel "instructions added to idle"
set yrange [0:*]
set grid y
set xtics rotate by -30
set key top left
do for [call in "getppid read openat"] {
	set output dir."/".call.".svg"
	set title call."(): instructions added by each way to watch it"
	plot "<awk -F'\t' -v c='\"".call."\"' '$1 == c' ".dir."/plot.dat" \
		using 3:xtic(2) title "raw\\_syscalls", \
		"" using 4 title "tracehook"
}
