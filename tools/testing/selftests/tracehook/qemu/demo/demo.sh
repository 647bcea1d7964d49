#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
# The part of make run that runs in the guest. /demo/syscalls has lines of
# "arch number name"; /demo/hello32 is there if the kernel runs 32-bit programs.
T=/sys/kernel/tracing
H=/sys/kernel/debug/tracehook
bad=0

check()
{
	what=$1
	shift
	"$@" >/dev/null 2>&1 && return
	echo "FAILED: $what"
	bad=$((bad + 1))
}

# Shows the status file, and checks "key: value" lines in it
status()
{
	echo
	echo "--- $1: $H/status"
	shift
	cat $H/status >/tmp/status
	sed 's/^/    /' /tmp/status
	for line in "$@"; do
		check "status says $line" grep -qx "$line" /tmp/status
	done
}

value()
{
	sed -n "s/^$1: //p" /tmp/status
}

[ -e $H/enable ] || { echo "FAILED: no $H: is the option on?"; exit 1; }
status "before" "armed: 0" "users: none"

echo 1 >$H/enable
check "the toggle reads 1" grep -qx 1 $H/enable
echo 1 >$T/events/tracehook/enable
echo
echo "--- armed by the toggle, both events on: some programs run"
mkfifo /tmp/wait
/demo/threads </tmp/wait &
exec 3>/tmp/wait
grep -h processor /proc/cpuinfo /proc/cpuinfo | sort | uniq -c | sed 's/^/    pipeline:/'
/demo/denied || check "a seccomp filter denies a call" false
[ ! -e /demo/hello32 ] || /demo/hello32 || check "a 32-bit program runs" false
/demo/debugger /demo/hello || check "a debugger works" false
status "during, with four threads waiting" "armed: 1" "users: toggle entry exit"
check "every thread is marked" [ "$(value threads)" = "$(value marked)" ]
exec 3>&-
wait

echo 0 >$T/tracing_on
cat $T/trace >/tmp/trace
echo 0 >$T/events/tracehook/enable
echo 0 >$H/enable
status "after" "armed: 0" "users: none"

# thread, event, arch, number, name, the rest of the line
awk 'FILENAME == ARGV[1] { name[$1, $2] = $3; next }
	!/: tracehook_(entry|exit): / { next }
	{
		match($0, /nr=-?[0-9]+/)
		nr = substr($0, RSTART + 3, RLENGTH - 3)
		match($0, /arch=[0-9a-f]+/)
		arch = substr($0, RSTART + 5, RLENGTH - 5)
		event = /tracehook_entry/ ? "entry" : "exit"
		rest = substr($0, RSTART + RLENGTH + 1)
		print $1, event, arch, nr, (arch, nr) in name ? name[arch, nr] : "?", rest
	}' /demo/syscalls /tmp/trace >/tmp/calls

echo
# The calls of every start and end of a program say little about it.
usual='brk|close|dup2|execve|.*stat(at|x)?|ioctl|mmap2?|mprotect|munmap|prlimit64|.*rlimit'
usual="$usual|readlink(at)?|rseq|rt_sig[a-z]*|set_.*|getrandom|arch_prctl"
echo "--- the last calls of each program but the usual ones, from $T/trace"
printf '    %-16s %-5s %-9s %4s %-16s\n' thread event arch nr name
for p in grep denied hello32 hello threads; do
	grep "^$p-" /tmp/calls | grep -vE " ($usual) " | tail -n 7 |
	awk '{
		rest = $6
		for (i = 7; i <= NF; i++)
			rest = rest " " $i
		printf "    %-16s %-5s %-9s %4s %-16s %s\n", $1, $2, $3, $4, $5, rest
	}'
done

echo
echo "--- the most frequent calls"
awk '$2 == "entry" { n[$3 " " $4 " " $5]++ } END { for (c in n) print n[c], c }' /tmp/calls |
	sort -rn | head -n 12 | awk '{ printf "    %6d  %-16s nr=%s arch=%s\n", $1, $4, $3, $2 }'

# getppid PROGRAM FIELD: what is in that field of its entries into getppid()
getppid()
{
	grep "^$1-.* entry .* getppid " /tmp/calls | cut -d' ' -f"$2" | sort -u
}

check "a denied mkdirat() is seen with its outcome" \
	grep -q '^denied-.* exit .* mkdirat id=[0-9a-f]* ret=-1$' /tmp/calls
check "the debugger's program is seen" [ -n "$(getppid hello 3)" ]
check "four threads are seen" [ "$(getppid threads 1 | wc -l)" = 4 ]
[ ! -e /demo/hello32 ] || check "32-bit calls have an architecture of their own" \
	[ "$(getppid hello32 3)" != "$(getppid hello 3)" ]
awk '{ id = $6; call = $3 " " $4 }
	$2 == "entry" { open[id] = call }
	# The first: the shell was in write(), on an armed machine, and enabled the events.
	$2 == "exit" && open[id] != call && NR > 1 { print "no entry for: " $0; bad = 1 }
	$2 == "exit" { delete open[id] }
	END { exit bad }' /tmp/calls || check "every exit has its entry" false
echo
echo "$(grep -c . /tmp/calls) events, $bad check(s) failed"
exit $bad
