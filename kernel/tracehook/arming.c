// SPDX-License-Identifier: GPL-2.0
/*
 * Bring every thread to the ptrace report points: the arming protocol.
 *
 * A thread must be marked, that is, have the SYSCALL_TRACE work bit, if the machine
 * is armed or if its tracer asked for system call stops.  These two facts are kept
 * in tracehook_armed and in ->ptrace.  The bit only follows from them:
 *
 *  - Anybody may set the bit.  A superfluous mark costs one pass through the hook.
 *  - Only the thread itself, or its tracer while the thread is stopped, clears it,
 *    and then looks at tracehook_armed again: tracehook_clear_mark().
 *  - Arming marks all threads and fork marks new ones.  Disarming clears nothing:
 *    a thread whose mark nobody needs finds out at its next system call, where
 *    ptrace reports the entry.
 *
 * What must not happen: a thread stays unmarked on an armed machine, and its calls
 * go unseen until the machine is disarmed.  Three barriers prevent that:
 *
 *   tracehook_set_user()       tracehook_fork()        tracehook_clear_mark()
 *
 *   set a bit of armed         link the child          clear the bit
 *   smp_mb()             [A]   smp_mb()          [B]   smp_mb()          [C]
 *   walk: set the bit          armed? set the bit      armed? set the bit
 *
 * [A]-[B]: without either, the walk could miss the child, and fork could read 0.
 * [A]-[C]: without either, the clear could undo the set of the walk, and the read
 * after it could still be 0.  Also, a thread that reaches the hook by the walk's
 * mark may read the old value there.  It clears after the set, so it then sees armed.
 */
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/tracehook.h>

#include "internal.h"

unsigned long tracehook_armed __read_mostly;

/*
 * RCU instead of tasklist_lock, so that the walk does not delay fork, exit or wait.
 *
 * The walk misses nobody.  It meets new processes and threads at the tail, unless
 * they are added after it has read the tail, or while it stands on a removed entry.
 * These are linked after [A], so [B] makes their fork see armed.  de_thread() puts a
 * new leader in the place of the old one on the list.
 */
static void tracehook_mark_all(void)
{
	struct task_struct *process, *thread;

	rcu_read_lock();
	for_each_process_thread(process, thread) {
		if (tracehook_can_trace(thread))
			set_task_syscall_work(thread, SYSCALL_TRACE);
	}
	rcu_read_unlock();
}

void tracehook_set_user(enum tracehook_user user, bool on)
{
	static DEFINE_MUTEX(mutex);
	unsigned long old, new;

	/* Nests inside tracepoints_mutex. */
	mutex_lock(&mutex);
	old = tracehook_armed;
	new = on ? old | BIT(user) : old & ~BIT(user);
	WRITE_ONCE(tracehook_armed, new);
	if (new && !old) {
		/* [A], pairs with [B] in tracehook_fork(), [C] in tracehook_clear_mark() */
		smp_mb();
		tracehook_mark_all();
	}
	mutex_unlock(&mutex);
}

void tracehook_fork(struct task_struct *child)
{
	/* The child has made no call yet, and must not reuse its parent's ids. */
	child->tracehook = (struct tracehook_task) {};

	/* [B], pairs with [A] in tracehook_set_user(): after the child was linked */
	smp_mb();
	if (READ_ONCE(tracehook_armed) && tracehook_can_trace(child))
		set_task_syscall_work(child, SYSCALL_TRACE);
}

void tracehook_clear_mark(struct task_struct *task)
{
	clear_task_syscall_work(task, SYSCALL_TRACE);
	/* [C], pairs with [A] in tracehook_set_user() */
	smp_mb__after_atomic();
	if (READ_ONCE(tracehook_armed))
		set_task_syscall_work(task, SYSCALL_TRACE);
	else
		/* The exit may bypass the hook: leave no flag to a later call. */
		task->tracehook.reported = false;
}
