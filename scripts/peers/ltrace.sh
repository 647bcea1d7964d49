# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sessions of ltrace: each function is one, see guest-run.
# shellcheck source=scripts/peers/loop.sh
. /peers/loop.sh
set -u

s_calls()
{
	ltrace -o log $t show
	cat log
}

s_syscalls()
{
	ltrace -S -o log $t show
	cat log
}

s_children()
{
	ltrace -f -o log $t children
	# A call is written in two parts if another process says something meanwhile
	sed -E 's/^[^ ]* *//; s/^(fork|vfork|waitpid)\(.*/\1/; /^<\.\.\. /d' log | sort
}

s_signals()
{
	ltrace -S -e nanosleep -o log $t signals
	grep -v SIGCHLD log
}

s_attach()
{
	local p

	: > log
	start_loop
	ltrace -o log -p "$p" &
	while [ "$(wc -l < log)" -lt 20 ]; do sleep 0.1; done
	kill -INT %2
	wait %2
	stop_target "$p"
	# And has no end if it is left alone
	grep ' = ' log | grep -v resumed | sort | uniq
}
