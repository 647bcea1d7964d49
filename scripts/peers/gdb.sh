# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sessions of gdb: each function is one, see guest-run.
# shellcheck source=scripts/peers/loop.sh
. /peers/loop.sh
set -u

# gdb ARGUMENT..., its commands on stdin
g()
{
	{
		echo 'set pagination off'
		echo 'set confirm off'
		echo 'set width 0'
		echo 'set debuginfod enabled off'
		echo 'set startup-with-shell off'
		echo 'set print thread-events off'
		cat
	} > commands
	gdb -nx -q -batch -x commands "$@" 2>&1
}

# Continue to the end, and count the stops
# shellcheck disable=SC2016 # variables of gdb
count='set $stops = 0
while $_isvoid($_exitcode)
set $stops = $stops + 1
continue
end
print $stops
print $_exitcode'

breakpoints()
{
	g --args "$1" calls <<-EOT
		break work if n >= 4
		run
		bt
		finish
		print counter
		$count
	EOT
}

s_breakpoints()
{
	breakpoints $t
}

s_breakpoints32()
{
	breakpoints ${t}32
}

stepi()
{
	g --args "$1" calls <<-EOT
		break raw
		run
		set \$i = 0
		while \$i < 20
		x/i \$pc
		stepi
		set \$i = \$i + 1
		end
		delete
		$count
	EOT
}

s_stepi()
{
	stepi $t
}

s_stepi32()
{
	stepi ${t}32
}

s_step()
{
	g --args $t calls <<-EOT
		break calls
		run
		set \$i = 0
		while \$i < 30
		step
		set \$i = \$i + 1
		end
		delete
		$count
	EOT
}

s_catch()
{
	g --args $t calls <<-EOT
		catch syscall getppid
		run
		bt 1
		$count
	EOT
}

s_catch_all()
{
	g --args $t calls <<-EOT
		catch syscall
		run
		$count
	EOT
}

s_catch32()
{
	g --args ${t}32 calls <<-EOT
		catch syscall getppid
		run
		$count
	EOT
}

# Another result, and another call
s_change()
{
	g --args $t show <<-EOT
		catch syscall getppid
		run
		continue
		set \$rax = 4242
		continue
		print \$orig_rax
		set \$orig_rax = -1
		continue
		print \$rax
		delete
		$count
	EOT
}

s_watch()
{
	g --args $t calls <<-EOT
		set can-use-hw-watchpoints 0
		break work
		run
		watch counter
		$count
	EOT
}

s_watch_hardware()
{
	g --args $t calls <<-EOT
		break calls
		run
		watch counter
		$count
	EOT
}

s_call()
{
	g --args $t calls <<-EOT
		break work
		run
		print (long)raw(110, 0, 0, 0) > 0
		print (long)raw(3, -1, 0, 0)
		delete
		call (int)work(10)
		$count
	EOT
}

s_follow_child()
{
	local rc

	g --args $t children > said <<-EOT
		set follow-fork-mode child
		break work
		run
		bt
		info inferiors
		delete
		continue
	EOT
	rc=$?
	# The parent goes on by itself, and has its say whenever it likes
	grep -vx hello said
	grep -x hello said
	return $rc
}

s_follow_both()
{
	g --args $t children <<-EOT
		set detach-on-fork off
		set schedule-multiple on
		break work
		run
		info inferiors
		continue
		info inferiors
		kill inferiors 1 2
	EOT
}

s_catch_fork()
{
	# What it detaches from is told on stderr, before or after the stop
	g --args $t children <<-EOT | grep -v '^\[Detaching'
		catch fork
		catch vfork
		catch exec
		run
		$count
	EOT
}

s_attach()
{
	start_loop
	g -p "$p" <<-EOT | grep -v '^0x'
		break raw
		continue
		bt
		delete
		catch syscall getppid
		continue
		continue
		continue
		bt 1
		delete
		detach
	EOT
	stop_target "$p"
}

s_attach_again()
{
	start_loop
	for _ in 1 2 3; do
		g -p "$p" <<-EOT | grep -v '^0x\|target\.c: No such'
			catch syscall getpid
			continue
			continue
			detach
		EOT
	done
	stop_target "$p"
}

# A debugger that dies, and leaves a breakpoint-free tracee that runs
s_attach_killed()
{
	local p

	start_loop
	mkfifo keep
	gdb -nx -q -p "$p" < keep > log 2>&1 & exec 3> keep
	echo 'catch syscall getppid
		continue
		continue
		delete
		continue' >&3
	while [ "$(grep -c Continuing log)" -lt 3 ]; do sleep 0.1; done
	kill -KILL %2
	wait %2
	stop_target "$p"
	grep -c 'syscall getppid)' log
}

s_threads()
{
	g --args $t threads <<-EOT | grep -v '^\[\|^Thread .* hit'
		break thread
		run
		$count
	EOT
}

s_threads_catch()
{
	g --args $t threads <<-EOT | grep -v '^\[\|^Thread .* hit'
		catch syscall getppid
		run
		$count
	EOT
}

s_threads_apply()
{
	g --args $t threads <<-EOT | grep -v '^\[\|^Thread .* hit'
		break raw
		run
		set scheduler-locking on
		bt 1
		stepi 40
		delete
		set scheduler-locking off
		thread apply all print 1 + 1
		$count
	EOT
}

s_signals()
{
	g --args $t signals <<-EOT
		handle SIGUSR1 stop print pass
		handle SIGUSR2 nostop print pass
		run
		bt 1
		$count
	EOT
}

s_kill()
{
	g --args $t calls <<-EOT
		catch syscall getppid
		run
		kill
		run
		info breakpoints
		kill
	EOT
}
