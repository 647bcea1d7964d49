/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Global system call tracing through the ptrace report points.
 *
 * While the machine is armed, every thread carries the SYSCALL_TRACE work bit
 * and so comes to ptrace_report_syscall_entry() and _exit(), where the
 * tracehook tracepoints sit.  See Documentation/trace/tracehook.rst.
 *
 * <linux/ptrace.h> includes this header, not the other way round.
 */
#ifndef _LINUX_TRACEHOOK_H
#define _LINUX_TRACEHOOK_H

#include <linux/jump_label.h>
#include <linux/sched.h>
#include <linux/thread_info.h>
#include <linux/tracehook_types.h>
#include <linux/tracepoint-defs.h>

struct pt_regs;

#ifdef CONFIG_TRACEHOOK

/* Gates the inline hooks alone, see tracehook_armed for what it cannot do. */
DECLARE_STATIC_KEY_FALSE(tracehook_key);

/**
 * tracehook_fork - let a new thread take part in system call tracing
 * @child:	the new thread
 *
 * Context: copy_process(), with tasklist_lock held for writing, after @child
 * has been put on the task lists and before it can run.
 */
void tracehook_fork(struct task_struct *child);

/**
 * tracehook_unmark - clear the SYSCALL_TRACE work bit, unless armed
 * @task:	current, or a tracee that is kept stopped by the caller
 *
 * Context: any; neither sleeps nor takes locks.
 */
void tracehook_unmark(struct task_struct *task);

/**
 * tracehook_settle - what remains to be done at an entry that is not reported
 *
 * Empties the latch.  Disarming walks no threads: each drops its own mark here,
 * at its next system call.
 *
 * Context: system call entry, after the stop for ptrace.
 */
void tracehook_settle(void);

/*
 * After the stop for ptrace, before seccomp.  @attempted is false for a call that
 * the tracer aborts, or emulates.
 */
void __tracehook_syscall_entry(struct pt_regs *regs);
static inline void tracehook_syscall_entry(struct pt_regs *regs, bool attempted)
{
	if (static_branch_likely(&tracehook_key) && attempted)
		__tracehook_syscall_entry(regs);
	else
		tracehook_settle();
}

/*
 * Before the stop for ptrace, so that the tracer sees what a probe has set.  No
 * entry, no exit: some paths come here twice.
 */
DECLARE_TRACEPOINT(syscall_exit);
void __tracehook_syscall_exit(void);
static inline void tracehook_syscall_exit(void)
{
	if (tracepoint_enabled(syscall_exit))
		__tracehook_syscall_exit();
	current->tracehook.latch = 0;
}

#else /* !CONFIG_TRACEHOOK */

static inline void tracehook_fork(struct task_struct *child) { }
static inline void tracehook_syscall_entry(struct pt_regs *regs, bool attempted) { }
static inline void tracehook_syscall_exit(void) { }

static inline void tracehook_unmark(struct task_struct *task)
{
	clear_task_syscall_work(task, SYSCALL_TRACE);
}

#endif /* CONFIG_TRACEHOOK */

#endif /* _LINUX_TRACEHOOK_H */
