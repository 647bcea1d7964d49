# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Sessions of those who consume the events: each function is one, see guest-run.
# target makes five calls to getppid(), 110, with arguments n, 2, 3, and one call
# with a number, 4242, that nobody else uses.
t=/peers/target
set -u

# Arguments that the call does not have are left overs in registers; ids are new
short()
{
	sed -E -e 's/ id=[0-9a-f]+//' -e 's/ arg3=.*//'
}

# It complains of event types that lack a field
script()
{
	perf script -i data "$@" 2>/dev/null | short
}

s_perf_stat()
{
	perf stat -x, -o log -e tracehook:tracehook_entry,tracehook:tracehook_exit $t calls
	grep , log | cut -d, -f1,3
}

s_perf_stat_children()
{
	perf stat -x, -o log -e tracehook:tracehook_entry,tracehook:tracehook_exit $t children
	grep , log | cut -d, -f1,3
}

s_perf_record()
{
	perf record -q -o data -e 'tracehook:*' $t calls
	script -F comm,event,trace
}

s_perf_record32()
{
	perf record -q -o data -e 'tracehook:*' ${t}32 calls
	script -F comm,event,trace
}

s_perf_record_filter()
{
	perf record -q -o data -e tracehook:tracehook_entry --filter 'nr == 110' \
		-e tracehook:tracehook_exit --filter 'nr == 110' $t calls
	script -F comm,event,trace
}

s_perf_record_system()
{
	perf record -q -a -o data -e tracehook:tracehook_entry --filter 'nr == 4242' \
		-e tracehook:tracehook_exit --filter 'nr == 4242' $t calls
	script -F comm,event,trace
}

# Those of children too
s_perf_record_children()
{
	perf record -q -o data -e tracehook:tracehook_entry --filter 'nr == 110' $t children
	script -F event,trace
}

s_bpftrace()
{
	bpftrace -q -c "$t calls" -e '
		tracepoint:tracehook:tracehook_entry
		/comm == "target" && args->nr == 110/ { @entry[args->arg0, args->arg2] = count(); }
		tracepoint:tracehook:tracehook_exit
		/comm == "target" && args->nr == 110/ { @exit[args->ret > 0] = count(); }
		tracepoint:tracehook:tracehook_exit
		/args->nr == 4242/ { @unknown[args->ret] = count(); }' | sort
}

s_bpftrace_pairs()
{
	bpftrace -q -c "$t threads" -e '
		tracepoint:tracehook:tracehook_entry
		/comm == "target"/ { @in[args->id] = args->nr + 1; }
		tracepoint:tracehook:tracehook_exit
		/comm == "target" && args->nr != 59/ {
			if (@in[args->id] == args->nr + 1) { @[args->nr == 110] = 1; } else { @orphan = count(); }
			delete(@in[args->id]);
		}
		END { clear(@in); }' | sort
}

s_libbpf()
{
	/peers/rawtp /peers/rawtp.bpf.o $t calls | sort
}

s_libbpf32()
{
	/peers/rawtp /peers/rawtp.bpf.o ${t}32 calls | sort
}

report()
{
	trace-cmd report "$@" | grep ' target-' | sed 's/^ *target-[0-9]* *\[[0-9]*\] *[0-9.]*: *//' | short
}

s_trace_cmd()
{
	trace-cmd record -q -e tracehook -o data $t calls > /dev/null 2>&1
	report -i data
}

s_trace_cmd_filter()
{
	trace-cmd record -q -e tracehook -f 'nr == 110 || nr == 4242' -o data $t calls > /dev/null 2>&1
	report -i data
}

s_trace_cmd_instance()
{
	trace-cmd start -B session -e tracehook -f 'nr == 4242' > /dev/null
	$t calls
	trace-cmd stop -B session
	trace-cmd show -B session | sed -n 's/^ *target-[0-9]* *[^:]*: //p'
	trace-cmd reset -B session -d
}
