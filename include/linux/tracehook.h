/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Global system call tracing through the ptrace report points.
 *
 * While the machine is armed, every thread of a user program carries the
 * SYSCALL_TRACE work bit, and so comes to where ptrace reports the entry and the
 * exit of a system call.  There the tracehook tracepoints sit.
 *
 * See Documentation/trace/tracehook.rst.
 */
#ifndef _LINUX_TRACEHOOK_H
#define _LINUX_TRACEHOOK_H

#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/tracehook_types.h>
#include <linux/tracepoint-defs.h>

struct pt_regs;

#ifdef CONFIG_TRACEHOOK

DECLARE_TRACEPOINT(tracehook_exit);

/* Who wants the machine armed, a bit each: see kernel/tracehook/internal.h. */
extern unsigned long tracehook_armed;

/**
 * tracehook_fork - let a new thread take part in system call tracing
 * @child:	the new thread
 *
 * Context: copy_process(), with tasklist_lock held for writing, after @child
 * has been put on the task lists and before it can run.
 */
void tracehook_fork(struct task_struct *child);

/**
 * tracehook_clear_mark - clear the SYSCALL_TRACE work bit, unless armed
 * @task:	current, or a tracee that is kept stopped by the caller
 *
 * Context: any; neither sleeps nor takes locks.
 */
void tracehook_clear_mark(struct task_struct *task);

void __tracehook_syscall_entry(struct pt_regs *regs);
void __tracehook_syscall_exit(struct pt_regs *regs);

/**
 * tracehook_syscall_entry - report the entry of a system call
 * @regs:	registers of the current thread
 * @attempted:	false for a call that the tracer aborts or emulates
 *
 * An unmarked thread can get here, after a stop or by SYSCALL_EMU.  Its entry is not
 * reported, because its exit may bypass the hook and leave the flag set for a later
 * call.
 *
 * Context: after the stop for ptrace, before seccomp.
 * Return: whether the call was reported.  If not, the mark may be stale.
 */
static __always_inline bool tracehook_syscall_entry(struct pt_regs *regs,
						    bool attempted)
{
	if (attempted && test_syscall_work(SYSCALL_TRACE) &&
	    READ_ONCE(tracehook_armed)) {
		__tracehook_syscall_entry(regs);
		return true;
	}
	current->tracehook.reported = false;
	return false;
}

/**
 * tracehook_syscall_exit - report the exit of a system call, if its entry was
 * @regs:	registers of the current thread
 *
 * Clears the flag even without probes: not every call that gets here has passed the
 * entry hook.
 *
 * Context: before the stop for ptrace, so that the tracer sees what a probe set.
 */
static __always_inline void tracehook_syscall_exit(struct pt_regs *regs)
{
	if (tracepoint_enabled(tracehook_exit))
		__tracehook_syscall_exit(regs);
	else
		current->tracehook.reported = false;
}

/* Read before the stop at entry: what the tracer sets then is for the next call. */
#if defined(CONFIG_GENERIC_ENTRY) || defined(TIF_SYSCALL_EMU)
#define tracehook_emulated()	test_syscall_work(SYSCALL_EMU)
#else
#define tracehook_emulated()	false
#endif

#else /* !CONFIG_TRACEHOOK */

#define tracehook_emulated()	false

static inline void tracehook_fork(struct task_struct *child) { }
static inline void tracehook_syscall_exit(struct pt_regs *regs) { }

static inline void tracehook_clear_mark(struct task_struct *task)
{
	clear_task_syscall_work(task, SYSCALL_TRACE);
}

static inline bool tracehook_syscall_entry(struct pt_regs *regs, bool attempted)
{
	return false;
}

#endif /* CONFIG_TRACEHOOK */

#endif /* _LINUX_TRACEHOOK_H */
