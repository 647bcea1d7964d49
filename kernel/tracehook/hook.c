// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks at system call entry and exit, and the tracepoints behind them.
 *
 * An exit is reported only if the entry of the same call went through the hook
 * in the same armed period and, while the entry tracepoint has probes, only if
 * that entry was handed to them.  A call can sleep through any number of
 * re-armings and re-attachments, so a bit per thread cannot tell: the entry
 * latches two generations, and the exit compares.
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

/*
 * Which set of entry probes is attached: a fresh number from before the first
 * one goes live until the last is gone, then 0.  tracepoints_mutex protects it.
 */
static unsigned long tracehook_entry_gen __read_mostly;

/*
 * The registers are taken from the thread, not from the caller: sparc32's
 * sys_sigreturn reports its exit with a stale argument register.
 */
void __tracehook_syscall_entry(void)
{
	struct tracehook_task *th = &current->tracehook;
	struct pt_regs *regs = current_pt_regs();
	unsigned long gen;

	th->call.nr = syscall_get_nr(current, regs);
	th->call.arch = syscall_get_arch(current);

	/* synchronize_rcu() in tracehook_entry_reg() waits for this section. */
	preempt_disable_notrace();
	th->period = READ_ONCE(tracehook_period);
	/* Pairs with tracehook_entry_reg(): no probes of the one before. */
	gen = smp_load_acquire(&tracehook_entry_gen);
	th->handed = 0;
	/*
	 * The list of probes decides, not the key: its sites are patched one by
	 * one, and one could say yes where the next still says no.
	 */
	if (rcu_access_pointer(__tracepoint_syscall_entry.funcs)) {
		th->handed = gen;
		__DO_TRACE_CALL(syscall_entry, TP_ARGS(regs, &th->call));
		/* The probes may have changed it. */
		th->call.nr = syscall_get_nr(current, regs);
	}
	preempt_enable_notrace();
}

void __tracehook_syscall_exit(void)
{
	struct tracehook_task *th = &current->tracehook;
	unsigned long gen;

	/* synchronize_rcu() in both reg functions waits for this section. */
	preempt_disable_notrace();
	gen = READ_ONCE(tracehook_entry_gen);
	if (th->period == READ_ONCE(tracehook_period) &&
	    (!gen || gen == th->handed))
		trace_syscall_exit(current_pt_regs(), &th->call);
	preempt_enable_notrace();

	/* No entry, no exit: some paths come here twice. */
	th->period = 0;
}

int tracehook_entry_reg(void)
{
	static unsigned long last_gen;

	tracehook_set_user(TRACEHOOK_ENTRY, true);
	/* Pairs with the smp_load_acquire() in __tracehook_syscall_entry(). */
	smp_store_release(&tracehook_entry_gen, ++last_gen);
	/* An exit that still read 0 is over before the first probe goes live. */
	synchronize_rcu();
	return 0;
}

void tracehook_entry_unreg(void)
{
	WRITE_ONCE(tracehook_entry_gen, 0);
	tracehook_set_user(TRACEHOOK_ENTRY, false);
}

int tracehook_exit_reg(void)
{
	tracehook_set_user(TRACEHOOK_EXIT, true);
	/* Likewise an exit that still compared with an earlier period. */
	synchronize_rcu();
	return 0;
}

void tracehook_exit_unreg(void)
{
	tracehook_set_user(TRACEHOOK_EXIT, false);
}
