/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _KERNEL_TRACEHOOK_INTERNAL_H
#define _KERNEL_TRACEHOOK_INTERNAL_H

#include <linux/sched.h>

/* Who can want the machine armed. */
enum tracehook_user {
	TRACEHOOK_TOGGLE,
	TRACEHOOK_ENTRY,
	TRACEHOOK_EXIT,
};

/*
 * Whoever decides whether a thread may lose its mark reads this, and not
 * tracehook_key: patched code is not ordered by smp_mb().
 */
extern int tracehook_armed;

/* A bit for each of them that does; READ_ONCE() without tracehook_mutex. */
extern unsigned long tracehook_users;
extern u64 tracehook_last;
extern u64 tracehook_period;
extern u64 tracehook_floor;

/**
 * tracehook_set_user - add or remove one of the users of system call tracing
 * @user:	who
 * @on:		whether it wants the machine armed
 *
 * The first user arms the machine, the last one to go disarms it.
 *
 * Context: may sleep; takes tracehook_mutex, and cpus_read_lock() and
 * jump_label_mutex inside it.
 */
void tracehook_set_user(enum tracehook_user user, bool on);

/*
 * Kernel threads and the workers of io_uring and vhost never come to the hook.
 * READ_ONCE() as the task itself changes other bits of ->flags; these two never
 * change.
 */
static inline bool tracehook_can_trace(const struct task_struct *task)
{
	return !(READ_ONCE(task->flags) & (PF_KTHREAD | PF_USER_WORKER));
}

#endif /* _KERNEL_TRACEHOOK_INTERNAL_H */
