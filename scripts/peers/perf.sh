# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sessions of perf trace, which has the raw_syscalls events to itself.
t=/peers/target
set -u

# Without the times, and the names of files and of the thread, which it sometimes comes
# too late for
calls()
{
	sed -n 's/^.* ms): *//p' log |
		sed 's/ *= / = /; s/(fd: \([0-9]*\)<[^>]*>/(fd: \1/; s,^[^ ]*/\([0-9]* \),\1,'
}

s_trace()
{
	perf trace -o log -e getppid,close,write $t calls
	calls
}

s_trace_threads()
{
	perf trace -o log -e getppid $t threads
	calls | sed 's,.* \(getppid\),\1,' | sort | uniq -c
}

s_trace_summary()
{
	perf trace -s -o log $t calls
	sed -n 's/^ *\([a-z_0-9]*\)  *\([0-9][0-9]*\)  *\([0-9][0-9]*\)  *[0-9.]*  .*/\1 \2 \3/p' log |
		sort
}
