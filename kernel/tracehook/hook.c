// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks at system call entry and exit, and the tracepoints behind them.
 *
 * An exit is reported only if the entry of the same call went through the hook
 * in the same armed period and, while the entry tracepoint has probes, only if
 * that entry was handed to them.  A call can sleep through any number of
 * re-armings and re-attachments, so a bit per thread cannot tell.  Numbers can,
 * fresh ones from tracehook_last:
 *
 *   tracehook_period	since when the machine is armed
 *   tracehook_handed	since when the entry tracepoint has had probes, last
 *   tracehook_floor	the newer of the two, and the period without probes
 *
 * The entry latches the second if it is handed to probes, else the first.  The
 * exit is reported if what its entry has latched is not below the floor.
 */
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/tracehook.h>

#include <asm/syscall.h>

#include "internal.h"

#define CREATE_TRACE_POINTS
#include <trace/events/tracehook.h>

EXPORT_TRACEPOINT_SYMBOL_GPL(syscall_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(syscall_exit);

/* tracepoints_mutex protects it. */
static u64 tracehook_handed __read_mostly;

static __always_inline void tracehook_call_entry_probes(struct pt_regs *regs,
							struct tracehook_task *th)
{
	u64 handed;

	/* synchronize_rcu() in tracehook_entry_reg() waits for this section. */
	preempt_disable_notrace();
	handed = READ_ONCE(tracehook_handed);
	/* [D], pairs with tracehook_entry_reg(): no probes of an earlier set. */
	smp_rmb();
	/*
	 * The list of probes has the last word: the key is patched after it on
	 * attaching, before it on detaching, and not on all CPUs at once.
	 */
	if (rcu_access_pointer(__tracepoint_syscall_entry.funcs)) {
		th->latch = handed;
		__DO_TRACE_CALL(syscall_entry, TP_ARGS(regs, &th->call));
	} else {
		th->latch = READ_ONCE(tracehook_period);
	}
	preempt_enable_notrace();

	/* The probes may have changed it. */
	th->call.nr = syscall_get_nr(current, regs);
}

void __tracehook_syscall_entry(struct pt_regs *regs)
{
	struct tracehook_task *th = &current->tracehook;

	th->call.nr = syscall_get_nr(current, regs);
	th->call.arch = syscall_get_arch(current);

	if (tracepoint_enabled(syscall_entry))
		tracehook_call_entry_probes(regs, th);
	else
		th->latch = READ_ONCE(tracehook_period);
}

/*
 * The registers are the thread's: nothing at exit has looked at the argument of
 * the caller so far, unless there was a step.  Not by trace_syscall_exit(), as
 * the inline hook has tested the key already.
 */
void __tracehook_syscall_exit(void)
{
	struct tracehook_task *th = &current->tracehook;

	/* synchronize_rcu() in both reg functions waits for this section. */
	preempt_disable_notrace();
	if (th->latch >= READ_ONCE(tracehook_floor))
		__DO_TRACE_CALL(syscall_exit,
				TP_ARGS(task_pt_regs(current), &th->call));
	preempt_enable_notrace();
}

/*
 * The machine stays armed from tracehook_set_user() on, so tracehook_arm() does
 * not draw a number or lower the floor meanwhile.
 */
int tracehook_entry_reg(void)
{
	tracehook_set_user(TRACEHOOK_ENTRY, true);
	/* [D], pairs with tracehook_call_entry_probes(). */
	smp_wmb();
	WRITE_ONCE(tracehook_handed, ++tracehook_last);
	WRITE_ONCE(tracehook_floor, tracehook_handed);
	/* [E]: exits that saw a lower floor are over before probes go live. */
	synchronize_rcu();
	return 0;
}

void tracehook_entry_unreg(void)
{
	WRITE_ONCE(tracehook_floor, tracehook_period);
	tracehook_set_user(TRACEHOOK_ENTRY, false);
}

int tracehook_exit_reg(void)
{
	tracehook_set_user(TRACEHOOK_EXIT, true);
	/* [F]: likewise exits that saw the floor of an earlier period. */
	synchronize_rcu();
	return 0;
}

void tracehook_exit_unreg(void)
{
	tracehook_set_user(TRACEHOOK_EXIT, false);
}
