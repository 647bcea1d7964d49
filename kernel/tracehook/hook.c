// SPDX-License-Identifier: GPL-2.0
/*
 * The hooks at system call entry and exit, and the tracepoints behind them.
 *
 * An exit is reported only if the entry of the same call was.  One flag of the
 * thread remembers a reported entry.  While the thread stays marked, it comes to the
 * exit of that call and clears the flag there, whether anybody listens or not.  If
 * it loses its mark, it loses the flag, too.  So all other exits find the flag
 * clear: the first one of a fork child, the exit of a call that was entered
 * unmarked, and of a call that the architecture rejects before the hook.
 *
 * A reader may still lack an entry: it attached later, filtered the entry out, or
 * lost it.  It can tell by the id, which entry and exit share.
 */
#include <linux/atomic.h>
#include <linux/ptrace.h>
#include <linux/tracehook.h>

#include <asm/syscall.h>

#include "internal.h"

#define CREATE_TRACE_POINTS
#include <trace/events/tracehook.h>

EXPORT_TRACEPOINT_SYMBOL_GPL(tracehook_entry);
EXPORT_TRACEPOINT_SYMBOL_GPL(tracehook_exit);

/* Threads take ids in blocks of 2^16, so that they rarely contend for the counter. */
static u64 tracehook_next_id(u64 id)
{
	static atomic64_t blocks = ATOMIC64_INIT(0);

	if (unlikely(!(u16)id))
		id = (u64)atomic64_inc_return(&blocks) << 16;
	return id + 1;
}

void __tracehook_syscall_entry(struct pt_regs *regs)
{
	struct tracehook_task *th = &current->tracehook;

	th->call.nr = syscall_get_nr(current, regs);
	th->call.arch = syscall_get_arch(current);
	th->call.id = tracehook_next_id(th->call.id);
	th->reported = true;

	trace_tracehook_entry(regs, &th->call);
	/* A probe may have changed the number. */
	th->call.nr = syscall_get_nr(current, regs);
}

void __tracehook_syscall_exit(struct pt_regs *regs)
{
	struct tracehook_task *th = &current->tracehook;

	if (!th->reported)
		return;
	th->reported = false;
	trace_tracehook_exit(regs, &th->call);
}

int tracehook_entry_reg(void)
{
	tracehook_set_user(TRACEHOOK_ENTRY, true);
	return 0;
}

void tracehook_entry_unreg(void)
{
	tracehook_set_user(TRACEHOOK_ENTRY, false);
}

int tracehook_exit_reg(void)
{
	tracehook_set_user(TRACEHOOK_EXIT, true);
	return 0;
}

void tracehook_exit_unreg(void)
{
	tracehook_set_user(TRACEHOOK_EXIT, false);
}
