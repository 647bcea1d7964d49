# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the sessions share that attach to a program at work.
t=/peers/target

# The target is in its loop when this returns, and $p is its number: who attaches sooner
# may find it in bash, in the linker, or before the loop.
start_loop()
{
	$t loop & p=$!
	# In clock_nanosleep(), by which it waits there and nowhere else
	until grep -qs '^230 ' "/proc/$p/syscall"; do sleep 0.05; done
}

# What the looping target says in the end
stop_target()
{
	kill -TERM "$1"
	wait "$1"
	echo "target: $?"
}
