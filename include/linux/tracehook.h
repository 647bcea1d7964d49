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

#ifdef CONFIG_TRACEHOOK

/*
 * The key gates only the inline hooks.  Whoever decides whether a thread may
 * lose its mark reads the word: patched code is not ordered by smp_mb().
 */
DECLARE_STATIC_KEY_FALSE(tracehook_key);
extern int tracehook_armed;

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

/*
 * Disarming walks no threads: each drops its own mark here, at its next system
 * call, after the stop for ptrace.
 */
void __tracehook_settle(void);
static inline void tracehook_settle(void)
{
	if (unlikely(!READ_ONCE(tracehook_armed)))
		__tracehook_settle();
}

#if defined(CONFIG_GENERIC_ENTRY) || defined(TIF_SYSCALL_EMU)
#define tracehook_emulated()	test_syscall_work(SYSCALL_EMU)
#else
#define tracehook_emulated()	false
#endif

/*
 * Before the stop for ptrace: empty the latch, and tell whether a tracer
 * emulates this call, which the architectures also decide before the stop.
 * Not behind the key, as a latch must not outlive a call that saw it off.
 */
static inline bool tracehook_begin_call(void)
{
	current->tracehook.period = 0;
	return tracehook_emulated();
}

/*
 * After the stop for ptrace, before seccomp.  An emulated call is never
 * attempted, and not reported.
 */
void __tracehook_syscall_entry(void);
static inline void tracehook_syscall_entry(bool emulated)
{
	if (static_branch_unlikely(&tracehook_key) && !emulated)
		__tracehook_syscall_entry();
	tracehook_settle();
}

/* Before the stop for ptrace, so that the tracer sees what a probe has set. */
void __tracehook_syscall_exit(void);
static inline void tracehook_syscall_exit(void)
{
	if (static_branch_unlikely(&tracehook_key))
		__tracehook_syscall_exit();
}

#else /* !CONFIG_TRACEHOOK */

static inline void tracehook_fork(struct task_struct *child) { }
static inline void tracehook_settle(void) { }
static inline bool tracehook_begin_call(void) { return false; }
static inline void tracehook_syscall_entry(bool emulated) { }
static inline void tracehook_syscall_exit(void) { }

static inline void tracehook_unmark(struct task_struct *task)
{
	clear_task_syscall_work(task, SYSCALL_TRACE);
}

#endif /* CONFIG_TRACEHOOK */

#endif /* _LINUX_TRACEHOOK_H */
