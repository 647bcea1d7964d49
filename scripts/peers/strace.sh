# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sessions of strace: each function is one, see guest-run.
# shellcheck source=scripts/peers/loop.sh
. /peers/loop.sh
set -u

# A log for each process or thread, in the order of their birth
logs()
{
	for f in $(printf '%s\n' log.* | sort -t. -k2n); do
		echo "- $f"
		cat "$f"
	done
}

# Until FILE has more than N lines
lines()
{
	while [ "$(wc -l < "$1")" -le "$2" ]; do sleep 0.05; done
}

s_calls()
{
	strace -o log $t calls
	cat log
}

s_calls32()
{
	strace -o log ${t}32 calls
	cat log
}

s_children()
{
	strace -ff -o log $t children
	logs
}

s_threads()
{
	strace -ff -e trace=getppid,exit,exit_group -o log $t threads
	logs
}

s_signals()
{
	strace -o log $t signals
	grep -v SIGCHLD log
}

s_count()
{
	strace -f -c -S name -U name,calls,errors $t children
}

s_seccomp_bpf()
{
	strace -ff --seccomp-bpf -e trace=getppid,close -o log $t children
	logs
}

s_inject_result()
{
	strace -e trace=getppid,close -o log \
		-e inject=getppid:retval=4242:when=2+ -e inject=close:error=EIO:when=3 $t show
	cat log
}

s_inject_signal()
{
	strace -e trace=getppid -o log -e inject=getppid:signal=SIGUSR1:when=2+ $t show
	cat log
}

s_inject_seccomp_bpf()
{
	strace -f --seccomp-bpf -e trace=getppid,close -o log \
		-e inject=getppid:retval=4242:when=1..2 -e inject=close:error=EIO:when=3 $t show
	cat log
}

s_attach()
{
	: > log
	start_loop
	strace -e trace=getpid,getppid -o log -p "$p" & s=$!
	lines log 20
	kill -INT $s
	wait $s
	stop_target "$p"
	grep -v 'detached\|resumed' log | sort | uniq
}

# A tracer that dies, and leaves a tracee that runs
s_attach_killed()
{
	: > log
	start_loop
	for _ in 1 2 3 4 5; do
		: > log
		strace -o log -p "$p" & s=$!
		lines log 10
		kill -KILL $s
		wait $s
	done 2>/dev/null
	stop_target "$p"
}

s_daemon()
{
	strace -D -e trace=getppid,exit_group -o log $t calls
	echo "exit: $?"
	while ! grep -q exited log; do sleep 0.05; done
	cat log
}

s_pipeline()
{
	strace -f -qq -z -e signal=none -e trace=execve,pipe2,dup2 -o log \
		bash -c 'ls /usr | sort -r | head -n 2'
	sed 's/^[0-9]* *//' log | grep -v resumed | sort
}
