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
 * events/tracehook/enable goes by the order of the definitions, see the Makefile
 * too: it attaches to the entry first, and a trace begins with no exit of a call
 * whose entry it missed.
 */

/* After the stop for ptrace, before seccomp.  Probes may change @regs. */
TRACE_EVENT_FN(syscall_entry,

	TP_PROTO(struct pt_regs *regs, const struct tracehook_call *call),

	TP_ARGS(regs, call),

	TP_STRUCT__entry(
		__field(	int,		nr		)
		__field(	unsigned int,	arch		)
		__array(	unsigned long,	args,	6	)
	),

	TP_fast_assign(
		__entry->nr	= call->nr;
		__entry->arch	= call->arch;
		syscall_get_arguments(current, regs, __entry->args);
	),

	TP_printk("nr=%d arch=%x args=[%lx, %lx, %lx, %lx, %lx, %lx]",
		  __entry->nr, __entry->arch,
		  __entry->args[0], __entry->args[1], __entry->args[2],
		  __entry->args[3], __entry->args[4], __entry->args[5]),

	tracehook_entry_reg, tracehook_entry_unreg
);

/* Before the stop for ptrace.  Probes may change the result in @regs. */
TRACE_EVENT_FN(syscall_exit,

	TP_PROTO(struct pt_regs *regs, const struct tracehook_call *call),

	TP_ARGS(regs, call),

	TP_STRUCT__entry(
		__field(	int,		nr		)
		__field(	unsigned int,	arch		)
		__field(	long,		ret		)
	),

	TP_fast_assign(
		__entry->nr	= call->nr;
		__entry->arch	= call->arch;
		__entry->ret	= syscall_get_error(current, regs) ?:
				  syscall_get_return_value(current, regs);
	),

	TP_printk("nr=%d arch=%x ret=%ld",
		  __entry->nr, __entry->arch, __entry->ret),

	tracehook_exit_reg, tracehook_exit_unreg
);

/*
 * Attaching arms the whole machine.  So, unlike with raw_syscalls, not everybody
 * may follow or count even the calls of his own threads.  Inherited events got
 * the permission of their parent.
 */
#ifdef CONFIG_PERF_EVENTS
TRACE_EVENT_PERF_PERM(syscall_entry,
	p_event->parent ? 0 : perf_allow_tracepoint());
TRACE_EVENT_PERF_PERM(syscall_exit,
	p_event->parent ? 0 : perf_allow_tracepoint());
#endif

#endif /* _TRACE_TRACEHOOK_H */

/* This part must be outside protection */
#include <trace/define_trace.h>
