/* SPDX-License-Identifier: GPL-2.0 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM tracehook

#if !defined(_TRACE_TRACEHOOK_H) || defined(TRACE_HEADER_MULTI_READ)
#define _TRACE_TRACEHOOK_H

#include <linux/tracehook_types.h>
#include <linux/tracepoint.h>

#include <asm/ptrace.h>
#include <asm/syscall.h>

int tracehook_entry_reg(void);
void tracehook_entry_unreg(void);
int tracehook_exit_reg(void);
void tracehook_exit_unreg(void);

/*
 * After the stop for ptrace, before seccomp.  Probes may change @regs.  The
 * record has number and arguments as earlier probes left them.
 */
TRACE_EVENT_FN(tracehook_entry,

	TP_PROTO(struct pt_regs *regs, const struct tracehook_call *call),

	TP_ARGS(regs, call),

	TP_STRUCT__entry(
		__field(	int,		nr	)
		__field(	unsigned int,	arch	)
		__field(	u64,		id	)
		__field(	unsigned long,	arg0	)
		__field(	unsigned long,	arg1	)
		__field(	unsigned long,	arg2	)
		__field(	unsigned long,	arg3	)
		__field(	unsigned long,	arg4	)
		__field(	unsigned long,	arg5	)
	),

	TP_fast_assign(
		unsigned long args[6];

		syscall_get_arguments(current, regs, args);
		__entry->nr	= syscall_get_nr(current, regs);
		__entry->arch	= call->arch;
		__entry->id	= call->id;
		/* Not an array: filters cannot name the elements of one. */
		__entry->arg0	= args[0];
		__entry->arg1	= args[1];
		__entry->arg2	= args[2];
		__entry->arg3	= args[3];
		__entry->arg4	= args[4];
		__entry->arg5	= args[5];
	),

	TP_printk("nr=%d arch=%x id=%llx arg0=%lx arg1=%lx arg2=%lx arg3=%lx arg4=%lx arg5=%lx",
		  __entry->nr, __entry->arch, __entry->id,
		  __entry->arg0, __entry->arg1, __entry->arg2,
		  __entry->arg3, __entry->arg4, __entry->arg5),

	tracehook_entry_reg, tracehook_entry_unreg
);

/* Before the stop for ptrace.  Probes may change the result in @regs. */
TRACE_EVENT_FN(tracehook_exit,

	TP_PROTO(struct pt_regs *regs, const struct tracehook_call *call),

	TP_ARGS(regs, call),

	TP_STRUCT__entry(
		__field(	int,		nr	)
		__field(	unsigned int,	arch	)
		__field(	u64,		id	)
		__field(	long,		ret	)
	),

	TP_fast_assign(
		__entry->nr	= call->nr;
		__entry->arch	= call->arch;
		__entry->id	= call->id;
		__entry->ret	= syscall_get_error(current, regs) ?:
				  syscall_get_return_value(current, regs);
	),

	TP_printk("nr=%d arch=%x id=%llx ret=%ld",
		  __entry->nr, __entry->arch, __entry->id, __entry->ret),

	tracehook_exit_reg, tracehook_exit_unreg
);

/*
 * Attaching arms the whole machine.  So unprivileged users may not even follow or
 * count the calls of their own threads, which raw_syscalls lets them do.  Inherited
 * events have the permission of their parent.
 */
#ifdef CONFIG_PERF_EVENTS
TRACE_EVENT_PERF_PERM(tracehook_entry,
	p_event->parent ? 0 : perf_allow_tracepoint());
TRACE_EVENT_PERF_PERM(tracehook_exit,
	p_event->parent ? 0 : perf_allow_tracepoint());
#endif

#endif /* _TRACE_TRACEHOOK_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
