// SPDX-License-Identifier: GPL-2.0
/*
 * Bring every thread to the ptrace report points: the arming protocol.
 *
 * A thread must have the SYSCALL_TRACE work bit (it is marked) if the machine
 * is armed or if its tracer asked for system call stops.  The two facts have
 * an owner each, tracehook_armed and PT_SYSCALL_STOPS in ->ptrace; the bit is
 * only their consequence:
 *
 *  - Anybody may set the bit.  A mark too many costs one pass through the hook.
 *  - Only the thread itself, or its tracer while it is stopped, clears it, and
 *    looks at tracehook_armed afterwards: tracehook_unmark().
 *  - Arming marks everybody and fork marks newcomers.  Disarming clears
 *    nothing: threads find out on their own, tracehook_settle().
 *
 * No thread of an armed machine can run unmarked, thanks to these barriers:
 *
 *   tracehook_arm()            tracehook_fork()        tracehook_unmark()
 *
 *   armed = 1                  link the child          clear the bit
 *   smp_mb()             [A]   smp_mb()          [B]   smp_mb()          [C]
 *   walk: set the bit          armed? set the bit      armed? set the bit
 *
 * [A]-[B]: either the walk meets the child or the fork sees armed.
 * [A]-[C]: either the walk's set comes after the clear or the clear sees armed.
 */
#include <linux/mutex.h>
#include <linux/ptrace.h>
#include <linux/rcupdate.h>
#include <linux/sched/signal.h>
#include <linux/tracehook.h>

#include "internal.h"

DEFINE_STATIC_KEY_FALSE(tracehook_key);
int tracehook_armed __read_mostly;

/*
 * See hook.c.  From 1, and never the same again.  A 32-bit reader sees one torn
 * only if it looks while the upper half changes, once in 2^32 numbers.
 */
u64 tracehook_last;
u64 tracehook_period __read_mostly;
u64 tracehook_floor __read_mostly = 1;

/*
 * Protects tracehook_users and the changes of tracehook_armed.  Nests inside
 * tracepoints_mutex; cpus_read_lock() and jump_label_mutex nest inside it.
 */
static DEFINE_MUTEX(tracehook_mutex);
unsigned long tracehook_users;

/*
 * RCU, no tasklist_lock: delays no fork, exit or wait.  It is complete: the
 * lists are appended to, list_replace_rcu() in de_thread() keeps the position,
 * and a thread that is linked behind the walk's back has seen armed, see [B].
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

static void tracehook_arm(void)
{
	lockdep_assert_held(&tracehook_mutex);

	WRITE_ONCE(tracehook_period, ++tracehook_last);
	WRITE_ONCE(tracehook_floor, tracehook_period);
	static_branch_enable(&tracehook_key);
	WRITE_ONCE(tracehook_armed, 1);
	/* [A], pairs with [B] in tracehook_fork() and [C] in tracehook_unmark() */
	smp_mb();
	tracehook_mark_all();
}

static void tracehook_disarm(void)
{
	lockdep_assert_held(&tracehook_mutex);

	WRITE_ONCE(tracehook_armed, 0);
	static_branch_disable(&tracehook_key);
}

void tracehook_set_user(enum tracehook_user user, bool on)
{
	unsigned long users;

	mutex_lock(&tracehook_mutex);
	users = tracehook_users & ~BIT(user);
	if (on)
		users |= BIT(user);

	if (users && !tracehook_users)
		tracehook_arm();
	else if (!users && tracehook_users)
		tracehook_disarm();
	WRITE_ONCE(tracehook_users, users);
	mutex_unlock(&tracehook_mutex);
}

void tracehook_fork(struct task_struct *child)
{
	/* The latch was copied from the parent, whose call is not the child's. */
	child->tracehook.latch = 0;

	/* [B], pairs with [A] in tracehook_arm(): after the child was linked */
	smp_mb();
	if (READ_ONCE(tracehook_armed) && tracehook_can_trace(child))
		set_task_syscall_work(child, SYSCALL_TRACE);
}

void tracehook_unmark(struct task_struct *task)
{
	clear_task_syscall_work(task, SYSCALL_TRACE);
	/* [C], pairs with [A] in tracehook_arm() */
	smp_mb__after_atomic();
	if (READ_ONCE(tracehook_armed))
		set_task_syscall_work(task, SYSCALL_TRACE);
	else
		/* An unmarked call does not empty the latch of this one. */
		task->tracehook.latch = 0;
}

void tracehook_settle(void)
{
	current->tracehook.latch = 0;

	/*
	 * The word decides, as the key may be on its way.  The tracer can change
	 * its mind only while this thread is stopped, not between test and clear.
	 */
	if (!READ_ONCE(tracehook_armed) &&
	    !(READ_ONCE(current->ptrace) & PT_SYSCALL_EXIT_STOP) &&
	    test_syscall_work(SYSCALL_TRACE))
		tracehook_unmark(current);
}
